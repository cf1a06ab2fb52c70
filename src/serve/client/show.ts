import type { Look } from '../look.js';

const SIDE = 32;
/** Classes in the list of bars. */
const SHOWN = 5;

const element = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** Shows what the networks say of a picture, and moves the focus to the answer. */
export function showLook({ classes, networks, seen, lost }: Look): void {
  const [first] = networks;
  if (!first) return;
  const order = classes.map((_, i) => i).sort((a, b) => first.probabilities[b]! - first.probabilities[a]!);
  const best = order[0]!;
  const heading = element('answer');
  heading.textContent = `${first.name} says: ${classes[best]} (${percent(first.probabilities[best]!)})`;
  drawSeen(element<HTMLCanvasElement>('seen'), seen);
  drawHeat(element<HTMLCanvasElement>('heat'), seen, lost);
  element('heat').setAttribute('aria-label', describeHeat(classes[best]!, lost));
  fill(
    'bars',
    order.slice(0, SHOWN).map((i) => [classes[i]!, bar(classes[i]!, first.probabilities[i]!)]),
  );
  fill(
    'beside',
    networks.map(({ name, parameters, probabilities }) => {
      const says = probabilities.indexOf(Math.max(...probabilities));
      return [
        name,
        number(parameters.toLocaleString('en-US')),
        classes[says]!,
        number(percent(probabilities[says]!)),
      ];
    }),
  );
  element('result').hidden = false;
  heading.focus();
}

/** Rows of a table; the first cell is the row's header. */
function fill(table: string, rows: readonly (readonly (string | HTMLTableCellElement)[])[]): void {
  const body = element<HTMLTableElement>(table).tBodies[0]!;
  body.replaceChildren(
    ...rows.map(([head, ...cells]) => {
      const row = document.createElement('tr');
      const th = document.createElement('th');
      th.scope = 'row';
      th.append(head!);
      row.append(th, ...cells.map((content) => (typeof content === 'string' ? cell(content) : content)));
      return row;
    }),
  );
}

function cell(content: string | Node, kind = ''): HTMLTableCellElement {
  const td = document.createElement('td');
  td.className = kind;
  td.append(content);
  return td;
}

const number = (text: string): HTMLTableCellElement => cell(text, 'number');

function bar(name: string, share: number): HTMLTableCellElement {
  const meter = document.createElement('meter');
  meter.value = share;
  meter.setAttribute('aria-label', name);
  const text = document.createElement('span');
  text.textContent = percent(share);
  const both = document.createElement('div');
  both.className = 'bar';
  both.append(meter, text);
  return cell(both);
}

/** The 32 x 32 pixels, each as large as the canvas allows. */
function drawSeen(canvas: HTMLCanvasElement, seen: string): void {
  const bytes = Uint8Array.from(atob(seen), (character) => character.charCodeAt(0));
  const context = canvas.getContext('2d')!;
  const size = canvas.width / SIDE;
  for (let i = 0; i < SIDE * SIDE; i++) {
    context.fillStyle = `rgb(${bytes[3 * i]} ${bytes[3 * i + 1]} ${bytes[3 * i + 2]})`;
    context.fillRect((i % SIDE) * size, Math.floor(i / SIDE) * size, size, size);
  }
}

/** The picture in the dark, lit where covering it takes the answer away; smooth between the positions that were covered. */
function drawHeat(canvas: HTMLCanvasElement, seen: string, { side, values }: Look['lost']): void {
  drawSeen(canvas, seen);
  const context = canvas.getContext('2d')!;
  const most = Math.max(...values, 1e-6);
  const mask = new OffscreenCanvas(side, side);
  const dark = mask.getContext('2d')!;
  for (const [i, value] of values.entries()) {
    dark.fillStyle = `rgb(0 0 0 / ${(0.85 * (1 - Math.max(0, value) / most)).toFixed(3)})`;
    dark.fillRect(i % side, Math.floor(i / side), 1, 1);
  }
  context.imageSmoothingEnabled = true;
  context.drawImage(mask, 0, 0, canvas.width, canvas.height);
}

/** The map in words: where most is lost, and how much. */
function describeHeat(name: string, { side, values }: Look['lost']): string {
  const most = Math.max(...values);
  const at = values.indexOf(most);
  const third = (i: number, words: readonly string[]) => words[Math.min(2, Math.floor((3 * i) / side))]!;
  const place = `${third(Math.floor(at / side), ['top', 'middle', 'bottom'])} ${third(at % side, ['left', 'center', 'right'])}`;
  if (most <= 0.005) return `Where it looked: covering no part of the picture takes it away from ${name}`;
  return `Where it looked: most at the ${place}, where covering it takes ${percent(most)} from ${name}`;
}
