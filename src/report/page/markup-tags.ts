import sanitizeHtml from 'sanitize-html';
import { escapeHtml } from './html.js';
import { type LinkScope, resolveImage, resolveLink } from './links.js';
import { TEXT_TAGS } from './sanitize.js';

const ALLOWED = new Set([...TEXT_TAGS, 'center', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6']);
const PIECE =
  /<(script|style)\b[\s\S]*?<\/\1\s*>|<!--[\s\S]*?-->|<\/?([a-zA-Z][\w-]*)((?:"[^"]*"|'[^']*'|[^'">])*)>/g;
const ATTRIBUTE = /([a-zA-Z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/g;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', quot: '"', lt: '<', gt: '>', '#39': "'" };
/** Of any tag that is permitted; links and images have their own. */
const PLAIN = new Set(['colspan', 'rowspan', 'scope', 'start', 'width', 'height', 'alt']);

/**
 * The HTML in a Markdown cell, tag by tag, since Markdown may stand between a tag and its end: tags of text stay, with
 * attributes that can neither style nor load anything; comments and all other tags go, and what stood between them stays.
 *
 * @param attachments of the cell: images by name
 */
export function markdownTags(html: string, scope: LinkScope & { readonly attachments?: unknown }): string {
  let end = 0;
  let safe = '';
  for (const match of html.matchAll(PIECE)) {
    safe += textBetween(html.slice(end, match.index)) + tagOf(match, scope);
    end = match.index + match[0].length;
  }
  return safe + textBetween(html.slice(end));
}

/** Entities stay what they are. */
const textBetween = (text: string): string => text.replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function tagOf(
  [tag, , name = '', attributes = '']: RegExpExecArray | RegExpMatchArray,
  scope: LinkScope,
): string {
  const kind = name.toLowerCase();
  if (!ALLOWED.has(kind)) return '';
  if (tag.startsWith('</')) return `</${kind}>`;
  const kept = [...attributes.matchAll(ATTRIBUTE)].flatMap(([, attribute, double, single, bare]) => {
    const value = attributeOf(kind, attribute!.toLowerCase(), double ?? single ?? bare ?? '', scope);
    return value === undefined ? [] : [` ${attribute!.toLowerCase()}="${escapeHtml(value)}"`];
  });
  if (kind === 'img' && !kept.some((attribute) => attribute.startsWith(' src='))) return '';
  if (/(?:^|\s)open(?:[\s=]|$)/.test(attributes) && kind === 'details') kept.push(' open');
  return `<${kind}${kept.join('')}>`;
}

function attributeOf(
  tag: string,
  attribute: string,
  value: string,
  scope: LinkScope & { readonly attachments?: unknown },
): string | undefined {
  const text = value.replace(/&(amp|quot|lt|gt|#39);/g, (_, name: string) => ENTITIES[name]!);
  if (tag === 'a' && attribute === 'href') return resolveLink(text, scope);
  if (tag === 'img' && attribute === 'src') return resolveImage(text, scope.attachments);
  return PLAIN.has(attribute) ? text : undefined;
}

/** Closes what a cell left open and drops ends without a beginning, so that no cell reaches into the next. */
export const balanced = (html: string): string =>
  sanitizeHtml(html, {
    allowedTags: false,
    allowedAttributes: false,
    allowVulnerableTags: true,
    // Of images; links have been judged.
    allowedSchemes: ['http', 'https', 'mailto', 'data'],
    parseStyleAttributes: false,
  });
