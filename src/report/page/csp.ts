import { createHash } from 'node:crypto';

/**
 * The page's Content-Security-Policy: nothing may be loaded except data: pictures, and only the page's own scripts and
 * style sheet may run, known by their hash. Style attributes are allowed: Vega and MathML write them, and they can load
 * nothing under this policy.
 */
export function contentSecurityPolicy(scripts: readonly string[], styles: readonly string[]): string {
  return [
    "default-src 'none'",
    `script-src ${sources(scripts)}`,
    `style-src ${sources(styles)}`,
    "style-src-attr 'unsafe-inline'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

/**
 * Text that can be put into an inline element: a parser turns CR LF into LF, which would change the hash.
 * @throws Error if it would end the element or open a comment in it.
 */
export function inlineText(text: string): string {
  const settled = text.replace(/\r\n?/g, '\n');
  if (/<\/(?:script|style)|<!--|<script/i.test(settled))
    throw new Error('text would end the element it is embedded in');
  return settled;
}

function sources(texts: readonly string[]): string {
  if (texts.length === 0) return "'none'";
  return texts.map((text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`).join(' ');
}
