import { CHART_FONT } from '../../charts/index.js';
import { escapeHtml } from './html.js';

/**
 * Makes an SVG from Vega small, and safe to share a page with others: coordinates are rounded to a hundredth of a pixel;
 * defaults, links and what the page says once for all charts are dropped; ids are scoped.
 * @throws Error if the text is not an SVG from Vega, or has elements that Vega does not draw.
 */
export function slimSvg(svg: string, scope: string): { svg: string; width: number; height: number } {
  const size = /^<svg[^>]*? width="([\d.]+)" height="([\d.]+)" viewBox="([^"]+)">/.exec(svg);
  if (!size) throw new Error('the chart has no size');
  const foreign =
    /<(?!\/|(?:svg|g|path|rect|line|text|tspan|circle|image|defs|clipPath|linearGradient|radialGradient|stop|pattern)\b)/;
  const unlinked = svg.replace(/<\/?a\b[^>]*>/g, '');
  if (foreign.test(unlinked)) throw new Error('the chart contains an element it may not contain');
  const [, width, height, viewBox] = size;
  const font = ` font-family="${escapeHtml(CHART_FONT).replaceAll('&#39;', "'")}"`;
  const body = unlinked
    .slice(size[0].length)
    .replace(/<path class="(?:fore|back)ground"(?![^>]* (?:fill|stroke)=)[^>]*\/>/g, '')
    .replaceAll(font, '')
    .replace(/ (?:aria-[a-z]+|role|class|pointer-events|xlink:href|href)="(?!data:image\/)[^"]*"/g, '')
    .replace(/ (?:opacity="1"|stroke-miterlimit="4"|transform="translate\(0,0\)")/g, '')
    .replace(
      /(\s(?:d|transform|x|y|x1|y1|x2|y2|width|height|points)=")([^"]*)"/g,
      (_, open: string, value: string) => {
        return `${open}${value.replace(/-?\d+\.\d{3,}(?:e-?\d+)?|-?\d+(?:\.\d+)?e-\d+/g, round)}"`;
      },
    )
    .replace(/ id="([^"]+)"/g, ` id="${scope}-$1"`)
    .replace(/url\(#([^)]+)\)/g, `url(#${scope}-$1)`);
  return {
    svg: `<svg xmlns="http://www.w3.org/2000/svg" class="marks" width="${width}" height="${height}" viewBox="${viewBox}">${body}`,
    width: Number(width),
    height: Number(height),
  };
}

function round(number: string): string {
  return String(Number(Number(number).toFixed(2)));
}
