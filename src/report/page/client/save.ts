import { toCsv } from '../../../base/csv.js';
import { chartTables } from './chart-data.js';
import { pngOf, svgText } from './svg-file.js';

/** Saves what a button of a figure's menu asks for: the picture as SVG or PNG, or its data as CSV. */
export async function saveExhibit(button: HTMLElement): Promise<void> {
  const exhibit = button.closest('.exhibit, .output');
  const format = button.dataset.save;
  const name = `${button.dataset.name ?? 'figure'}.${format}`;
  const chart = exhibit?.querySelector('.chart');
  if (format === 'csv') {
    if (chart) download(new Blob([toCsv(chartTables(chart))], { type: 'text/csv' }), name);
    return;
  }
  const svg = shownSvg(exhibit);
  if (!svg) return;
  if (format === 'svg') download(new Blob([svgText(svg)], { type: 'image/svg+xml' }), name);
  if (format === 'png') download(await pngOf(svg), name);
}

/** A chart has a drawing for each width of the page, of which one is displayed. */
function shownSvg(exhibit: Element | null | undefined): SVGSVGElement | undefined {
  const drawings = [...(exhibit?.querySelectorAll<SVGSVGElement>('.chart-view svg, .drawing svg') ?? [])];
  return drawings.find((svg) => svg.getClientRects().length > 0);
}

function download(content: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
