import type { TopLevelSpec } from 'vega-lite';
import { type ChartSpec, FRAME, PERCENT } from './chart-spec.js';
import { type Interval, intervalRule, intervalsOf, withInterval } from './intervals.js';
import { CHART_PALETTE } from './palette.js';
import { isOfStudy, modelOrder, modelScales } from './series.js';

/** A model's accuracy, 0 to 1, and what it costs. */
export interface CostPoint extends Interval {
  /** Its name, which decides its color. */
  readonly model: string;
  /** Trainable weights and biases. */
  readonly parameters: number;
  /** Of the forward pass, per image. */
  readonly flops: number;
  /** On the images that the caller chose. */
  readonly accuracy: number;
  /** What the original study printed, 0 to 1. */
  readonly published?: number;
}

/**
 * What does a parameter buy?
 *
 * @example
 * ```ts
 * import { accuracyAgainstParameters, drawChart } from 'whyconv';
 *
 * const points = [{ model: 'small', parameters: 14_450, flops: 4e6, accuracy: 0.62 }];
 * (await drawChart(accuracyAgainstParameters(points))).svg.startsWith('<svg'); // => true
 * ```
 */
export function accuracyAgainstParameters(points: readonly CostPoint[]): ChartSpec {
  return againstCost(points, 'parameters', 'trainable parameters');
}

/**
 * What does a floating-point operation buy?
 *
 * @example
 * ```ts
 * import { accuracyAgainstFlops, drawChart } from 'whyconv';
 *
 * const points = [{ model: 'small', parameters: 14_450, flops: 4e6, accuracy: 0.62, low: 0.61, high: 0.63 }];
 * (await drawChart(accuracyAgainstFlops(points))).svg.startsWith('<svg'); // => true
 * ```
 */
export function accuracyAgainstFlops(points: readonly CostPoint[]): ChartSpec {
  return againstCost(points, 'flops', 'floating-point operations per image');
}

function againstCost(points: readonly CostPoint[], cost: 'parameters' | 'flops', title: string): ChartSpec {
  const values = points.flatMap(measuredAndPublished);
  const intervals = intervalsOf(values);
  const x = { field: cost, type: 'quantitative', title } as const;
  const color = {
    field: 'model',
    type: 'nominal',
    legend: null,
    scale: modelScales(points).color,
  } as const;
  const rule = intervalRule('y');
  return {
    ...FRAME,
    height: 300,
    data: { values },
    transform: intervals.transform,
    encoding: {
      x: {
        ...x,
        scale: { type: 'log', nice: false, padding: 34 },
        axis: { format: '~s', tickCount: 5, grid: true },
      },
      tooltip: [
        { field: 'model', type: 'nominal' },
        { field: 'source', type: 'nominal' },
        { ...x, format: ',.0f' },
        { field: 'accuracy', type: 'quantitative', format: PERCENT },
        ...intervals.tooltip,
      ],
    },
    layer: [
      ...(intervals.exist ? [{ ...rule, encoding: { ...rule.encoding, color } }] : []),
      {
        mark: { type: 'point', size: 110, strokeWidth: 2 },
        encoding: {
          y: accuracyAxis,
          shape: {
            field: 'source',
            type: 'nominal',
            title: null,
            scale: { domain: ['measured', 'published'], range: ['circle', 'diamond'] },
            legend: values.some(({ source }) => source === 'published')
              ? { symbolFillColor: 'transparent', symbolStrokeColor: CHART_PALETTE.light.muted }
              : null,
          },
          stroke: color,
          fill: color,
          fillOpacity: { condition: { test: "datum.source === 'published'", value: 0 }, value: 1 },
        },
      },
      ...namesOf(points).map(({ names, dy }) => ({
        transform: [{ filter: "datum.source === 'measured'" }, { filter: { field: 'model', oneOf: names } }],
        mark: { type: 'text' as const, dy, fontWeight: 600 as const },
        encoding: { y: accuracyAxis, text: { field: 'model' }, color },
      })),
    ],
  } satisfies TopLevelSpec;
}

/** Only the measured figure has an interval: the published one came without. */
function measuredAndPublished({ published, ...point }: CostPoint) {
  const measured = withInterval({ ...point, source: 'measured' });
  if (published === undefined) return [measured];
  return [measured, { ...measured, accuracy: published, low: null, high: null, source: 'published' }];
}

/** Models of the study are named above their points, others below: a variant is near the model that it varies. */
function namesOf(points: readonly CostPoint[]) {
  const models = modelOrder(points);
  return [
    { names: models.filter(isOfStudy), dy: -15 },
    { names: models.filter((name) => !isOfStudy(name)), dy: 22 },
  ].filter(({ names }) => names.length > 0);
}

const accuracyAxis = {
  field: 'accuracy',
  type: 'quantitative',
  title: 'test accuracy',
  axis: { format: '.0%' },
  scale: { zero: false, padding: 20 },
} as const;
