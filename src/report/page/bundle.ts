import { z } from 'zod';
import { messageOf } from '../../base/errors.js';
import { fromFrontEnd } from '../../charts/index.js';
import { type BannerInfo, MIME } from '../../notebook/mime.js';
import type { MimeData } from '../nbformat.js';
import type { Catalog } from './catalog.js';
import type { Charts } from './charts.js';
import { errorBlock } from './errors.js';
import { type Body, figureHtml, outputHtml, tableExhibit } from './exhibits.js';
import { escapeHtml } from './html.js';
import { logBlock } from './logs.js';
import type { Markdown, MarkdownScope } from './markdown.js';
import { bannerSchema, figureSchema } from './mime-schemas.js';
import { pictureHtml } from './pictures.js';
import type { Plays } from './plays.js';
import { sanitizeMarkup } from './sanitize.js';

/** What outputs are rendered with; one per page. */
export interface OutputContext {
  readonly markdown: Markdown;
  readonly catalog: Catalog;
  readonly charts: Charts;
  readonly plays: Plays;
  /** Drawings so far, which scopes their ids. */
  drawings: number;
  /** Banners found in outputs, for the top of the page. */
  readonly banners: BannerInfo[];
}

/**
 * The page shows the first of these representations that a bundle has: charts before pictures, pictures before text,
 * structured text before plain text.
 */
export const RICHEST_FIRST = [
  MIME.play,
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

/** One display of a cell: a numbered figure or table if it says so, otherwise its richest representation, or nothing. */
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
  if (figureSchema.safeParse(data[MIME.figure]).data?.captionOnly) return '';
  const exhibit = context.catalog.exhibit(data);
  if (exhibit?.kind === 'Table') return tableExhibit(exhibit, context.markdown, scope);
  const type = RICHEST_FIRST.find((candidate) => data[candidate] !== undefined);
  if (type === undefined && !exhibit) return '';
  const body = await renderBody(type, data, metadata, exhibit?.info.alt, context, scope).catch(
    (error: unknown): Body => ({ html: brokenBlock(type ?? 'figure', error) }),
  );
  return exhibit ? figureHtml(exhibit, body, context.markdown, scope) : outputHtml(body);
}

async function renderBody(
  type: (typeof RICHEST_FIRST)[number] | undefined,
  data: MimeData,
  metadata: Record<string, unknown>,
  described: string | undefined,
  context: OutputContext,
  scope: MarkdownScope,
): Promise<Body> {
  if (type === undefined) throw new Error('it has no representation that the report knows');
  const value = data[type];
  const alt = described ?? 'Picture without a description';
  const text = typeof value === 'string' ? value : '';
  switch (type) {
    case MIME.play: {
      const svg = data[MIME.svg];
      return {
        html: context.plays.render(
          value,
          drawingHtml(typeof svg === 'string' ? svg : '', described, context),
        ),
      };
    }
    case MIME.vegaLite:
      return {
        ...(await context.charts.render(fromFrontEnd(value), described ?? chartLabel(value))),
        formats: ['svg', 'png', 'csv'],
      };
    case MIME.svg:
      return drawingBody(text, described, context);
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

/** Style sheets and classes of a drawing would style the page, so they are not let into it. */
const STYLED = /<style[\s>]|\sclass\s*=/i;

/**
 * An SVG is part of the page itself, so that it follows the theme through the page's custom properties. One with a style sheet of
 * its own is a picture, as in JupyterLab: there its styles apply, and it can neither run code nor load anything
 * (SVG 2, section 2.2, secure static mode).
 */
function drawingBody(svg: string, alt: string | undefined, context: OutputContext): Body {
  if (!STYLED.test(svg)) return { html: drawingHtml(svg, alt, context), formats: ['svg', 'png'] };
  const named = /<svg[^>]*\sxmlns\s*=/i.test(svg)
    ? svg
    : svg.replace(/<svg/i, '<svg xmlns="http://www.w3.org/2000/svg"');
  const base64 = Buffer.from(named).toString('base64');
  return {
    html: `<p class="picture">${pictureHtml('image/svg+xml', base64, alt ?? 'Drawing without a description')}</p>`,
  };
}

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

/** The text alternative of a chart that is not a figure. */
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
