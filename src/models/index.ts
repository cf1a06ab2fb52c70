/**
 * Networks as data: their layers, shapes and costs, and the function that runs them. Nothing is trained here, and no image is
 * known.
 */

export type { ModelName, NetworkName } from './architectures.js';
export {
  cnn,
  denseBaseline,
  denseControl,
  MODEL_NAMES,
  MODELS,
  withDropout,
  withFlattenHead,
  withoutSharing,
} from './architectures.js';
export type { LayerArithmetic, ModelTotals } from './arithmetic.js';
export { countParameters, modelArithmetic, modelTotals, stageVolumes } from './arithmetic.js';
export { buildModel, modelWithWeights } from './build.js';
export type { Formula, LayerCount, LayerFormulas } from './formulas.js';
export { layerFormulas } from './formulas.js';
export { forward } from './forward.js';
export { type LayerMatrix, type LinearLayer, layerMatrix } from './layer-matrix.js';
export { locallyConnected2d } from './locally-connected.js';
export { modelSpecSchema, parseModelSpec } from './parse-spec.js';
export type { ReceptiveField } from './receptive-field.js';
export { receptiveField } from './receptive-field.js';
export type { LayerShape, Shape } from './shapes.js';
export { formatShape, layerShapes, sizeOf } from './shapes.js';
export type { Activation, LayerSpec, ModelSpec } from './spec.js';
export type { WeightShape } from './weights.js';
export { glorotLimit, initialWeights, weightShapes } from './weights.js';
