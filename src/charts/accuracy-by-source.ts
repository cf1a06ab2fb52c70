import type { TopLevelSpec } from 'vega-lite';
import { type ChartSpec, FRAME, PERCENT } from './chart-spec.js';
import { type Interval, intervalRule, intervalsOf, withInterval } from './intervals.js';
import { modelOrder } from './series.js';

/** Where a figure comes from: printed by the original study, recorded in this project's repository, or trained just now. */
export const SOURCES = ['published', 'recorded', 'here'] as const;
/** Where a figure is from: one of {@link SOURCES}, which are never mixed. */
export type Source = (typeof SOURCES)[number];

/** A test accuracy, 0 to 1, and its source. */
export interface SourcedAccuracy extends Interval {
  /** Name of the network. */
  readonly model: string;
  /** Where the figure is from. */
  readonly source: Source;
  /** On the test images. */
  readonly accuracy: number;
}

/**
 * What does each model reach, by the original study, by the recorded study and here? The sources are never mixed.
 *
 * @example
 * ```ts
 * import { accuracyBySource, drawChart } from 'whyconv';
 *
 * const rows = [{ model: 'small', source: 'published', accuracy: 0.609 } as const];
 * (await drawChart(accuracyBySource(rows))).svg.includes('published'); // => true
 * ```
 */
export function accuracyBySource(rows: readonly SourcedAccuracy[]): ChartSpec {
  const values = rows.map(withInterval);
  const intervals = intervalsOf(values);
  const sources = SOURCES.filter((source) => rows.some((row) => row.source === source));
  const models = modelOrder(rows);
  const offset = { field: 'source', type: 'nominal' as const, sort: sources };
  return {
    ...FRAME,
    height: 44 * models.length,
    data: { values },
    transform: intervals.transform,
    encoding: {
      y: { field: 'model', type: 'nominal', title: null, sort: models },
      yOffset: offset,
      color: { ...offset, scale: { domain: sources }, title: null },
      tooltip: [
        { field: 'model', type: 'nominal' },
        { field: 'source', type: 'nominal' },
        { field: 'accuracy', type: 'quantitative', title: 'test accuracy', format: PERCENT },
        ...intervals.tooltip,
      ],
    },
    layer: [
      ...(intervals.exist ? [intervalRule('x')] : []),
      {
        mark: { type: 'point', filled: true, size: 110 },
        encoding: {
          x: {
            field: 'accuracy',
            type: 'quantitative',
            title: 'test accuracy',
            axis: { format: '~%', grid: true, tickCount: 6 },
            scale: { zero: false, nice: true },
          },
          shape: { ...offset, scale: { domain: sources }, title: null },
        },
      },
    ],
  } satisfies TopLevelSpec;
}
