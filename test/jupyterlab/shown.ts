import { MIME } from '../../src/notebook/mime.js';
import type { LabNotebook } from './lab-notebook.js';

/** What a cell shows, counted. */
export interface Shown {
  /** Charts with marks in them. */
  readonly charts: number;
  /** Figures to move that answer. */
  readonly plays: number;
  /** Pictures that are loaded and have a size. */
  readonly pictures: number;
  readonly tables: number;
  readonly formulas: number;
  /** Pictures and formulas that could not be shown. */
  readonly broken: number;
}

/** What Markdown and outputs ask to be shown. */
export function expected(markdown: string, outputs: readonly object[]): Shown {
  const bundles = outputs.flatMap((output) =>
    'data' in output ? [output.data as Readonly<Record<string, unknown>>] : [],
  );
  const charts = bundles.filter((data) => MIME.vegaLite in data);
  // JupyterLab adds a picture to the output of a chart.
  // A figure to move is HTML, which JupyterLab prefers to the still next to it.
  const pictures = bundles.filter(
    (data) => !(MIME.vegaLite in data || isPlay(data)) && (MIME.png in data || MIME.svg in data),
  );
  const text = [markdown, ...bundles.map((data) => data[MIME.markdown] ?? '')].join('\n\n');
  return {
    charts: charts.length,
    plays: bundles.filter(isPlay).length,
    pictures: pictures.length,
    tables: (text.match(/^\|(?: :?-+:? \|)+$/gm) ?? []).length,
    formulas: (text.match(/\$\$[^$]+\$\$|\$[^$]+\$/g) ?? []).length,
    broken: 0,
  };
}

const isPlay = (data: Readonly<Record<string, unknown>>): boolean =>
  String(data[MIME.html] ?? '').startsWith('<div class="play">');

declare const jupyterapp: {
  readonly shell: { readonly currentWidget: { content: { widgets: { node: HTMLElement }[] } } };
};

/** Scrolls to a cell, as its reader does, and counts what is there by now. */
export async function shownBy(notebook: LabNotebook, index: number): Promise<Shown> {
  return notebook.answer(() => notebook.page.evaluate(count, index));
}

/** Runs in the page. */
function count(index: number): Shown {
  const { node } = jupyterapp.shell.currentWidget.content.widgets[index]!;
  node.scrollIntoView({ block: 'end' });
  const all = <T extends Element>(selector: string) => [...node.querySelectorAll<T>(selector)];
  const hasMarks = (chart: HTMLCanvasElement): boolean => {
    const { width, height } = chart;
    if (width === 0 || height === 0) return false;
    const pixels = new Uint32Array(chart.getContext('2d')!.getImageData(0, 0, width, height).data.buffer);
    return pixels.some((pixel) => pixel !== pixels[0]);
  };
  const pictures = all<HTMLImageElement>('.jp-RenderedImage img, .jp-RenderedSVG img');
  const loaded = pictures.filter(({ complete, naturalWidth }) => complete && naturalWidth > 0);
  const unset = all('.jp-RenderedMarkdown mjx-merror').length;
  return {
    charts: all<HTMLCanvasElement>('.vega-embed canvas').filter(hasMarks).length,
    plays: all('.play-live[data-drawn]').length,
    pictures: loaded.length,
    tables: all('.jp-RenderedHTMLCommon table:not(.play table)').length,
    formulas: all('.jp-RenderedMarkdown mjx-container').length,
    broken: pictures.length - loaded.length + unset,
  };
}
