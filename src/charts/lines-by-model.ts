import type { TopLevelSpec } from 'vega-lite';
import { CHANCE, type ChartSpec, FRAME, focusOn, modelScales, orDash, PERCENT } from './chart-spec.js';
import { CHART_PALETTE } from './palette.js';

/** Accuracy of a model when its images have moved. */
export interface ShiftPoint {
  readonly model: string;
  /** Pixels. */
  readonly shift: number;
  /** 0 to 1. */
  readonly accuracy: number;
  /** Share of images that keep their unshifted prediction. */
  readonly agreement?: number;
}

/** Accuracy of a model trained on so many images. */
export interface ExamplesPoint {
  readonly model: string;
  /** Training images. */
  readonly examples: number;
  readonly accuracy: number;
  readonly low?: number | null;
  readonly high?: number | null;
}

/** Accuracy of a model on images permuted inside blocks of so many pixels a side. */
export interface BlockPoint {
  readonly model: string;
  /** 1 leaves an image as it is; 32 permutes all of it. */
  readonly block: number;
  readonly accuracy: number;
}

/** Up to which distance does a model need pixels where they were? */
export function accuracyAgainstBlock(points: readonly BlockPoint[]): ChartSpec {
  return lines(points, {
    x: {
      field: 'block',
      title: 'side of the blocks inside which pixels are permuted',
      axis: { format: 'd', values: [...new Set(points.map(({ block }) => block))].sort((a, b) => a - b) },
      scale: { type: 'log', base: 2, nice: false },
    },
    extra: [],
  });
}

/** How far may an image move before a model loses it? */
export function accuracyAgainstShift(points: readonly ShiftPoint[]): ChartSpec {
  return lines(points, {
    x: { field: 'shift', title: 'shift in pixels', axis: { tickMinStep: 1 } },
    extra: [['agreement', 'keep their class']],
  });
}

/** How many examples does a model need? */
export function accuracyAgainstExamples(points: readonly ExamplesPoint[]): ChartSpec {
  return lines(points, {
    x: {
      field: 'examples',
      title: 'training images',
      axis: { format: ',' },
      scale: { type: 'log', nice: false },
    },
    extra: [
      ['low', '95 % from'],
      ['high', 'to'],
    ],
  });
}

interface LineOptions {
  readonly x: {
    readonly field: string;
    readonly title: string;
    readonly axis: { readonly tickMinStep?: number; readonly format?: string; readonly values?: number[] };
    readonly scale?: { readonly type: 'log'; readonly base?: number; readonly nice: false };
  };
  /** Shares for the tooltip that some rows lack: field and title. */
  readonly extra: readonly (readonly [field: string, title: string])[];
}

function lines(
  points: readonly { readonly model: string; readonly accuracy: number }[],
  { x, extra }: LineOptions,
): ChartSpec {
  const { params, mark, ...byModel } = modelLine(points);
  return {
    ...FRAME,
    height: 280,
    data: { values: [...points] },
    layer: [
      {
        params,
        transform: extra.map(([field, title]) => orDash(field, title, PERCENT)),
        mark,
        encoding: {
          x: { ...x, type: 'quantitative' },
          y: accuracyFromZero('accuracy'),
          ...byModel,
          tooltip: [
            { field: 'model', type: 'nominal' },
            { field: x.field, type: 'quantitative', title: x.title, format: ',' },
            { field: 'accuracy', type: 'quantitative', format: PERCENT },
            ...extra.map(([, title]) => ({ field: title, type: 'nominal' as const })),
          ],
        },
      },
      chanceRule('y'),
    ],
  } satisfies TopLevelSpec;
}

/** A line a model, which its legend singles out: what is drawn, and its encoding but for x and y. */
export function modelLine(points: readonly { readonly model: string }[]) {
  const { color, shape } = modelScales(points);
  const { params, opacity } = focusOn('model');
  const model = { field: 'model', type: 'nominal' as const, title: 'model' };
  return {
    params,
    mark: { type: 'line' as const, point: { size: 60, filled: true } },
    color: { ...model, scale: color, legend: { columns: 3 } },
    shape: { ...model, scale: shape },
    opacity,
  };
}

export const accuracyFromZero = (title: string) => ({
  field: 'accuracy',
  type: 'quantitative' as const,
  title,
  axis: { format: '.0%' },
  scale: { domainMin: 0 },
});

/** A dashed line where a guess would be, across an axis of accuracies. */
export function chanceRule(axis: 'x' | 'y') {
  const position = { field: 'guess', type: 'quantitative' as const };
  return {
    data: { values: [{ guess: CHANCE }] },
    mark: {
      type: 'rule' as const,
      strokeDash: [3, 4],
      color: CHART_PALETTE.light.muted,
      tooltip: 'a guess: 10 %',
    },
    encoding: axis === 'x' ? { x: position } : { y: position },
  };
}
