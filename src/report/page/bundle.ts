import { z } from 'zod';
import { messageOf } from '../../base/errors.js';
import { type BannerInfo, type FigureInfo, MIME } from '../../notebook/mime.js';
import type { MimeData } from '../nbformat.js';
import type { Charts } from './charts.js';
import { errorBlock } from './errors.js';
import { escapeHtml } from './html.js';
import { logBlock } from './logs.js';
import type { Markdown, MarkdownScope } from './markdown.js';
import { pictureHtml } from './pictures.js';
import { sanitizeMarkup } from './sanitize.js';
import { dataFold } from './tables.js';

/** What outputs are rendered with; one a page. */
export interface OutputContext {
  readonly markdown: Markdown;
  readonly charts: Charts;
  /** Figures so far; raised with each. */
  figures: number;
  /** Drawings so far: scopes their ids. */
  drawings: number;
  /** Banners met in outputs, for the top of the page. */
  readonly banners: BannerInfo[];
}

/** A representation as markup, with the tables of a chart if it is one. */
interface Body {
  readonly html: string;
  readonly tables?: Parameters<typeof dataFold>[0];
}

/**
 * Which representation of a bundle the page shows: the first of these it has. Charts before pictures, pictures before
 * text, text with structure before text without.
 */
export const RICHEST_FIRST = [
  MIME.vegaLite,
  MIME.svg,
  MIME.png,
  'image/jpeg',
  'image/gif',
  'image/webp',
  MIME.html,
  MIME.markdown,
  'text/latex',
  'application/json',
  MIME.plain,
] as const;

const figureSchema = z.object({
  caption: z.string(),
  alt: z.string(),
  captionOnly: z.literal(true).optional(),
});
const bannerSchema = z.object({ level: z.enum(['info', 'warning']), text: z.string() });

/** One display of a cell: a numbered figure if it says so, the richest of its representations, or nothing. */
export async function renderBundle(
  data: MimeData,
  metadata: Record<string, unknown>,
  context: OutputContext,
  scope: MarkdownScope,
): Promise<string> {
  const banner = bannerSchema.safeParse(data[MIME.banner]);
  if (banner.success) {
    context.banners.push(banner.data);
    return '';
  }
  const type = RICHEST_FIRST.find((candidate) => data[candidate] !== undefined);
  if (type === undefined) return '';
  const figure = figureSchema.safeParse(data[MIME.figure]);
  if (figure.success && figure.data.captionOnly) return '';
  const info = figure.success ? { caption: figure.data.caption, alt: figure.data.alt } : undefined;
  let body: Body;
  try {
    body = await renderBody(type, data, metadata, info, context, scope);
  } catch (error) {
    body = { html: brokenBlock(type, error) };
  }
  return info ? figureHtml(info, body, context, scope) : outputHtml(body);
}

async function renderBody(
  type: (typeof RICHEST_FIRST)[number],
  data: MimeData,
  metadata: Record<string, unknown>,
  info: FigureInfo | undefined,
  context: OutputContext,
  scope: MarkdownScope,
): Promise<Body> {
  const value = data[type];
  const alt = info?.alt ?? 'Picture without a description';
  const text = typeof value === 'string' ? value : '';
  switch (type) {
    case MIME.vegaLite:
      return context.charts.render(value, info?.alt ?? chartLabel(value));
    case MIME.svg:
      return { html: drawingHtml(text, info?.alt, context) };
    case MIME.html:
      return { html: `<div class="rich">${sanitizeMarkup(text, drawingScope(context))}</div>` };
    case MIME.markdown:
    case 'text/latex':
      return { html: `<div class="prose">${context.markdown.toHtml(text, scope)}</div>` };
    case 'application/json':
      return { html: logBlock(JSON.stringify(value, null, 2) ?? '', 'plain') };
    case MIME.plain:
      return { html: logBlock(text, 'plain') };
    default:
      return {
        html: `<p class="picture">${pictureHtml(type, value, alt, sizeOf(metadata[type] ?? metadata))}</p>`,
      };
  }
}

function figureHtml(info: FigureInfo, body: Body, context: OutputContext, scope: MarkdownScope): string {
  const number = ++context.figures;
  const caption = context.markdown.toHtml(`**Figure ${number}.** ${info.caption}`, scope);
  return (
    `<figure id="figure-${number}">${body.html}<figcaption>${caption}</figcaption>` +
    `${dataFold(body.tables ?? [], `figure-${number}`)}</figure>`
  );
}

function outputHtml(body: Body): string {
  return `<div class="output">${body.html}${dataFold(body.tables ?? [], 'chart')}</div>`;
}

/** An SVG stands in the page itself, so that it follows the theme through the page's custom properties. */
function drawingHtml(svg: string, alt: string | undefined, context: OutputContext): string {
  const safe = sanitizeMarkup(svg, drawingScope(context));
  if (!/<svg[\s>]/i.test(safe)) throw new Error('the SVG output contains no drawing');
  return alt === undefined
    ? `<div class="drawing">${safe}</div>`
    : `<div class="drawing" role="img" aria-label="${escapeHtml(alt)}">${safe}</div>`;
}

function drawingScope(context: OutputContext): string {
  return `drawing-${++context.drawings}`;
}

/** What there is to say about a chart without a figure's text alternative. */
function chartLabel(spec: unknown): string {
  const { description, title } = Object(spec) as { description?: unknown; title?: unknown };
  const heading = typeof title === 'object' && title !== null ? (title as { text?: unknown }).text : title;
  const label = [description, heading].find((text) => typeof text === 'string' || Array.isArray(text));
  return label === undefined ? 'Chart without a description' : [label].flat().join(' ');
}

function brokenBlock(type: string, error: unknown): string {
  const what =
    type === MIME.vegaLite ? 'This chart cannot be drawn' : `This output (${type}) cannot be shown`;
  return errorBlock({ ename: what, evalue: '', traceback: [messageOf(error)] });
}

function sizeOf(metadata: unknown): { width?: number; height?: number } {
  const parsed = z
    .object({ width: z.number().optional(), height: z.number().optional() })
    .safeParse(metadata);
  const { width, height } = parsed.success ? parsed.data : {};
  return { ...(width ? { width } : {}), ...(height ? { height } : {}) };
}
