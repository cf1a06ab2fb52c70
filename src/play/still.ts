import { escapeMarkup } from '../base/escape.js';
import { formatPercent } from '../base/format.js';
import { imageGrid, type Picture, paletteEntries } from '../charts/index.js';
import { IMAGE_SIDE } from '../data/index.js';
import { UNITS_IN_ROW } from './turn.js';

/** One moment of a figure: a picture, and what each network answers. */
export interface KeyFrame {
  readonly label: string;
  /** [32, 32, 3] */
  readonly pixels: Uint8Array;
  /** One a network, in their order. */
  readonly answers: readonly FrameAnswer[];
}

export interface FrameAnswer {
  readonly answer: string;
  readonly probability: number;
  readonly right: boolean;
}

const [NAMES, FRAME, PICTURE, HEAD, ROW] = [124, 100, 88, 24, 44] as const;
const INK = 'var(--diagram-ink, #6b737c)';
const SOFT = 'var(--diagram-soft, #6b737c)';
const COLORS = new Map(paletteEntries('light'));

/** A figure as it stands in print and where there are no scripts: some moments side by side, as the text of an SVG. */
export function keyFrames(
  networks: readonly { readonly name: string; readonly color: string }[],
  frames: readonly KeyFrame[],
): string {
  const width = NAMES + FRAME * frames.length;
  const height = HEAD + PICTURE + 14 + ROW * networks.length;
  const top = (row: number) => HEAD + PICTURE + 14 + ROW * row;
  const names = networks.map(({ name }, row) =>
    text(0, top(row) + 18, name, `fill="${INK}" font-weight="600"`),
  );
  const shown = frames.map((frame, column) => {
    const left = NAMES + FRAME * column;
    const answers = networks.map(({ color }, row) => answerBar(frame.answers[row]!, color, left, top(row)));
    const label = text(left + PICTURE / 2, 14, frame.label, `fill="${SOFT}" text-anchor="middle"`);
    return label + picture(frame.pixels, left, HEAD) + answers.join('');
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
    `font-family="sans-serif" font-size="12">${names.join('')}${shown.join('')}</svg>`
  );
}

/** Right answers are marked by a tick, so that no color has to be told from another. */
function answerBar(
  { answer, probability, right }: FrameAnswer,
  color: string,
  left: number,
  top: number,
): string {
  const fill = `var(--chart-${color}, ${COLORS.get(color) ?? '#888888'})`;
  return (
    text(left, top + 12, `${answer}${right ? ' ✓' : ''}`, `fill="${INK}"`) +
    `<rect x="${left}" y="${top + 17}" width="${PICTURE}" height="7" fill="${SOFT}" fill-opacity="0.18"/>` +
    `<rect x="${left}" y="${top + 17}" width="${(PICTURE * probability).toFixed(1)}" height="7" fill="${fill}"/>` +
    text(left, top + 36, formatPercent(probability), `fill="${SOFT}" font-size="10.5"`)
  );
}

function picture(pixels: Uint8Array, left: number, top: number): string {
  const href = pngHref({ pixels, width: IMAGE_SIDE, height: IMAGE_SIDE }, 3);
  return `<image x="${left}" y="${top}" width="${PICTURE}" height="${PICTURE}" href="${href}"/>`;
}

const pngHref = (picture: Picture, scale: number): string =>
  `data:image/png;base64,${Buffer.from(imageGrid([picture], { scale })).toString('base64')}`;

const text = (x: number, y: number, content: string, attributes: string): string =>
  `<text x="${x}" y="${y}" ${attributes}>${escapeMarkup(content)}</text>`;

/** What a network changes where one of its weights is another. */
export interface ChangePanel {
  readonly name: string;
  /** Absolute changes [height, width]. */
  readonly change: Float32Array;
  readonly shape: readonly [height: number, width: number];
  /** Lines below the picture. */
  readonly lines: readonly string[];
}

const PANEL = 220;

/** Maps of changes side by side, as the text of an SVG: black where nothing changed. */
export function changePanels(panels: readonly ChangePanel[]): string {
  const width = PANEL * panels.length;
  const height = PANEL + 50;
  const shown = panels.map(({ name, change, shape: [rows, columns], lines }, i) => {
    const across = rows === 1 ? UNITS_IN_ROW : columns;
    const down = Math.ceil(change.length / across);
    const largest = change.reduce((a, b) => Math.max(a, b), 0) || 1;
    const pixels = new Uint8Array(across * down * 3);
    change.forEach((value, k) => {
      pixels.set([255 * (value / largest), 150 * (value / largest), 60 * (value / largest)], 3 * k);
    });
    const href = pngHref({ pixels, width: across, height: down }, 6);
    const size = PANEL - 30;
    return (
      text(PANEL * i, 14, name, `fill="${INK}" font-weight="600"`) +
      `<image x="${PANEL * i}" y="24" width="${size}" height="${size}" preserveAspectRatio="none" href="${href}"/>` +
      lines.map((line, k) => text(PANEL * i, size + 42 + 16 * k, line, `fill="${SOFT}"`)).join('')
    );
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
    `font-family="sans-serif" font-size="12">${shown.join('')}</svg>`
  );
}
