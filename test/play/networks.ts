/** Networks and images for tests of figures: small ones, of every kind of layer. */
import { shapesDataset } from '../../src/data/index.js';
import {
  cnn,
  initialWeights,
  type ModelSpec,
  withFlattenHead,
  withoutSharing,
} from '../../src/models/index.js';

export const tiny = cnn('tiny', 4, 6);
export const flat: ModelSpec = {
  name: 'flat',
  inputShape: [32, 32, 3],
  layers: [
    { kind: 'flatten' },
    { kind: 'dense', units: 96, activation: 'relu' },
    { kind: 'dense', units: 10, activation: 'linear' },
  ],
};
export const SPECS: readonly ModelSpec[] = [tiny, withoutSharing(tiny), withFlattenHead(tiny), flat];

/** Biases are not zero, as they are initially. */
export const weightsOf = (spec: ModelSpec, seed = 1): Float32Array[] =>
  initialWeights(spec, seed).map((values, i) =>
    i % 2 === 0 ? values : values.map((_, k) => Math.sin(k + i) / 10),
  );

export const shapes = shapesDataset({ train: 100, test: 100, seed: 0 });
