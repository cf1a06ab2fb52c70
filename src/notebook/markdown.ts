/**
 * Plain text as Markdown that shows just that text.
 *
 * @example
 * ```ts
 * import { escapeMarkdown } from 'whyconv';
 *
 * escapeMarkdown('a*b'); // => 'a\\*b'
 * ```
 */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*_{}[\]<>#|~$&]/g, '\\$&')
    .replace(/^(\s*)([-+=]|\d+[.)])/gm, (_, space: string, mark: string) => {
      return `${space}${mark.slice(0, -1)}\\${mark.slice(-1)}`;
    });
}

/**
 * Text as an inline code span, whatever backticks it holds.
 *
 * @example
 * ```ts
 * import { inlineCode } from 'whyconv';
 *
 * inlineCode('a`b'); // => '``a`b``'
 * ```
 */
export function inlineCode(text: string): string {
  const runs = text.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(0, ...runs.map((run) => run.length)) + 1);
  const padding = /^[` ]|[` ]$/.test(text) && text.trim() !== '' ? ' ' : '';
  return `${fence}${padding}${text.replace(/\s*\n\s*/g, ' ')}${padding}${fence}`;
}
