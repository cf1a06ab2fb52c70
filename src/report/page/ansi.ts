import { escapeHtml } from './html.js';

/** The eight ANSI colors by SGR code (30 to 37), as class names of the style sheet. */
const COLORS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];

const ESC = '\u001b';
const BEL = '\u0007';
/** SGR and other CSI sequences (parameters and final letter captured), OSC sequences, and anything else that begins with ESC. */
const SEQUENCE = new RegExp(
  `${ESC}\\[([0-9;:?]*)([A-Za-z])|${ESC}\\][^${BEL}${ESC}]*(?:${BEL}|${ESC}\\\\)|${ESC}[@-Z\\\\-_]?`,
  'g',
);
/** Other control characters, except tab and newline, mean nothing in a page. */
const CONTROL = /(?![\t\n])\p{Cc}/gu;

/** Terminal output as safe HTML: foreground colors and bold become classes, all other control sequences are removed. */
export function ansiToHtml(text: string): string {
  const settled = overwriteLines(text);
  let html = '';
  let classes: readonly string[] = [];
  let last = 0;
  for (const match of settled.matchAll(SEQUENCE)) {
    html += span(settled.slice(last, match.index), classes);
    last = match.index + match[0].length;
    if (match[2] === 'm') classes = applySgr(classes, match[1] ?? '');
  }
  return html + span(settled.slice(last), classes);
}

/** The same text without control sequences. */
export function stripAnsi(text: string): string {
  return overwriteLines(text).replace(SEQUENCE, '').replace(CONTROL, '');
}

/** A carriage return starts its line again, as on a terminal: only the last state of a progress line stays. */
function overwriteLines(text: string): string {
  return text
    .replace(/\r+\n/g, '\n')
    .split('\n')
    .map((line) => {
      const states = line.split('\r').filter((state) => state !== '');
      return states.at(-1) ?? '';
    })
    .join('\n');
}

function span(text: string, classes: readonly string[]): string {
  const safe = escapeHtml(text.replace(CONTROL, ''));
  return safe === '' || classes.length === 0 ? safe : `<span class="${classes.join(' ')}">${safe}</span>`;
}

function applySgr(before: readonly string[], parameters: string): readonly string[] {
  let color = before.find((name) => name !== 'ansi-bold');
  let bold = before.includes('ansi-bold');
  const codes = parameters.split(/[;:]/).map(Number);
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i]!;
    if (code === 0) [color, bold] = [undefined, false];
    else if (code === 1) bold = true;
    else if (code === 22) bold = false;
    else if (code === 39) color = undefined;
    else if (code >= 30 && code <= 37) color = `ansi-${COLORS[code - 30]}`;
    else if (code >= 90 && code <= 97) color = `ansi-${COLORS[code - 90]}`;
    else if (code === 38 || code === 48) i += codes[i + 1] === 2 ? 4 : 2; // 256 colors and true color are ignored
  }
  return [...(color ? [color] : []), ...(bold ? ['ansi-bold'] : [])];
}
