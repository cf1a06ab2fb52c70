import { formatCount } from '../base/format.js';
import type { LayerMatrix, LinearLayer } from '../models/layer-matrix.js';
import { DIAGRAM, drawing, svgText } from './diagram-block.js';
import { DIVERGING_RAMP } from './palette.js';

export const LINEAR_LAYER_NAMES: Readonly<Record<LinearLayer, string>> = {
  dense: 'dense',
  locallyConnected: 'locally connected',
  convolution: 'convolution',
};

/** SVG units per side of a matrix, between matrices, and above them for the titles. */
const SIDE = 180;
const GAP = 24;
const HEADER = 56;
/** Weights are drawn from the standard normal distribution: of this size and beyond they have the deepest color. */
const LARGEST = 2.25;

/**
 * The matrices of linear layers next to each other, as a standalone SVG: one row per output, one column per pixel of the
 * image, blue for positive and brown for negative weights. Nothing is drawn where an output does not depend on a pixel.
 * Each matrix says how many weights the layer learns.
 */
export function weightMatrices(matrices: readonly LayerMatrix[]): string {
  const width = matrices.length * (SIDE + GAP) + GAP;
  const height = HEADER + SIDE + GAP;
  const titles = matrices.map(titleOf);
  return drawing(
    {
      width,
      height,
      title: 'Layers as matrices',
      description: titles.map(({ name, weights }) => `${name}: ${weights}`).join('; '),
    },
    matrices.flatMap((matrix, i) => {
      const left = GAP + i * (SIDE + GAP);
      const { name, weights } = titles[i]!;
      return [
        svgText(left, 27, name, { size: 13, weight: 600 }),
        svgText(left, 45, weights, { size: 12, soft: true }),
        `<g transform="translate(${left} ${HEADER})">${drawMatrix(matrix)}</g>`,
      ];
    }),
  );
}

const titleOf = ({ layer, weights }: LayerMatrix) => ({
  name: LINEAR_LAYER_NAMES[layer],
  weights: `${formatCount(weights)} weights`,
});

/** One path per color: a square for each weight that has it. */
function drawMatrix({ side, values }: LayerMatrix): string {
  const pixels = side ** 2;
  const squares = DIVERGING_RAMP.map((): string[] => []);
  for (const [i, weight] of values.entries()) {
    if (weight !== 0) squares[colorOf(weight)]!.push(`M${i % pixels} ${Math.floor(i / pixels)}h1v1h-1z`);
  }
  const paths = squares.flatMap((parts, color) =>
    parts.length === 0 ? [] : [`<path fill="${DIVERGING_RAMP[color]}" d="${parts.join('')}"/>`],
  );
  return (
    `<g transform="scale(${(SIDE / pixels).toFixed(4)})">${paths.join('')}</g>` +
    `<rect width="${SIDE}" height="${SIDE}" fill="none" stroke="${DIAGRAM.line}"/>`
  );
}

/** The place of a weight on the ramp, whose middle is 0. */
function colorOf(weight: number): number {
  const middle = (DIVERGING_RAMP.length - 1) / 2;
  const place = Math.round(middle + (middle * weight) / LARGEST);
  return Math.max(0, Math.min(DIVERGING_RAMP.length - 1, place));
}
