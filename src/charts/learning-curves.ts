import type { TopLevelSpec } from 'vega-lite';
import { type ChartSpec, FRAME, focusOn, PERCENT } from './chart-spec.js';
import { modelScales } from './series.js';

/** One epoch of one run: losses in nats, accuracies 0 to 1. Of validation: null after an epoch that was not validated. */
export interface EpochPoint extends AccuracyPoint {
  readonly trainLoss: number;
  readonly validationLoss: number | null;
}

export interface AccuracyPoint extends CurvePoint {
  readonly trainAccuracy: number;
  readonly validationAccuracy: number | null;
}

interface CurvePoint {
  readonly model: string;
  /** From 1. */
  readonly epoch: number;
  /** Whether the weights of this epoch were kept. */
  readonly best?: boolean;
  /** Distinguishes several runs of one model. */
  readonly seed?: number;
}

/** How does the loss fall, and where does validation part from training? */
export function lossCurves(points: readonly EpochPoint[]): ChartSpec {
  const metric = { field: 'loss', title: 'cross-entropy loss in nats', format: '.3f' };
  return curves(points, metric, (point) => [point.trainLoss, point.validationLoss]);
}

/** How does accuracy rise over the epochs? */
export function accuracyCurves(points: readonly AccuracyPoint[]): ChartSpec {
  const metric = { field: 'accuracy', title: 'accuracy', format: PERCENT, axis: { format: '.0%' } };
  return curves(points, metric, (point) => [point.trainAccuracy, point.validationAccuracy]);
}

interface Metric {
  readonly field: string;
  readonly title: string;
  readonly format: string;
  readonly axis?: { readonly format: string };
}

function curves<Point extends CurvePoint>(
  points: readonly Point[],
  { field, title, format, axis = undefined }: Metric,
  pick: (point: Point) => readonly [train: number, validation: number | null],
): ChartSpec {
  const values = points.flatMap((point) => {
    const { model, epoch, seed = null, best = false } = point;
    const [train, validation] = pick(point);
    return [
      { model, epoch, seed, split: 'train', [field]: train, best: false },
      ...(validation === null
        ? []
        : [{ model, epoch, seed, split: 'validation', [field]: validation, best }]),
    ];
  });
  const { color, shape } = modelScales(points);
  const model = { field: 'model', type: 'nominal', title: 'model' } as const;
  const { params, opacity } = focusOn('model');
  const isSeeded = points.some(({ seed }) => seed !== undefined);
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
      y: { field, type: 'quantitative', title, ...(axis && { axis }), scale: { zero: false } },
      color: { ...model, scale: color, legend: { columns: 3 } },
      shape: { ...model, scale: shape },
      opacity,
      tooltip: [
        { field: 'model', type: 'nominal' },
        { field: 'split', type: 'nominal', title: 'images' },
        ...(isSeeded ? [{ field: 'seed', type: 'ordinal' as const }] : []),
        { field: 'epoch', type: 'quantitative' },
        { field, type: 'quantitative', format },
        { field: 'best', type: 'nominal', title: 'weights kept' },
      ],
    },
    layer: [
      {
        params,
        mark: { type: 'line', point: { size: 24, filled: true } },
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
      { transform: [{ filter: 'datum.best' }], mark: { type: 'point', size: 130, filled: true } },
    ],
  } satisfies TopLevelSpec;
}
