import type { TopLevelSpec } from 'vega-lite';
import { CHANCE, type ChartSpec, distinct, FRAME, focusOn, orDash, PERCENT } from './chart-spec.js';
import { type Interval, intervalRule, intervalsOf, withInterval } from './intervals.js';
import { CHART_PALETTE } from './palette.js';
import { modelScales } from './series.js';

/** Accuracy of a model on shifted images. */
export interface ShiftPoint extends Interval {
  /** Its name, which decides its color. */
  readonly model: string;
  /** Pixels. */
  readonly shift: number;
  /** 0 to 1. */
  readonly accuracy: number;
  /** Prediction consistency: the share of images with the same prediction as without the shift. */
  readonly consistency?: number;
}

/** Accuracy of a model, 0 to 1, for one size of its training set. */
export interface ExamplesPoint extends Interval {
  /** Its name, which decides its color. */
  readonly model: string;
  /** Training images. */
  readonly examples: number;
  /** On the test images. */
  readonly accuracy: number;
}

/** Accuracy of a model on images permuted inside square blocks. */
export interface BlockPoint extends Interval {
  /** Its name, which decides its color. */
  readonly model: string;
  /** Side in pixels: 1 leaves an image as it is, 32 permutes all of it. */
  readonly block: number;
  /** 0 to 1. */
  readonly accuracy: number;
}

/**
 * Up to which distance does a model need pixels to be in order?
 *
 * @param guess accuracy of one answer to every image, drawn as a line
 * @example
 * ```ts
 * import { accuracyAgainstBlock, drawChart } from 'whyconv';
 *
 * const points = [1, 32].map((block) => ({ model: 'small', block, accuracy: block === 1 ? 0.5 : 0.3 }));
 * (await drawChart(accuracyAgainstBlock(points))).svg.includes('small'); // => true
 * ```
 */
export function accuracyAgainstBlock(points: readonly BlockPoint[], guess: number = CHANCE): ChartSpec {
  return lines(points.map(withInterval), {
    x: {
      field: 'block',
      title: 'side in pixels of the blocks inside which pixels are permuted',
      axis: { format: 'd', values: distinct(points.map(({ block }) => block)) },
      scale: { type: 'log', base: 2, nice: false },
    },
    guess,
    ...intervalsOf(points),
  });
}

/**
 * How far may an image be shifted before a model fails to recognize it?
 *
 * @param guess accuracy of one answer to every image, drawn as a line
 * @example
 * ```ts
 * import { accuracyAgainstShift, drawChart } from 'whyconv';
 *
 * const points = [0, 8].map((shift) => ({ model: 'small', shift, accuracy: 0.6 - 0.02 * shift }));
 * (await drawChart(accuracyAgainstShift(points))).svg.includes('small'); // => true
 * ```
 */
export function accuracyAgainstShift(points: readonly ShiftPoint[], guess: number = CHANCE): ChartSpec {
  const intervals = intervalsOf(points);
  return lines(points.map(withInterval), {
    x: { field: 'shift', title: 'shift in pixels', axis: { tickMinStep: 1 } },
    guess,
    exist: intervals.exist,
    transform: [...intervals.transform, orDash('consistency', 'prediction consistency', PERCENT)],
    tooltip: [...intervals.tooltip, { field: 'prediction consistency', type: 'nominal' }],
  });
}

/**
 * How many training images does a model need?
 *
 * @param guess accuracy of one answer to every image, drawn as a line
 * @example
 * ```ts
 * import { accuracyAgainstExamples, drawChart } from 'whyconv';
 *
 * const points = [1_250, 5_000].map((examples) => ({ model: 'small', examples, accuracy: examples / 10_000 }));
 * (await drawChart(accuracyAgainstExamples(points))).svg.includes('small'); // => true
 * ```
 */
export function accuracyAgainstExamples(points: readonly ExamplesPoint[], guess: number = CHANCE): ChartSpec {
  return lines(points.map(withInterval), {
    x: {
      field: 'examples',
      title: 'training images',
      axis: { format: ',' },
      scale: { type: 'log', nice: false },
    },
    guess,
    ...intervalsOf(points),
  });
}

interface LineOptions {
  readonly x: {
    readonly field: string;
    readonly title: string;
    readonly axis: { readonly tickMinStep?: number; readonly format?: string; readonly values?: number[] };
    readonly scale?: { readonly type: 'log'; readonly base?: number; readonly nice: false };
  };
  /** Where the line of a guess is drawn. */
  readonly guess: number;
  /** Further lines of the tooltip, after model, x and accuracy, and the transforms that compute them. */
  readonly transform?: { calculate: string; as: string }[];
  readonly tooltip?: { field: string; type: 'nominal' }[];
  /** Whether points have intervals, which are drawn as rules. */
  readonly exist?: boolean;
}

function lines(
  points: readonly { readonly model: string; readonly accuracy: number }[],
  { x, guess, transform = [], tooltip = [], exist = false }: LineOptions,
): ChartSpec {
  const { params, mark, ...byModel } = modelLine(points);
  const encoding = {
    x: { ...x, type: 'quantitative' as const },
    tooltip: [
      { field: 'model', type: 'nominal' as const },
      { field: x.field, type: 'quantitative' as const, title: x.title, format: ',' },
      { field: 'accuracy', type: 'quantitative' as const, format: PERCENT },
      ...tooltip,
    ],
  };
  const rule = intervalRule('y');
  return {
    ...FRAME,
    height: 280,
    data: { values: [...points] },
    layer: [
      {
        params,
        transform,
        mark,
        encoding: { ...encoding, y: accuracyFromZero('accuracy'), ...byModel },
      },
      ...(exist
        ? [
            {
              ...rule,
              transform: [...transform, ...rule.transform],
              encoding: { ...encoding, ...rule.encoding, color: byModel.color, opacity: byModel.opacity },
            },
          ]
        : []),
      chanceRule('y', guess),
    ],
  } satisfies TopLevelSpec;
}

/** One line per model, singled out by a click on the legend: the mark, and its encoding without x and y. */
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

/** A dashed line at the accuracy of a guess, across an axis of accuracies. */
export function chanceRule(axis: 'x' | 'y', guess: number) {
  const position = { field: 'guess', type: 'quantitative' as const };
  return {
    data: { values: [{ guess }] },
    mark: {
      type: 'rule' as const,
      strokeDash: [3, 4],
      color: CHART_PALETTE.light.muted,
      tooltip: `a guess: ${Number((100 * guess).toFixed(1))} %`,
    },
    encoding: axis === 'x' ? { x: position } : { y: position },
  };
}
