/**
 * The figures a reader moves: the study's own networks, answering in the page. Inference, unpacking and everything in `client`
 * are plain code that runs in a browser and imports nothing of the engine; preparing a figure runs here, with the engine.
 */
export type {
  GuessFigure,
  MeasuredCurve,
  MoveFigure,
  PlayedImages,
  PlayedNetwork,
  PlayFigure,
  PlayKind,
  ReachFigure,
  ScrambleFigure,
  ShownNetworks,
  TurnFigure,
} from './figures.js';
export { PLAY_KINDS } from './figures.js';
export { playAsset, playHtml } from './front-end.js';
export { inputGradient } from './gradient.js';
export { activations, answer, type Network, networkOf, scaled } from './network.js';
export { deflated, pack } from './pack.js';
export { imagesFor, type Prepared, prepare, type Shown } from './prepare.js';
export { layersWithPlaces, pixelsOf, sizeOfArea, unitsOf } from './reach.js';
export { type ChangePanel, changePanels, type KeyFrame, keyFrames } from './still.js';
export { type Turned, turn, type WeightPlace } from './turn.js';
export { inflated, type PackedNetwork, type PackedPrecision, unpack } from './unpack.js';
