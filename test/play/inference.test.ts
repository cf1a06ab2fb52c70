import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { IMAGE_BYTES, loadDataset } from '../../src/data/index.js';
import { startEngine } from '../../src/engine/index.js';
import { infer } from '../../src/lab/index.js';
import { layerShapes, MODELS } from '../../src/models/index.js';
import { softmax } from '../../src/play/layers.js';
import { activations, answer, networkOf, scaled } from '../../src/play/network.js';
import { pack } from '../../src/play/pack.js';
import { unpack } from '../../src/play/unpack.js';
import { PROTOCOLS, runSpec } from '../../src/study/index.js';
import { train } from '../../src/training/index.js';
import { assertClose } from '../support/numbers.js';
import { SPECS, shapes, weightsOf } from './networks.js';

const imageAt = (i: number) => shapes.test.images.subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES);

describe('answering without the engine', () => {
  before(() => startEngine('wasm'));

  for (const spec of SPECS) {
    it(`every layer of ${spec.name} gives what the engine's gives`, async () => {
      const weights = weightsOf(spec);
      const images = shapes.test.images.subarray(0, 2 * IMAGE_BYTES);
      const found = [0, 1].map((i) => activations(networkOf(spec, weights), scaled(imageAt(i))));
      for (const [k, { name }] of layerShapes(spec).entries()) {
        const expected = await infer(spec, weights, images, { upTo: name });
        assertClose([...found[0]![k]!, ...found[1]![k]!], expected, 1e-5, name);
      }
    });
  }

  it('changes neither the image nor the weights', () => {
    const [spec] = SPECS;
    const [weights, image] = [weightsOf(spec!), scaled(imageAt(0))];
    const kept = [weights.map((values) => values.slice()), image.slice()];
    activations(networkOf(spec!, weights), image);
    assert.deepEqual([weights, image], kept);
  });

  it('refuses the weights of another network', () => {
    const [first, second] = SPECS;
    assert.throws(() => networkOf(first!, weightsOf(second!)), /not the weights of conv1 of model "tiny"/);
  });

  it('with the float16 weights of a trained CNN, answers for 100 images are within 0.001 of the engine', async () => {
    const dataset = await loadDataset({ synthetic: 'only', syntheticSize: { train: 400, test: 100 } });
    const setting = {
      model: MODELS.small,
      protocol: { ...PROTOCOLS.fastLowRate, batchSize: 16 },
      images: null,
      validation: 50,
      test: null,
    };
    const { fingerprint, train: images } = dataset;
    const spec = runSpec(setting, {
      dataset: fingerprint,
      available: images.count,
      seed: 0,
      maxEpochs: 10,
    });
    const { weights } = await train(spec, dataset);
    const values = Object.values(weights);
    const logits = await infer(spec.model, values, dataset.test.images);
    const network = await unpack(pack(spec.model, values, 'float16'));
    const differences = Array.from({ length: 100 }, (_, i) => {
      const pixels = dataset.test.images.subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES);
      const expected = softmax(logits.subarray(10 * i, 10 * (i + 1)));
      return Math.max(...answer(network, scaled(pixels)).map((share, k) => Math.abs(share - expected[k]!)));
    });
    assert.ok(Math.max(...differences) < 1e-3, String(Math.max(...differences)));
    const answers = Array.from({ length: 100 }, (_, i) => softmax(logits.subarray(10 * i, 10 * (i + 1))));
    assert.ok(
      answers.some((shares) => Math.max(...shares) > 0.3),
      'it has learned something',
    );
  });
});
