import { escapeHtml } from './html.js';

/** The eight ANSI colours by SGR code (30 to 37), as class names of the style sheet. */
const COLOURS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];

const ESC = '\u001b';
const BEL = '\u0007';
/** SGR and other CSI sequences (parameters and final letter captured), OSC sequences, and whatever else ESC starts. */
const SEQUENCE = new RegExp(
  `${ESC}\\[([0-9;:?]*)([A-Za-z])|${ESC}\\][^${BEL}${ESC}]*(?:${BEL}|${ESC}\\\\)|${ESC}[@-Z\\\\-_]?`,
  'g',
);
/** What is left of the control characters, save tab and newline, has no meaning in a page. */
const CONTROL = /(?![\t\n])\p{Cc}/gu;

/** Terminal output as safe HTML: foreground colours and bold become classes, every other control sequence goes. */
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

/** The same text without any control sequence. */
export function stripAnsi(text: string): string {
  return overwriteLines(text).replace(SEQUENCE, '').replace(CONTROL, '');
}

/** A carriage return starts its line afresh, as on a terminal: of a progress line only the last state stays. */
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
  let colour = before.find((name) => name !== 'ansi-bold');
  let bold = before.includes('ansi-bold');
  const codes = parameters.split(/[;:]/).map(Number);
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i]!;
    if (code === 0) [colour, bold] = [undefined, false];
    else if (code === 1) bold = true;
    else if (code === 22) bold = false;
    else if (code === 39) colour = undefined;
    else if (code >= 30 && code <= 37) colour = `ansi-${COLOURS[code - 30]}`;
    else if (code >= 90 && code <= 97) colour = `ansi-${COLOURS[code - 90]}`;
    else if (code === 38 || code === 48) i += codes[i + 1] === 2 ? 4 : 2; // 256 colours and true colour: left out
  }
  return [...(colour ? [colour] : []), ...(bold ? ['ansi-bold'] : [])];
}
