import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { IMAGE_SIDE, shapesDataset } from '../../src/data/index.js';
import { startEngine, tf } from '../../src/engine/index.js';
import { type EffectiveReceptiveField, effectiveReceptiveFields } from '../../src/lab/index.js';
import { cnn, forward, initialWeights, layerShapes, weightShapes } from '../../src/models/index.js';

const spec = cnn('tiny', 4, 4);
const weights = initialWeights(spec, 1);
const { images } = shapesDataset({ train: 16, test: 10, seed: 0 }).train;
let fields: EffectiveReceptiveField[];
before(async () => {
  await startEngine('wasm');
  const held = tf.memory().numTensors;
  fields = await effectiveReceptiveFields(spec, weights, images);
  assert.equal(tf.memory().numTensors, held);
});

/** The oracle: whether the centre unit's values change when a pixel of every image changes. */
function depends(layer: string, row: number, column: number): boolean {
  const upTo = layerShapes(spec).findIndex(({ name }) => name === layer) + 1;
  return tf.tidy(() => {
    const tensors = weightShapes(spec).map(({ shape }, i) => tf.tensor(weights[i]!, [...shape]));
    const unit = (pixels: Float32Array) => {
      const maps = forward(spec, tensors, tf.tensor(pixels, [16, 32, 32, 3]), { upTo });
      const center = Math.floor(maps.shape[1]! / 2);
      return tf.slice(maps, [0, center, center, 0], [-1, 1, 1, -1]).dataSync<'float32'>();
    };
    const still = Float32Array.from(images, (value) => value / 255);
    const changed = still.map((value, i) => {
      const pixel = Math.floor(i / 3) % (IMAGE_SIDE * IMAGE_SIDE);
      return pixel === row * IMAGE_SIDE + column ? 5 - value : value;
    });
    const [a, b] = [unit(still), unit(changed)];
    return a.some((value, i) => value !== b[i]);
  }) as unknown as boolean;
}

describe('the measured receptive field', () => {
  it('the measured field is that of the formula, for every convolution and pooling', () => {
    assert.deepEqual(
      fields.map(({ layer }) => layer),
      ['conv1', 'conv2', 'pool1', 'conv3', 'conv4', 'pool2', 'conv5'],
    );
    for (const { layer, expected, rows, columns } of fields)
      assert.deepEqual([rows, columns], [expected, expected], layer);
    const sides = fields.map(({ expected }) => expected.last - expected.first + 1);
    assert.deepEqual(sides, [3, 5, 6, 10, 14, 16, 24]);
  });
  it('the measured field holds the pixels that change the unit, and no others', () => {
    for (const { layer, rows, columns } of fields.slice(0, 4)) {
      assert.ok(rows && columns);
      const middle = Math.floor((columns.first + columns.last) / 2);
      for (const row of [rows.first, rows.last])
        assert.ok(depends(layer, row, middle), `${layer}, row ${row}`);
      for (const row of [rows.first - 1, rows.last + 1])
        assert.ok(!depends(layer, row, middle), `${layer}, row ${row}`);
    }
  });
  it('the measured field is empty where every unit is dead', async () => {
    const dead = weights.map((values) => values.map(() => 0));
    const [first] = await effectiveReceptiveFields(spec, dead, images);
    assert.deepEqual([first?.rows, first?.columns], [null, null]);
    assert.ok(first?.weights.every((value) => value === 0));
  });
  it('pixels in the middle weigh more than those at the rim, and all weights sum to 1', () => {
    for (const { layer, weights: share, byDistance, effectiveSide, expected } of fields) {
      assert.ok(Math.abs(share.reduce((sum, value) => sum + value, 0) - 1) < 1e-5, layer);
      const inside = byDistance.filter(({ weight }) => weight > 0);
      assert.equal(Math.max(...byDistance.map(({ weight }) => weight)), 1);
      assert.ok(effectiveSide <= expected.last - expected.first + 1, layer);
      if (layer === 'conv5') {
        assert.ok(inside[0]!.weight > 3 * inside.at(-1)!.weight);
        assert.ok(effectiveSide < 24);
      }
    }
  });
});
