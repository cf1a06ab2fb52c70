/** Pixels of a PNG per pixel of the page, for print. */
const PNG_SCALE = 3;
const SVG_NAMESPACE = 'http://www.w3.org/2000/svg';
const PAINTS = ['fill', 'stroke', 'stop-color'] as const;

/** A drawing of the page as an SVG document of its own: colors as the page shows them now, on the page's paper. */
export function svgText(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const originals = [svg, ...svg.querySelectorAll('*')];
  [copy, ...copy.querySelectorAll('*')].forEach((element, i) => {
    const style = getComputedStyle(originals[i]!);
    for (const paint of PAINTS) {
      if (element.getAttribute(paint)?.includes('var(')) {
        element.setAttribute(paint, style.getPropertyValue(paint));
      }
    }
  });
  const { width, height } = sizeOf(svg);
  copy.setAttribute('xmlns', SVG_NAMESPACE);
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  copy.setAttribute('font-family', getComputedStyle(svg).fontFamily);
  copy.removeAttribute('class');
  copy.removeAttribute('style');
  copy.prepend(paper());
  return new XMLSerializer().serializeToString(copy);
}

/** The same as a PNG. */
export async function pngOf(svg: SVGSVGElement): Promise<Blob> {
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgText(svg))}`;
  await picture.decode();
  const { width, height } = sizeOf(svg);
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * PNG_SCALE);
  canvas.height = Math.round(height * PNG_SCALE);
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the canvas is empty'))), 'image/png');
  });
}

function sizeOf(svg: SVGSVGElement): { width: number; height: number } {
  const { width, height } = svg.viewBox.baseVal;
  return width > 0 ? { width, height } : svg.getBoundingClientRect();
}

function paper(): SVGElement {
  const rect = document.createElementNS(SVG_NAMESPACE, 'rect');
  rect.setAttribute('width', '100%');
  rect.setAttribute('height', '100%');
  rect.setAttribute('fill', getComputedStyle(document.body).backgroundColor);
  return rect;
}
