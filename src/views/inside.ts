import { formatPercent } from '../base/format.js';
import {
  featureMapGrid,
  filterGrid,
  imageGrid,
  picturesOf,
  reachByDistance,
  reachGrid,
} from '../charts/index.js';
import { IMAGE_SIDE, type ImageSet } from '../data/index.js';
import type { EffectiveReceptiveField, PixelRange } from '../lab/index.js';
import { type ModelSpec, weightShapes } from '../models/index.js';
import type { FigureOptions, Prediction, TableView, View } from '../notebook/show.js';
import { listed } from './sources.js';

/** The filters of a network's first layer. @param kernel its weights */
export function filtersView(model: ModelSpec, kernel: Float32Array): FigureOptions {
  const [height, width, inputs, filters] = weightShapes(model)[0]!.shape as [number, number, number, number];
  return {
    png: filterGrid(kernel, [height, width, inputs, filters], { columns: 16, scale: 10 }),
    caption:
      `Which patterns do the ${filters} first-layer filters of \`${model.name}\` respond to? Each square is a filter of ` +
      `${height} × ${width} weights per color, scaled to its own largest; gray is zero.`,
    alt: `${filters} small colored squares, the filters of the first layer.`,
  };
}

/** The image that feature maps are shown of. */
export function probeView({ images, labels }: ImageSet, classes: readonly string[]): FigureOptions {
  const name = classes[labels[0]!]!;
  return {
    png: imageGrid(picturesOf(images, IMAGE_SIDE, [0]), { scale: 4 }),
    caption: `Which image? The first of the validation images, of the class ${name}.`,
    alt: `One image of the class ${name}.`,
  };
}

/** The maps of one image in one layer. @param features [height, width, channels] */
export function featureMapsView(
  layer: string,
  { maps, shape }: { readonly maps: Float32Array; readonly shape: readonly [number, number, number] },
): FigureOptions {
  const [height, width, channels] = shape;
  const silent = Array.from({ length: channels }, (_, channel) => channel).filter((channel) =>
    maps.every((value, i) => i % channels !== channel || value === 0),
  ).length;
  const found =
    silent === 0
      ? 'every filter responds'
      : `${silent} of them ${silent === 1 ? 'responds' : 'respond'} nowhere`;
  return {
    png: featureMapGrid(maps, shape, { columns: 8, scale: Math.max(2, Math.round(48 / height)) }),
    caption:
      `What does \`${layer}\` respond to in it? ${channels} maps of ${height} × ${width}, each scaled to its own maximum: ` +
      `${found}.`,
    alt: `${channels} gray pictures of ${height} by ${width} pixels, the feature maps of ${layer}.`,
  };
}

const sideOf = (range: PixelRange | null): number => (range ? range.last - range.first + 1 : 0);

/** Which pixels does a unit depend on, and does it depend on all of them alike? */
export const effectiveFieldViews = (fields: readonly EffectiveReceptiveField[]): View[] => [
  effectiveFieldGrid(fields),
  effectiveFieldView(fields),
  effectiveFieldTable(fields),
];

function effectiveFieldGrid(fields: readonly EffectiveReceptiveField[]): FigureOptions {
  return {
    png: reachGrid(
      fields.map(({ weights }) => weights),
      IMAGE_SIDE,
      { columns: 4 },
    ),
    caption:
      `Which pixels does a unit in the center of a layer depend on? Row by row: ` +
      `${listed(fields.map(({ layer }) => `\`${layer}\``))}; white is the pixel with the largest gradient.`,
    alt: `${fields.length} squares with a bright patch in the center, one per layer.`,
  };
}

function effectiveFieldView(fields: readonly EffectiveReceptiveField[]): FigureOptions {
  const { layer, expected, effectiveSide } = lastConvolution(fields);
  const points = fields
    .filter((field) => field.layer.startsWith('conv'))
    .flatMap((field) =>
      field.byDistance.filter(({ weight }) => weight > 0).map((point) => ({ layer: field.layer, ...point })),
    );
  return {
    chart: reachByDistance(points),
    caption:
      `Does a unit depend on all pixels of its field alike? By the formula a unit of \`${layer}\` sees ${square(sideOf(expected))} ` +
      `pixels; ${square(effectiveSide)} in the middle hold ${formatPercent(0.95, 0)} of its gradient.`,
    alt: 'Mean gradient of a pixel against its distance from the center of the field, one line per convolution.',
  };
}

const square = (side: number): string => `${side} × ${side}`;

const lastConvolution = (fields: readonly EffectiveReceptiveField[]): EffectiveReceptiveField =>
  fields.filter(({ layer }) => layer.startsWith('conv')).at(-1)!;

function effectiveFieldTable(fields: readonly EffectiveReceptiveField[]): TableView {
  const beyond = fields.filter(({ expected, rows, columns }) =>
    [rows, columns].some((seen) => seen && (seen.first < expected.first || seen.last > expected.last)),
  );
  const outside =
    beyond.length === 0
      ? 'No unit depends on a pixel outside its field.'
      : `**Units depend on pixels outside their field in ${listed(beyond.map(({ layer }) => layer))}.**`;
  return {
    caption: `Pixels that a unit in the center of each layer depends on. ${outside}`,
    rows: fields.map(({ layer, expected, rows, columns, effectiveSide }) => ({
      layer,
      'by the formula': square(sideOf(expected)),
      measured: `${sideOf(rows)} × ${sideOf(columns)}`,
      'most of the gradient within': square(effectiveSide),
    })),
  };
}

export function effectiveFieldPrediction(fields: readonly EffectiveReceptiveField[]): Prediction {
  const { layer, expected, rows, effectiveSide } = lastConvolution(fields);
  return {
    text: 'P1. A unit of the last convolution depends mostly on a part of its receptive field: 95 % of its gradient lies in a smaller square.',
    held: rows ? effectiveSide < sideOf(expected) : null,
    because: rows
      ? `\`${layer}\`: ${square(sideOf(expected))} by the formula, ${formatPercent(0.95, 0)} of the gradient within ${square(effectiveSide)}`
      : `the unit of \`${layer}\` responds to none of the images`,
  };
}
