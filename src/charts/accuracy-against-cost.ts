import type { TopLevelSpec } from 'vega-lite';
import { type ChartSpec, FRAME, modelOrder, modelScales, PERCENT } from './chart-spec.js';
import { CHART_PALETTE, MODEL_COLORS } from './palette.js';

/** A model's accuracy and what it costs. */
export interface CostPoint {
  readonly model: string;
  readonly parameters: number;
  /** Per image, forward pass. */
  readonly flops?: number;
  /** Of training. */
  readonly seconds?: number;
  /** 0 to 1, as are the ends of its interval and the published figure. */
  readonly accuracy: number;
  readonly low?: number | null;
  readonly high?: number | null;
  readonly published?: number;
}

/** What does a parameter buy? */
export function accuracyAgainstParameters(points: readonly CostPoint[]): ChartSpec {
  return againstCost(points, 'parameters', 'trainable parameters');
}

/** What does a floating-point operation buy? */
export function accuracyAgainstFlops(points: readonly CostPoint[]): ChartSpec {
  return againstCost(points, 'flops', 'floating-point operations per image');
}

/** What does a second of training buy? */
export function accuracyAgainstSeconds(points: readonly CostPoint[]): ChartSpec {
  return againstCost(points, 'seconds', 'seconds of training');
}

function againstCost(
  points: readonly CostPoint[],
  cost: 'parameters' | 'flops' | 'seconds',
  title: string,
): ChartSpec {
  const measured = points.filter((point) => point[cost] !== undefined);
  const values = measured.flatMap(({ model, accuracy, low, high, published, ...costs }) => [
    {
      model,
      [cost]: costs[cost],
      accuracy,
      low: low ?? accuracy,
      high: high ?? accuracy,
      source: 'measured',
    },
    ...(published === undefined || cost === 'seconds'
      ? []
      : [
          {
            model,
            [cost]: costs[cost],
            accuracy: published,
            low: published,
            high: published,
            source: 'published',
          },
        ]),
  ]);
  const model = {
    field: 'model',
    type: 'nominal',
    legend: null,
    scale: modelScales(measured).color,
  } as const;
  const x = { field: cost, type: 'quantitative', title } as const;
  const variants = modelOrder(measured).filter((name) => !(name in MODEL_COLORS));
  const isVariant = { field: 'model', oneOf: variants };
  // A variant lies near the model that it varies: names of variants stand below their points, the others above.
  const names = (below: boolean, dy: number) => ({
    transform: [
      { filter: "datum.source === 'measured'" },
      ...(variants.length > 0 ? [{ filter: below ? isVariant : { not: isVariant } }] : []),
    ],
    mark: { type: 'text' as const, dy, fontWeight: 600 as const },
    encoding: { y: accuracyAxis, text: { field: 'model' }, color: model },
  });
  return {
    ...FRAME,
    height: 300,
    data: { values },
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
        { field: 'low', type: 'quantitative', format: PERCENT, title: '95 % from' },
        { field: 'high', type: 'quantitative', format: PERCENT, title: 'to' },
      ],
    },
    layer: [
      {
        transform: [{ filter: "datum.source === 'measured'" }],
        mark: { type: 'rule', strokeWidth: 1.5 },
        encoding: { y: { field: 'low', type: 'quantitative' }, y2: { field: 'high' }, color: model },
      },
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
          stroke: model,
          fill: model,
          fillOpacity: { condition: { test: "datum.source === 'published'", value: 0 }, value: 1 },
        },
      },
      names(false, -15),
      ...(variants.length > 0 ? [names(true, 22)] : []),
    ],
  } satisfies TopLevelSpec;
}

const accuracyAxis = {
  field: 'accuracy',
  type: 'quantitative',
  title: 'test accuracy',
  axis: { format: '.0%' },
  scale: { zero: false, padding: 20 },
} as const;
