import { type DisplayOptions, kernelHost } from './host.js';
import { MIME, type MimeBundle } from './mime.js';

/**
 * Shows data under a cell, in as many MIME types as the bundle has; the front end picks the richest it knows.
 * JSON types take objects, pictures base64, all others text. In a plain Node process `text/plain` is printed.
 *
 * @example
 * ```ts
 * import { display } from 'whyconv';
 *
 * display({ 'text/plain': 'seen outside a notebook' }); // prints seen outside a notebook
 * ```
 */
export function display(bundle: MimeBundle, options: DisplayOptions = {}): void {
  const host = kernelHost();
  if (host !== undefined) host.display(bundle, options);
  else if (typeof bundle[MIME.plain] === 'string') process.stdout.write(`${bundle[MIME.plain]}\n`);
}

/**
 * Shows Markdown with math; outside a notebook it is printed as it stands.
 *
 * @example
 * ```ts
 * import { say } from 'whyconv';
 *
 * say('**Reading.** It fell.'); // prints **Reading.** It fell.
 * ```
 */
export function say(markdown: string): void {
  display({ [MIME.markdown]: markdown, [MIME.plain]: markdown });
}

/**
 * Shows what a reader must know before any number; the report puts it at its top. `text` is Markdown.
 *
 * @example
 * ```ts
 * import { banner } from 'whyconv';
 *
 * banner('warning', 'Synthetic shapes.'); // prints Warning: Synthetic shapes.
 * ```
 */
export function banner(level: 'info' | 'warning', text: string): void {
  const word = level === 'warning' ? 'Warning' : 'Note';
  display({
    [MIME.banner]: { level, text },
    [MIME.markdown]: `**${word}.** ${text}`.replace(/^/gm, '> '),
    [MIME.plain]: `${word}: ${text}`,
  });
}
