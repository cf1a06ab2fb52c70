import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { IMAGE_BYTES, IMAGE_SIDE } from '../../src/data/index.js';
import { startEngine } from '../../src/engine/index.js';
import { featureMapsOf } from '../../src/lab/index.js';
import { cnn, MODELS } from '../../src/models/architectures.js';
import { modelArithmetic } from '../../src/models/arithmetic.js';
import { PIXEL, receptiveField, widen } from '../../src/models/receptive-field.js';
import type { LayerSpec, ModelSpec } from '../../src/models/spec.js';
import { initialWeights } from '../../src/models/weights.js';

const conv = (kernelSize: number): LayerSpec => ({
  kind: 'conv2d',
  filters: 1,
  kernelSize,
  activation: 'linear',
});
const pool = (size: number): LayerSpec => ({ kind: 'maxPool2d', size });

/** The layers on one axis, as "which inputs does each output depend on": the oracle knows windows, no formulas. */
function dependencies(layers: readonly LayerSpec[], length: number): Set<number>[] {
  let seen: Set<number>[] = Array.from({ length }, (_, i) => new Set([i]));
  for (const layer of layers) {
    const union = (indices: number[]) => new Set(indices.flatMap((i) => [...(seen[i] ?? [])]));
    if (layer.kind === 'conv2d') {
      const before = Math.floor((layer.kernelSize - 1) / 2);
      seen = seen.map((_, i) =>
        union(Array.from({ length: layer.kernelSize }, (_, tap) => i - before + tap)),
      );
    } else if (layer.kind === 'maxPool2d') {
      const { size } = layer;
      seen = Array.from({ length: Math.floor(seen.length / size) }, (_, i) =>
        union(Array.from({ length: size }, (_, tap) => i * size + tap)),
      );
    }
  }
  return seen;
}

describe('receptive field', () => {
  it('agrees with tracing which pixel reaches which output, for any stack', () => {
    const layer = fc.oneof(fc.constantFrom(1, 2, 3, 5).map(conv), fc.constant(pool(2)));
    fc.assert(
      fc.property(fc.array(layer, { maxLength: 5 }), (layers) => {
        const length = 512;
        const field = layers.reduce(widen, PIXEL);
        const traced = dependencies(layers, length);
        const middle = Math.floor(traced.length / 2);
        const pixels = [...traced[middle]!].sort((a, b) => a - b);
        assert.equal(pixels.length, field.size);
        assert.equal(pixels[0], field.offset + middle * field.jump);
        assert.equal(Math.min(...traced[middle + 1]!) - pixels[0]!, field.jump);
      }),
    );
  });

  it('two stacked 3x3 layers see 5x5; the stages of the CNNs see 5, 14 and 24 of 32 pixels', () => {
    assert.equal([conv(3), conv(3)].reduce(widen, PIXEL).size, 5);
    const sizes = ['conv2', 'conv4', 'conv5'].map((name) => receptiveField(MODELS.big, name).size);
    assert.deepEqual(sizes, [5, 14, 24]);
    assert.deepEqual(receptiveField(MODELS.big, 'conv5'), { size: 24, jump: 4, offset: -10 });
  });

  it('is the whole image after a layer that sees everything', () => {
    assert.deepEqual(
      modelArithmetic(MODELS.big).map((layer) => layer.receptiveField),
      [3, 5, 6, 10, 14, 16, 24, 32, 32, 32, 32],
    );
    assert.throws(() => receptiveField(MODELS.big, 'dense1'), RangeError);
    assert.throws(() => receptiveField(MODELS.big, 'conv6'), /no layer "conv6"/);
  });

  it('is no larger than the image in the arithmetic of a model, however deep', () => {
    const deep: ModelSpec = { name: 'deep', inputShape: [8, 8, 1], layers: [conv(5), conv(5), conv(5)] };
    assert.deepEqual(
      modelArithmetic(deep).map((layer) => layer.receptiveField),
      [5, 8, 8],
    );
  });

  it('is where a changed pixel changes the output of the built network', async () => {
    await startEngine('wasm');
    const spec = cnn('tiny', 2, 2);
    // With positive weights and no bias every pixel a value depends on raises it.
    const positive = initialWeights(spec, 1).map((weights) => weights.map(Math.abs));
    const row = 16;
    // Image x is black but for the pixel in column x.
    const images = new Uint8Array(IMAGE_SIDE * IMAGE_BYTES);
    for (let x = 0; x < IMAGE_SIDE; x++) {
      images.fill(
        255,
        x * IMAGE_BYTES + (row * IMAGE_SIDE + x) * 3,
        x * IMAGE_BYTES + (row * IMAGE_SIDE + x) * 3 + 3,
      );
    }
    for (const layer of ['conv1', 'conv2', 'pool1', 'conv4', 'pool2', 'conv5']) {
      const features = await featureMapsOf(spec, positive, layer, images);
      const [, width, channels] = features[0]!.shape;
      const field = receptiveField(spec, layer);
      for (let column = 0; column < width; column++) {
        const at = ((row / field.jump) * width + column) * channels;
        const seen = Array.from({ length: IMAGE_SIDE }, (_, x) => x).filter((x) =>
          features[x]!.maps.subarray(at, at + channels).some((value) => value > 0),
        );
        const first = Math.max(0, field.offset + column * field.jump);
        const last = Math.min(IMAGE_SIDE - 1, field.offset + column * field.jump + field.size - 1);
        assert.deepEqual(
          [seen[0], seen.at(-1), seen.length],
          [first, last, last - first + 1],
          `${layer} ${column}`,
        );
      }
    }
  });
});
