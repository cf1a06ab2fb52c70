import type { ErrorOutput } from '../nbformat.js';
import { ansiToHtml, stripAnsi } from './ansi.js';
import { escapeHtml } from './html.js';

/** An error a cell ended with. */
export function errorBlock({
  ename,
  evalue,
  traceback,
}: Pick<ErrorOutput, 'ename' | 'evalue' | 'traceback'>): string {
  const title = [ename, evalue].filter(Boolean).map(stripAnsi).join(': ').split('\n')[0] || 'Error';
  const text = traceback.length > 0 ? traceback.join('\n') : `${ename}: ${evalue}`;
  return (
    `<div class="error" role="group" aria-label="Error"><p class="error-title">${escapeHtml(title)}</p>` +
    `<pre>${ansiToHtml(text)}</pre></div>`
  );
}
