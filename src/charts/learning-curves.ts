import type { TopLevelSpec } from 'vega-lite';
import { type ChartSpec, FRAME, focusOn, modelScales, PERCENT } from './chart-spec.js';

/** One epoch of one run. */
export interface EpochPoint {
  readonly model: string;
  /** From 1. */
  readonly epoch: number;
  readonly trainLoss: number;
  readonly validationLoss: number;
  /** 0 to 1. */
  readonly trainAccuracy: number;
  readonly validationAccuracy: number;
  /** The epoch whose weights were kept. */
  readonly best?: boolean;
  /** Where a model was run several times. */
  readonly seed?: number;
}

/** How does the loss fall, and where does validation part from training? */
export function lossCurves(points: readonly EpochPoint[]): ChartSpec {
  return curves(points, 'loss', (point) => [point.trainLoss, point.validationLoss]);
}

/** How does accuracy rise with the epochs? */
export function accuracyCurves(points: readonly EpochPoint[]): ChartSpec {
  return curves(points, 'accuracy', (point) => [point.trainAccuracy, point.validationAccuracy]);
}

function curves(
  points: readonly EpochPoint[],
  quantity: 'loss' | 'accuracy',
  pick: (point: EpochPoint) => readonly [train: number, validation: number],
): ChartSpec {
  const values = points.flatMap((point) => {
    const { model, epoch, seed = 0, best = false } = point;
    const [train, validation] = pick(point);
    return [
      { model, epoch, seed, split: 'train', [quantity]: train, best: false },
      { model, epoch, seed, split: 'validation', [quantity]: validation, best },
    ];
  });
  const { color } = modelScales(points);
  const format = quantity === 'accuracy' ? PERCENT : '.3f';
  const axis = quantity === 'accuracy' ? { format: '.0%' } : {};
  const { params, opacity } = focusOn('model');
  return {
    ...FRAME,
    height: 280,
    data: { values },
    encoding: {
      x: {
        field: 'epoch',
        type: 'quantitative',
        title: 'epoch',
        axis: { tickMinStep: 1 },
        scale: { nice: false },
      },
      y: { field: quantity, type: 'quantitative', title: quantity, axis, scale: { zero: false } },
      color: { field: 'model', type: 'nominal', title: 'model', scale: color, legend: { columns: 3 } },
      opacity,
      tooltip: [
        { field: 'model', type: 'nominal' },
        { field: 'split', type: 'nominal' },
        { field: 'seed', type: 'ordinal' },
        { field: 'epoch', type: 'quantitative' },
        { field: quantity, type: 'quantitative', format },
        { field: 'best', type: 'nominal', title: 'weights kept' },
      ],
    },
    layer: [
      {
        params,
        mark: { type: 'line', point: { size: 16, filled: true } },
        encoding: {
          strokeDash: {
            field: 'split',
            type: 'nominal',
            title: 'images',
            legend: { orient: 'bottom', symbolType: 'stroke', symbolSize: 300 },
            scale: {
              domain: ['validation', 'train'],
              range: [
                [1, 0],
                [4, 4],
              ],
            },
          },
          detail: { field: 'seed', type: 'nominal' },
        },
      },
      {
        transform: [{ filter: 'datum.best' }],
        mark: { type: 'point', shape: 'diamond', size: 130, filled: true },
      },
    ],
  } satisfies TopLevelSpec;
}
