import type { TopLevelSpec } from 'vega-lite';
import { type ChartSpec, distinct, FRAME, PERCENT } from './chart-spec.js';

/** Redundancy of the filters of one layer. */
export interface RedundancyRow {
  readonly model: string;
  readonly layer: string;
  readonly filters: number;
  readonly weights: 'initial' | 'trained';
  /** Effective rank divided by the largest possible one, 0 to 1. */
  readonly relativeRank: number;
}

/** The relative rank of one layer's filters before and after training. */
export interface RankedLayer {
  readonly layer: string;
  readonly filters: number;
  readonly initial: number;
  readonly trained: number;
}

/** Two rows per layer: its initial weights and its trained ones. */
export function redundancyRows(model: string, layers: readonly RankedLayer[]): RedundancyRow[] {
  return layers.flatMap(({ layer, filters, initial, trained }) => [
    { model, layer, filters, weights: 'initial', relativeRank: initial },
    { model, layer, filters, weights: 'trained', relativeRank: trained },
  ]);
}

/** Do wide layers use all their directions, and did training reduce them? */
export function redundancyByWidth(rows: readonly RedundancyRow[]): ChartSpec {
  const domain = ['trained', 'initial'];
  const weights = { field: 'weights', type: 'nominal', title: 'weights' } as const;
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
        axis: { values: distinct(rows.map(({ filters }) => filters)), format: 'd' },
      },
      y: {
        field: 'relativeRank',
        type: 'quantitative',
        title: 'effective rank, as a share of the largest possible',
        axis: { format: '.0%' },
        scale: { domainMax: 1, zero: false },
      },
      color: { ...weights, scale: { domain } },
      shape: { ...weights, scale: { domain, range: ['circle', 'square'] } },
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
