export type { CostPoint } from './accuracy-against-cost.js';
export {
  accuracyAgainstFlops,
  accuracyAgainstParameters,
  accuracyAgainstSeconds,
} from './accuracy-against-cost.js';
export type { ClassAccuracy } from './accuracy-by-class.js';
export { accuracyByClass } from './accuracy-by-class.js';
export type { AccuracyRow } from './accuracy-by-model.js';
export { accuracyByModel } from './accuracy-by-model.js';
export type { ChartSpec } from './chart-spec.js';
export type { ClassCount } from './class-balance.js';
export { classBalance } from './class-balance.js';
export { confusionHeatmap } from './confusion-matrix.js';
export type { DrawnChart, DrawOptions } from './draw.js';
export { drawChart } from './draw.js';
export type { EquivariancePoint } from './equivariance-error.js';
export { equivarianceByShift } from './equivariance-error.js';
export { featureMapGrid, filterGrid } from './filter-pictures.js';
export type { RedundancyRow } from './filter-redundancy.js';
export { redundancyByWidth, redundancyRows } from './filter-redundancy.js';
export type { GapRow } from './generalization-gap.js';
export { generalizationGap } from './generalization-gap.js';
export type { GridOptions, Picture } from './image-grid.js';
export { imageGrid, picturesOf } from './image-grid.js';
export { flopsByLayer, parameterShares, parametersByLayer, receptiveFieldByLayer } from './layers.js';
export type { EpochPoint } from './learning-curves.js';
export { accuracyCurves, lossCurves } from './learning-curves.js';
export type { BlockPoint, ExamplesPoint, ShiftPoint } from './lines-by-model.js';
export { accuracyAgainstBlock, accuracyAgainstExamples, accuracyAgainstShift } from './lines-by-model.js';
export type { ChartPalette, ModelName, ThemeMode } from './palette.js';
export {
  CATEGORY_COLORS,
  CHART_PALETTE,
  DIVERGING_RAMP,
  MODEL_COLORS,
  MODEL_NAMES,
  modelColorScale,
  paletteEntries,
  SEQUENTIAL_RAMP,
} from './palette.js';
export type { PermutationRow } from './permutation-effect.js';
export { permutationEffect } from './permutation-effect.js';
export type { PrunedPoint } from './pruned-accuracy.js';
export { accuracyWithoutFilters, prunedPoints } from './pruned-accuracy.js';
export type { ReachPoint } from './reach.js';
export { reachByDistance, reachGrid } from './reach.js';
export type { CorrelationPoint } from './spatial-correlation.js';
export { correlationByDistance } from './spatial-correlation.js';
export { textWidth } from './text-width.js';
export { CHART_FONT, chartTheme } from './theme.js';
