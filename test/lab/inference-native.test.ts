import assert from 'node:assert/strict';
import { shapesDataset } from '../../src/data/index.js';
import { compile, currentEngine, tf } from '../../src/engine/index.js';
import { infer, inference } from '../../src/lab/index.js';
import { cnn, initialWeights, layerShapes, MODELS, withoutSharing } from '../../src/models/index.js';
import { predictLogits, shardsOf, trainingProgram } from '../../src/training/index.js';
import { itNative } from '../support/native.js';
import { assertClose } from '../support/numbers.js';
import { tinySpec } from '../training/fixtures.js';
import { layersActivations } from './layers-oracle.js';

const dataset = shapesDataset({ train: 130, test: 10, seed: 0 });
const { images, labels } = dataset.train;

itNative('compiled layers have the activations of the tf.layers model, and free what they held', async () => {
  const spec = cnn('tiny', 4, 6);
  const weights = initialWeights(spec, 2);
  const expected = layersActivations(spec, weights, images);
  const tensors = tf.memory().numTensors;
  for (const { name } of layerShapes(spec))
    assertClose(await infer(spec, weights, images, { upTo: name }), expected[name]!, 1e-5, name);
  assert.equal(tf.memory().numTensors, tensors);
});

for (const model of [MODELS.small, MODELS.baseline, withoutSharing(cnn('tiny', 4, 6))]) {
  itNative(`logits of ${model.name} are those of training's evaluation, bit for bit`, async () => {
    const spec = { ...tinySpec(dataset), model, seed: 4 };
    const program = compile(trainingProgram(spec, { images, labels }, shardsOf(currentEngine())));
    const rows = Uint32Array.from({ length: 130 }, (_, i) => i);
    const expected = await predictLogits(program, rows, 10);
    program.dispose();
    assert.deepEqual(await infer(model, initialWeights(model, 4), images), expected);
  });
}

itNative('operation by operation a network gives what it gives as a graph', async () => {
  const spec = cnn('tiny', 4, 6);
  const weights = initialWeights(spec, 2);
  const graph = await infer(spec, weights, images);
  const eager = inference(spec, weights, { compile: false });
  assertClose(await eager.run(images), graph, 1e-5, 'logits');
  eager.dispose();
});
