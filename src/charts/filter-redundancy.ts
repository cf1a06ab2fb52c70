import type { TopLevelSpec } from 'vega-lite';
import type { LayerRank } from '../lab/index.js';
import { type ChartSpec, FRAME, PERCENT } from './chart-spec.js';

/** Redundancy of one layer's filters. */
export interface RedundancyRow {
  readonly model: string;
  readonly layer: string;
  readonly filters: number;
  readonly weights: 'initial' | 'trained';
  /** Effective rank over the greatest possible, 0 to 1. */
  readonly relativeRank: number;
}

/** Two rows a layer: as it began, and as it was trained. */
export function redundancyRows(model: string, ranks: readonly LayerRank[]): RedundancyRow[] {
  return ranks.flatMap(({ layer, filters, ...rank }) =>
    (['initial', 'trained'] as const).map((weights) => ({
      model,
      layer,
      filters,
      weights,
      relativeRank: rank[weights],
    })),
  );
}

/** Do wide layers use all their directions, and did training reduce them? */
export function redundancyByWidth(rows: readonly RedundancyRow[]): ChartSpec {
  const domain = ['trained', 'initial'];
  return {
    ...FRAME,
    height: 280,
    data: { values: [...rows] },
    mark: { type: 'point', filled: true, size: 80, opacity: 0.85 },
    encoding: {
      x: {
        field: 'filters',
        type: 'quantitative',
        title: 'filters in the layer',
        scale: { type: 'log', base: 2, nice: false, padding: 16 },
        axis: { values: [8, 16, 32, 64, 128, 256], format: 'd' },
      },
      y: {
        field: 'relativeRank',
        type: 'quantitative',
        title: 'effective rank, share of the most possible',
        axis: { format: '.0%' },
        scale: { domainMax: 1, zero: false },
      },
      color: { field: 'weights', type: 'nominal', title: 'weights', scale: { domain } },
      shape: {
        field: 'weights',
        type: 'nominal',
        title: 'weights',
        scale: { domain, range: ['circle', 'square'] },
      },
      tooltip: [
        { field: 'model', type: 'nominal' },
        { field: 'layer', type: 'nominal' },
        { field: 'filters', type: 'quantitative' },
        { field: 'weights', type: 'nominal' },
        { field: 'relativeRank', type: 'quantitative', title: 'relative rank', format: PERCENT },
      ],
    },
  } satisfies TopLevelSpec;
}
