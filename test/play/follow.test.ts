import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { IMAGE_BYTES, shiftImages } from '../../src/data/index.js';
import { startEngine } from '../../src/engine/index.js';
import { moveErrors } from '../../src/lab/equivariance.js';
import { withFeatures } from '../../src/lab/features.js';
import { layerShapes, receptiveField } from '../../src/models/index.js';
import { follow } from '../../src/play/follow.js';
import { activations, networkOf, scaled } from '../../src/play/network.js';
import { shapes, tiny, weightsOf } from './networks.js';

const weights = weightsOf(tiny);
const image = shapes.test.images.subarray(0, IMAGE_BYTES);
const network = networkOf(tiny, weights);

function followed(layer: string, move: readonly [number, number], fill: 'zero' | 'wrap' = 'zero') {
  const at = layerShapes(tiny).findIndex(({ name }) => name === layer);
  const shape = layerShapes(tiny)[at]!.outputShape as [number, number, number];
  const [still, moved] = [image, shiftImages(image, move[0], move[1], fill)].map(
    (pixels) => activations(network, scaled(pixels))[at]!,
  );
  const options = { field: receptiveField(tiny, layer), move, side: 32, wraps: fill === 'wrap' };
  return follow(still!, moved!, shape, options);
}

describe('how features follow a moved image', () => {
  before(() => startEngine('wasm'));

  it('away from the borders the error is the one that the study measures, layer by layer', async () => {
    for (const layer of ['conv2', 'pool1', 'conv4', 'pool2']) {
      await withFeatures(tiny, weights, layer, async (features) => {
        for (const [axis, by] of [
          ['x', 1],
          ['x', -3],
          ['y', 2],
          ['y', 4],
        ] as const) {
          const move = axis === 'x' ? ([by, 0] as const) : ([0, by] as const);
          const moved = shiftImages(image, move[0], move[1], 'zero');
          const field = receptiveField(tiny, layer);
          const { errors } = moveErrors(await features(image), await features(moved), field, { axis, by });
          const { error } = followed(layer, move);
          // The study compares whole lines; the figure leaves out the borders of the other axis too.
          if (errors[0]! < 1e-5) assert.ok(error! < 1e-5, `${layer} ${axis} ${by}: ${error}`);
          else assert.ok(Math.abs(error! - errors[0]!) < 0.5 * errors[0]! + 0.05, `${layer} ${axis} ${by}`);
        }
      });
    }
  });

  it('before any pooling nothing differs inside the frame, whatever the move; after it only whole strides do not', () => {
    for (const move of [
      [1, 0],
      [3, -5],
      [-8, 7],
    ] as const) {
      for (const fill of ['zero', 'wrap'] as const) {
        const { difference, compared, error } = followed('conv2', move, fill);
        assert.ok(error! < 1e-5, `${move} ${fill}: ${error}`);
        for (let y = compared.y[0]; y < compared.y[1]; y++)
          for (let x = compared.x[0]; x < compared.x[1]; x++) assert.ok(difference[32 * y + x]! < 1e-5);
      }
    }
    assert.ok(followed('pool1', [2, -4]).error! < 1e-5);
    assert.ok(followed('pool1', [1, 0]).error! > 0.01);
    assert.ok(followed('pool2', [4, 0]).error! < 1e-5);
    assert.ok(followed('pool2', [2, 0]).error! > 0.01);
  });

  it('with a black border, uncovered positions have nothing to be compared with; wrapped around, all have', () => {
    const uncovered = followed('conv2', [3, 0]).difference;
    assert.equal(uncovered.filter(Number.isNaN).length, 3 * 32);
    assert.ok(Number.isNaN(uncovered[2]) && !Number.isNaN(uncovered[3]));
    assert.equal(followed('conv2', [3, 0], 'wrap').difference.filter(Number.isNaN).length, 0);
  });

  it('where borders reach every position, no error is claimed', () => {
    assert.equal(followed('conv5', [8, 8]).error, null);
  });
});
