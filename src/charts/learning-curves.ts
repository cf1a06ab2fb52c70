import type { TopLevelSpec } from 'vega-lite';
import { type ChartSpec, distinct, FRAME, focusOn, PERCENT } from './chart-spec.js';
import { modelScales } from './series.js';

/** One epoch of one run: losses in nats, accuracies 0 to 1. Of validation: null after an epoch that was not validated. */
export interface EpochPoint extends AccuracyPoint {
  /** Over the epoch's batches, dropout on. */
  readonly trainLoss: number;
  /** After the epoch; null where it was not validated. */
  readonly validationLoss: number | null;
}

/** The accuracies of one epoch of one run, 0 to 1. */
export interface AccuracyPoint extends CurvePoint {
  /** Over the epoch's batches, dropout on. */
  readonly trainAccuracy: number;
  /** After the epoch; null where it was not validated. */
  readonly validationAccuracy: number | null;
}

interface CurvePoint {
  /** Its name, which decides its color. */
  readonly model: string;
  /** From 1. */
  readonly epoch: number;
  /** Whether the weights of this epoch were kept. */
  readonly best?: boolean;
  /** Distinguishes several runs of one model. */
  readonly seed?: number;
}

/**
 * How does the loss fall, and where does validation part from training?
 *
 * @example
 * ```ts
 * import { drawChart, epochsOf, lossCurves, recordedRuns } from 'whyconv';
 *
 * const [record] = await recordedRuns();
 * (await drawChart(lossCurves(epochsOf([record!])))).svg.includes('loss'); // => true
 * ```
 */
export function lossCurves(points: readonly EpochPoint[]): ChartSpec {
  const metric = { field: 'loss', title: 'cross-entropy loss in nats', format: '.3f' };
  return curves(points, metric, (point) => [point.trainLoss, point.validationLoss]);
}

/**
 * How does accuracy rise over the epochs?
 *
 * @example
 * ```ts
 * import { accuracyCurves, drawChart } from 'whyconv';
 *
 * const points = [1, 2].map((epoch) => ({ model: 'mine', epoch, trainAccuracy: 0.2 * epoch, validationAccuracy: null }));
 * (await drawChart(accuracyCurves(points))).svg.includes('mine'); // => true
 * ```
 */
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
  // Not for all layers: Vega-Lite would give the bands points at their lower edges.
  const shapes = { ...model, scale: shape };
  const { params, opacity } = focusOn('model');
  const isSeeded = points.some(({ seed }) => seed !== undefined);
  const isBanded = hasSeveralSeeds(points);
  const tip = { field, type: 'quantitative' as const, format };
  const y = { field, type: 'quantitative' as const, title, ...(axis && { axis }), scale: { zero: false } };
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
      y: isBanded ? { ...y, aggregate: 'mean' as const } : y,
      color: { ...model, scale: color, legend: { columns: 3 } },
      opacity,
      tooltip: [
        { field: 'model', type: 'nominal' },
        { field: 'split', type: 'nominal', title: 'images' },
        ...(isSeeded && !isBanded ? [{ field: 'seed', type: 'ordinal' as const }] : []),
        { field: 'epoch', type: 'quantitative' },
        ...(isBanded
          ? [
              { ...tip, aggregate: 'mean' as const, title: `${field}, mean over seeds` },
              { ...tip, aggregate: 'min' as const, title: 'lowest' },
              { ...tip, aggregate: 'max' as const, title: 'highest' },
            ]
          : [tip, { field: 'best', type: 'nominal' as const, title: 'weights kept' }]),
      ],
    },
    layer: [
      ...(isBanded ? [bandOf(field, model, color)] : []),
      {
        params,
        mark: { type: 'line', point: { size: 24, filled: true } },
        encoding: {
          shape: shapes,
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
          ...(isBanded ? {} : { detail: { field: 'seed', type: 'nominal' as const } }),
        },
      },
      // Of several seeds the mean is drawn, and no epoch of it was kept.
      ...(isBanded
        ? []
        : [
            {
              transform: [{ filter: 'datum.best' }],
              mark: { type: 'point' as const, size: 130, filled: true },
              encoding: { shape: shapes },
            },
          ]),
    ],
  } satisfies TopLevelSpec;
}

const hasSeveralSeeds = (points: readonly CurvePoint[]): boolean =>
  distinct(points.map(({ model }) => model)).some(
    (name) => distinct(points.filter(({ model }) => model === name).map(({ seed }) => seed)).length > 1,
  );

/** From the lowest to the highest of the seeds. */
function bandOf(
  field: string,
  model: { readonly field: string; readonly type: 'nominal' },
  scale: { readonly domain: string[]; readonly range: string[] },
) {
  return {
    mark: { type: 'area' as const },
    encoding: {
      y: { field, type: 'quantitative' as const, aggregate: 'min' as const },
      y2: { field, aggregate: 'max' as const },
      color: { ...model, scale },
      detail: { field: 'split', type: 'nominal' as const },
      opacity: { value: 0.15 },
    },
  };
}
