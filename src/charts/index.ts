/**
 * How results look: pure functions from rows to Vega-Lite specs, pictures, diagrams and typeset formulas, with one palette
 * and one theme. Charts take row types of their own: they compute nothing, and know no records.
 */
export {
  accuracyAgainstFlops,
  accuracyAgainstParameters,
  type CostPoint,
} from './accuracy-against-cost.js';
export { accuracyByClass, type ClassAccuracy } from './accuracy-by-class.js';
export { type AccuracyRow, accuracyByModel } from './accuracy-by-model.js';
export {
  accuracyBySource,
  SOURCES,
  type Source,
  type SourcedAccuracy,
} from './accuracy-by-source.js';
export type { ChartSpec } from './chart-spec.js';
export { type ClassCount, classBalance } from './class-balance.js';
export { confusionHeatmap } from './confusion-matrix.js';
export { type Derivation, type DerivedLayer, derivation, derivedArithmetic } from './derivation.js';
export { type DrawnChart, type DrawOptions, drawChart } from './draw.js';
export { type EquivariancePoint, equivarianceByShift } from './equivariance-error.js';
export { featureMapGrid, filterGrid } from './filter-pictures.js';
export {
  type RankedLayer,
  type RedundancyRow,
  redundancyByWidth,
  redundancyRows,
} from './filter-redundancy.js';
export { type GapRow, generalizationGap } from './generalization-gap.js';
export { type GridOptions, imageGrid, type Picture, picturesOf } from './image-grid.js';
export type { Interval } from './intervals.js';
export { flopsByLayer, parameterShares, receptiveFieldByLayer } from './layers.js';
export { type AccuracyPoint, accuracyCurves, type EpochPoint, lossCurves } from './learning-curves.js';
export {
  accuracyAgainstBlock,
  accuracyAgainstExamples,
  accuracyAgainstShift,
  type BlockPoint,
  type ExamplesPoint,
  type ShiftPoint,
} from './lines-by-model.js';
export { modelDiagram } from './model-diagram.js';
export { CHART_PALETTE, type ChartPalette, MODEL_COLORS, paletteEntries, type ThemeMode } from './palette.js';
export { type PermutationRow, permutationEffect } from './permutation-effect.js';
export {
  accuracyWithoutFilters,
  type PrunedModel,
  type PrunedPoint,
  prunedPoints,
} from './pruned-accuracy.js';
export { type ReachPoint, reachByDistance, reachGrid } from './reach.js';
export { modelScales } from './series.js';
export { type CorrelationPoint, correlationByDistance } from './spatial-correlation.js';
export { textWidth } from './text-width.js';
export { CHART_FONT, chartTheme, forFrontEnd, fromFrontEnd } from './theme.js';
export { LINEAR_LAYER_NAMES, weightMatrices } from './weight-matrices.js';
