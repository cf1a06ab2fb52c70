import type { TopLevelSpec } from 'vega-lite';
import { CHANCE, type ChartSpec, FRAME, PERCENT } from './chart-spec.js';
import { accuracyFromZero, chanceRule, modelLine } from './lines-by-model.js';

/** Which filters are removed: those with the smallest L1 norm (magnitude pruning), or random ones. */
type Chosen = 'least' | 'random';

/** Accuracy of a model without a share of one layer's filters, mean over its layers. */
export interface PrunedPoint {
  readonly model: string;
  /** 0 to 1; 0 is the whole model. */
  readonly share: number;
  readonly chosen: Chosen;
  /** 0 to 1. */
  readonly accuracy: number;
}

/** The accuracy of a whole model, and what it loses without a share of a layer's filters. */
export interface PrunedModel {
  readonly accuracy: number;
  readonly losses: readonly { readonly share: number; readonly chosen: Chosen; readonly mean: number }[];
}

/** One point per share and choice, starting with the whole model. */
export function prunedPoints(model: string, { accuracy, losses }: PrunedModel): PrunedPoint[] {
  const whole = { share: 0, mean: 0 };
  return (['least', 'random'] as const).flatMap((chosen) =>
    [whole, ...losses.filter((loss) => loss.chosen === chosen)].map((loss) => ({
      model,
      share: loss.share,
      chosen,
      accuracy: accuracy - loss.mean,
    })),
  );
}

const FILTERS: Readonly<Record<Chosen, string>> = { least: 'smallest L1 norm', random: 'random' };

/** How many filters can a layer do without? @param guess accuracy of one answer to every image, drawn as a line */
export function accuracyWithoutFilters(points: readonly PrunedPoint[], guess: number = CHANCE): ChartSpec {
  const { params, mark, ...byModel } = modelLine(points);
  return {
    ...FRAME,
    height: 280,
    data: { values: points.map(({ chosen, ...point }) => ({ ...point, filters: FILTERS[chosen] })) },
    layer: [
      {
        params,
        mark,
        encoding: {
          x: {
            field: 'share',
            type: 'quantitative',
            title: 'share of a layer’s filters removed',
            axis: { format: '.0%', tickCount: 5 },
          },
          y: accuracyFromZero('accuracy, mean over layers'),
          ...byModel,
          strokeDash: {
            field: 'filters',
            type: 'nominal',
            title: 'filters removed',
            legend: { symbolType: 'stroke' },
            scale: {
              domain: Object.values(FILTERS),
              range: [
                [1, 0],
                [4, 4],
              ],
            },
          },
          tooltip: [
            { field: 'model', type: 'nominal' },
            { field: 'filters', type: 'nominal', title: 'filters removed' },
            { field: 'share', type: 'quantitative', format: '.0%' },
            { field: 'accuracy', type: 'quantitative', format: PERCENT },
          ],
        },
      },
      chanceRule('y', guess),
    ],
  } satisfies TopLevelSpec;
}
