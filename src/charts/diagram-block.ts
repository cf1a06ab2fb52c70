import { escapeMarkup } from '../base/escape.js';
import type { Shape } from '../models/shapes.js';
import { CHART_PALETTE } from './palette.js';
import { CHART_FONT } from './theme.js';

const { paper, grid, ink, muted } = CHART_PALETTE.light;

/** Colors of everything but the layers. A page restyles them through CSS variables; elsewhere a diagram is light. */
export const DIAGRAM = {
  panel: `var(--diagram-panel, ${paper})`,
  line: `var(--diagram-line, ${grid})`,
  ink: `var(--diagram-ink, ${ink})`,
  soft: `var(--diagram-soft, ${muted})`,
} as const;

/** A box in oblique projection: a front face and what is visible of its top and right side; sizes in SVG units. */
export interface Block {
  readonly faceWidth: number;
  readonly faceHeight: number;
  /** How far the back lies to the right of the front; it lies 0.4 of that above it. */
  readonly depth: number;
  /** Of the whole drawing. */
  readonly width: number;
  readonly height: number;
}

const PIXEL_UNIT = 1.75;
const CHANNEL_UNIT = 2.4;
const RISE = 0.4;

/** Feature maps face the reader, with their channels going back; a vector lies along the row. */
export function blockOf(shape: Shape): Block {
  if (shape.length === 1) return block(CHANNEL_UNIT * Math.sqrt(shape[0]), 9, 8);
  const [h, w, c] = shape;
  return block(Math.max(4, PIXEL_UNIT * w), Math.max(4, PIXEL_UNIT * h), CHANNEL_UNIT * Math.sqrt(c));
}

/** The block centered on (x, y). */
export function drawBlock(
  { faceWidth, faceHeight, depth, width, height }: Block,
  x: number,
  y: number,
  color: string,
): string {
  const left = x - width / 2;
  const bottom = y + height / 2;
  const top = bottom - faceHeight;
  const right = left + faceWidth;
  const rise = depth * RISE;
  const face = (points: readonly (readonly [number, number])[], shade: string) => {
    const path = points.map(([px, py]) => `${px.toFixed(1)},${py.toFixed(1)}`).join(' ');
    return (
      `<polygon points="${path}" fill="${color}"/>` +
      `<polygon points="${path}" fill="${shade}" stroke="#fff" stroke-opacity="0.75" stroke-width="0.8" stroke-linejoin="round"/>`
    );
  };
  return [
    face(
      [
        [left, top],
        [left + depth, top - rise],
        [right + depth, top - rise],
        [right, top],
      ],
      'rgba(255,255,255,0.38)',
    ),
    face(
      [
        [right, top],
        [right + depth, top - rise],
        [right + depth, bottom - rise],
        [right, bottom],
      ],
      'rgba(0,0,0,0.22)',
    ),
    face(
      [
        [left, top],
        [right, top],
        [right, bottom],
        [left, bottom],
      ],
      'rgba(255,255,255,0)',
    ),
  ].join('\n');
}

/** A downward arrow between two rows. */
export function arrow(x: number, from: number, to: number): string {
  const tip = to.toFixed(1);
  const wing = (to - 4).toFixed(1);
  return (
    `<path d="M${x} ${from.toFixed(1)}V${tip}M${x - 3.5} ${wing}L${x} ${tip}L${x + 3.5} ${wing}" fill="none" ` +
    `stroke="${DIAGRAM.soft}" stroke-width="1.3" stroke-linecap="round" stroke-linejoin="round"/>`
  );
}

export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  readonly description: string;
}

/** A standalone SVG without scripts on a panel of its own, so that its ink is legible on a dark page too. */
export function drawing({ width, height, title, description }: Drawing, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
      `role="img" font-family="${escapeMarkup(CHART_FONT)}">`,
    `<title>${escapeMarkup(title)}</title>`,
    `<desc>${escapeMarkup(description)}</desc>`,
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="10" fill="${DIAGRAM.panel}" stroke="${DIAGRAM.line}"/>`,
    ...parts,
    '</svg>',
  ].join('\n');
}

export interface TextStyle {
  readonly size: number;
  readonly weight?: number;
  readonly anchor?: 'start' | 'end';
  readonly soft?: boolean;
}

export function svgText(x: number, y: number, text: string, style: TextStyle): string {
  return (
    `<text x="${x}" y="${y.toFixed(1)}" font-size="${style.size}" font-weight="${style.weight ?? 400}" ` +
    `text-anchor="${style.anchor ?? 'start'}" fill="${style.soft ? DIAGRAM.soft : DIAGRAM.ink}">${escapeMarkup(text)}</text>`
  );
}

function block(faceWidth: number, faceHeight: number, depth: number): Block {
  return { faceWidth, faceHeight, depth, width: faceWidth + depth, height: faceHeight + depth * RISE };
}
