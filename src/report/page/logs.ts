import { ansiToHtml, stripAnsi } from './ansi.js';
import { counted, escapeHtml } from './html.js';

/** A text with more lines is folded. */
const FOLD_LINES = 40;
/** Characters kept of one text: its start and end say most, and the executed notebook has the rest. */
const KEEP = 120_000;

/** What a cell printed, as a block; long texts are folded under their last line. */
export function logBlock(text: string, kind: 'stdout' | 'stderr' | 'plain'): string {
  const trimmed = text.replace(/\n+$/, '');
  if (trimmed === '') return '';
  const lines = trimmed.split('\n').length;
  const block = `<pre class="log log-${kind}">${ansiToHtml(shortened(trimmed))}</pre>`;
  if (lines <= FOLD_LINES) return block;
  const last = stripAnsi(trimmed.slice(-2000)).split('\n').at(-1)?.trim().slice(0, 90) ?? '';
  return (
    `<details class="fold"><summary>${counted(lines, 'line')} ${kind === 'stderr' ? 'of messages' : 'of output'}, ending in ` +
    `<code>${escapeHtml(last)}</code></summary>${block}</details>`
  );
}

function shortened(text: string): string {
  if (text.length <= KEEP) return text;
  const left = text.length - KEEP;
  const note = `\n\n[ ${counted(left, 'character')} left out here; the executed notebook has them all ]\n\n`;
  return text.slice(0, KEEP * 0.6) + note + text.slice(-KEEP * 0.4);
}
