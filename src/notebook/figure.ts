import { WhyconvError } from '../base/errors.js';
import { type ChartSpec, chartTheme, drawChart, forFrontEnd } from '../charts/index.js';
import { type PlayFigure, playHtml } from '../play/index.js';
import { display } from './display.js';
import { kernelHost } from './host.js';
import { type FigureInfo, MIME, type MimeBundle } from './mime.js';

/** A figure: a picture with its caption, as {@link figure} shows it. */
export interface FigureOptions {
  /** The question the figure answers and its reading; Markdown. */
  readonly caption: string;
  /** What a reader who cannot see it should know; plain text. */
  readonly alt: string;
  /** Names the figure, so that text can refer to it: `[Figure](#label)` becomes "Figure 3" in the report. */
  readonly label?: string;
  /** A Vega-Lite spec with its data inline. Exactly one of `chart`, `svg` and `png` is given. */
  readonly chart?: ChartSpec;
  /** The text of an SVG document. */
  readonly svg?: string;
  /** The bytes of a PNG file. */
  readonly png?: Uint8Array;
  /** What a reader can move; `svg` is then its still, for print and for where no scripts run. */
  readonly play?: PlayFigure;
}

/**
 * Shows a picture or chart with its caption: first the picture with what the report needs, then, for front ends that show
 * no captions, the caption as Markdown (marked `captionOnly`).
 * @throws WhyconvError unless exactly one kind of picture is given, with a caption and a text alternative
 * @example
 * ```ts
 * import { classBalance, figure } from 'whyconv';
 *
 * const chart = classBalance([{ class: 'cat', split: 'train', count: 5_000 }]);
 * await figure({ chart, caption: 'How many cats?', alt: 'One bar.' }); // prints [Figure: One bar.]
 * await figure({ caption: 'Nothing.', alt: 'Nothing.' }); // throws WhyconvError: a figure shows exactly one picture
 * ```
 */
export async function figure(options: FigureOptions): Promise<void> {
  const { caption, alt, label } = options;
  requireWhole(options);
  const info: FigureInfo = { caption, alt, ...(label !== undefined && { label }) };
  const picture = await pictureOf(options);
  display({ ...picture, [MIME.figure]: info, [MIME.plain]: `[Figure: ${alt}]` });
  display({
    [MIME.markdown]: `**Figure.** ${caption}`,
    [MIME.plain]: `Figure. ${caption}`,
    [MIME.figure]: { ...info, captionOnly: true } satisfies FigureInfo,
  });
}

async function pictureOf({ chart, svg, png, play, alt }: FigureOptions): Promise<MimeBundle> {
  if (play !== undefined && svg !== undefined) {
    // Weights are megabytes: an output holds them once. The report has the figure's script, a front end gets it as HTML.
    if (kernelHost()?.headless) return { [MIME.play]: play, [MIME.svg]: svg };
    return { [MIME.html]: await playHtml(play, svg, alt), [MIME.svg]: svg };
  }
  if (chart !== undefined) {
    const drawn = await drawChart(chart, { config: chartTheme('light') });
    return { [MIME.vegaLite]: forFrontEnd(chart), [MIME.svg]: drawn.svg };
  }
  if (svg !== undefined) return { [MIME.svg]: svg };
  return { [MIME.png]: Buffer.from(png!).toString('base64') };
}

function requireWhole({ caption, alt, chart, svg, png }: FigureOptions): void {
  const given = Object.entries({ chart, svg, png }).filter(([, value]) => value !== undefined);
  if (given.length !== 1) {
    throw new WhyconvError({
      what: 'a figure shows exactly one picture',
      found: given.length === 0 ? 'none' : given.map(([name]) => name).join(' and '),
      expected: 'one of chart, svg and png',
    });
  }
  for (const [name, text] of Object.entries({ caption, alt })) {
    if (typeof text === 'string' && text.trim() !== '') continue;
    throw new WhyconvError({
      what: 'a figure needs a caption and a text alternative',
      found: `no ${name}`,
      remedy: name === 'alt' ? 'say in one sentence what the figure shows' : 'say what the reader should see',
    });
  }
}
