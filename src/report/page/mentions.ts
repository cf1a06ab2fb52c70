import type { Token } from 'markdown-it';
import type { Catalog } from './catalog.js';
import { escapeHtml } from './html.js';

/** "Figure 3", "Tables 2" as in "Tables 2 and 3", or a word that may be a term. */
const MENTION = /\b(Figure|Table)s?[ \u00a0](\d+)\b|[\p{L}\p{N}]+/gu;

/** Text as HTML, with a link where it mentions a figure, a table or a term of the report. */
export function linkMentions(text: string, catalog: Catalog): string {
  let html = '';
  let last = 0;
  for (const match of text.matchAll(MENTION)) {
    const [mention, kind, number] = match;
    const target = catalog.named(kind ? `${kind} ${number}` : mention);
    if (!target) continue;
    html += `${escapeHtml(text.slice(last, match.index))}<a class="reference" href="#${target.id}">${escapeHtml(mention)}</a>`;
    last = match.index + mention.length;
  }
  return html + escapeHtml(text.slice(last));
}

/**
 * Text of a link as HTML: the number is added where a link to a figure or table by its label says just that,
 * `[Figure](#label)`.
 */
export function linkText(text: string, href: string, catalog: Catalog): string {
  const exhibit = labeledBy(href, catalog);
  const isKind = exhibit && text.trim().toLowerCase() === exhibit.kind.toLowerCase();
  return escapeHtml(isKind ? `${text.trim()} ${exhibit.number}` : text);
}

export const labeledBy = (href: string, catalog: Catalog) =>
  href.startsWith('#') ? catalog.labeled(href.slice(1)) : undefined;

/** The address of the link around the token at `index`; links do not nest. */
export function hrefAround(tokens: readonly Token[], index: number): string | undefined {
  for (let i = index - 1; i >= 0; i--) {
    const { type } = tokens[i]!;
    if (type === 'link_close') return undefined;
    if (type === 'link_open') return tokens[i]!.attrGet('href') ?? '';
  }
  return undefined;
}
