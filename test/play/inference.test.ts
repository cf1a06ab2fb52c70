import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { IMAGE_BYTES, loadDataset } from '../../src/data/index.js';
import { startEngine } from '../../src/engine/index.js';
import { infer } from '../../src/lab/index.js';
import { layerShapes } from '../../src/models/index.js';
import { softmax } from '../../src/play/layers.js';
import { activations, answer, networkOf, scaled } from '../../src/play/network.js';
import { pack } from '../../src/play/pack.js';
import { unpack } from '../../src/play/unpack.js';
import { RECORDED_FOLDER, RunStore } from '../../src/runs/index.js';
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

  // Elsewhere than on CIFAR-10 on shapes: to a network that never saw such images, rounding means more.
  it('with the float16 weights of a trained CNN, answers for 100 images are within 0.001 of the engine', async () => {
    const path = process.env.WHYCONV_TEST_CIFAR10;
    const { test } = path ? await loadDataset({ path, synthetic: 'never' }) : shapes;
    const images = test.images.subarray(0, 100 * IMAGE_BYTES);
    const store = new RunStore(RECORDED_FOLDER);
    const names = path ? ['small', 'medium'] : ['small'];
    const tolerance = path ? 0.001 : 0.003;
    const compared = new Set<string>();
    for (const record of await store.list()) {
      const { model } = record.spec;
      const weights = names.includes(model.name) ? await store.weights(record) : undefined;
      if (!weights) continue;
      const logits = await infer(model, weights, images);
      const network = await unpack(pack(model, weights, 'float16'));
      for (let i = 0; i < 100; i++) {
        const found = answer(network, scaled(images.subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES)));
        const expected = softmax(logits.subarray(10 * i, 10 * (i + 1)));
        for (const [k, share] of found.entries())
          assert.ok(
            Math.abs(share - expected[k]!) < tolerance,
            `${model.name}, image ${i}: ${share - expected[k]!}`,
          );
      }
      compared.add(model.name);
    }
    assert.deepEqual([...compared].sort(), [...names].sort(), 'the repository has their weights');
  });
});
