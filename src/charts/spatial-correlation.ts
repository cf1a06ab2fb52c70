import type { TopLevelSpec } from 'vega-lite';
import { type ChartSpec, FRAME } from './chart-spec.js';

/** Correlation of two pixels at one distance. */
export interface CorrelationPoint {
  /** Whether pixels were permuted. */
  readonly images: 'original' | 'permuted';
  /** Pixels. */
  readonly distance: number;
  /** Pearson's r, -1 to 1. */
  readonly correlation: number;
}

/**
 * Do nearby pixels have more to do with each other than distant ones?
 *
 * @example
 * ```ts
 * import { correlationByDistance, drawChart } from 'whyconv';
 *
 * const points = [1, 2].map((distance) => ({ images: 'original', distance, correlation: 1 / distance }) as const);
 * (await drawChart(correlationByDistance(points))).svg.includes('original'); // => true
 * ```
 */
export function correlationByDistance(points: readonly CorrelationPoint[]): ChartSpec {
  const domain = ['original', 'permuted'];
  const images = { field: 'images', type: 'nominal', title: 'images' } as const;
  return {
    ...FRAME,
    height: 260,
    data: { values: [...points] },
    mark: { type: 'line', point: { size: 45, filled: true } },
    encoding: {
      x: { field: 'distance', type: 'quantitative', title: 'distance in pixels', axis: { tickMinStep: 1 } },
      y: {
        field: 'correlation',
        type: 'quantitative',
        title: 'correlation of two pixels (Pearson’s r)',
        scale: { domainMax: 1 },
      },
      color: { ...images, scale: { domain } },
      shape: { ...images, scale: { domain, range: ['circle', 'square'] } },
      tooltip: [
        { field: 'images', type: 'nominal' },
        { field: 'distance', type: 'quantitative', title: 'distance in pixels' },
        { field: 'correlation', type: 'quantitative', format: '.3f' },
      ],
    },
  } satisfies TopLevelSpec;
}
