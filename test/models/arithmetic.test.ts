import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cnn, MODEL_NAMES, MODELS, withoutSharing } from '../../src/models/architectures.js';
import { modelArithmetic, modelTotals, stageVolumes } from '../../src/models/arithmetic.js';

describe('FLOPs', () => {
  /** Runs the layers as loops over indices and counts the operations of a processor, padding included. */
  function countedFlops(f1: number, f2: number): number {
    let operations = 0;
    const convolve = (side: number, from: number, to: number) => {
      for (let position = 0; position < side * side; position++)
        for (let filter = 0; filter < to; filter++)
          for (let tap = 0; tap < 9; tap++) for (let channel = 0; channel < from; channel++) operations += 2;
    };
    const connect = (from: number, to: number) => {
      for (let unit = 0; unit < to; unit++) for (let input = 0; input < from; input++) operations += 2;
    };
    convolve(32, 3, f1);
    convolve(32, f1, f1);
    convolve(16, f1, f2);
    convolve(16, f2, f2);
    convolve(8, f2, 2 * f2);
    connect(2 * f2, 128);
    connect(128, 10);
    return operations;
  }
  it('equal the operations counted by running the layers as loops', () => {
    assert.equal(modelTotals(cnn('tiny', 2, 3)).flops, countedFlops(2, 3));
    assert.equal(modelTotals(MODELS.small).flops, countedFlops(8, 16));
  });
  it('are the same without weight sharing, which multiplies parameters by the number of positions', () => {
    const [shared, unshared] = [MODELS.small, withoutSharing(MODELS.small)].map(modelArithmetic);
    for (const [i, layer] of shared!.entries()) {
      const { flops, parameters, receptiveField, outputShape } = unshared![i]!;
      assert.equal(flops, layer.flops);
      assert.equal(receptiveField, layer.receptiveField);
      assert.deepEqual(outputShape, layer.outputShape);
      const positions = layer.kind === 'conv2d' ? outputShape[0] * outputShape[1]! : 1;
      assert.equal(parameters, positions * layer.parameters);
    }
  });
  it('are two per weight in the baseline', () => {
    assert.equal(modelTotals(MODELS.baseline).flops, 2 * (3072 * 512 + 512 * 256 + 256 * 10));
  });
  it('miss less than 1.5 % by not counting ReLU, pooling and averaging', () => {
    for (const name of MODEL_NAMES) {
      const layers = modelArithmetic(MODELS[name]);
      const values = layers.flatMap(({ kind, inputShape, outputShape }) => {
        if (kind === 'flatten' || kind === 'dropout') return [];
        const touched = kind === 'conv2d' || kind === 'dense' ? outputShape : inputShape;
        return [touched.reduce((product: number, n) => product * n, 1)];
      });
      const share = values.reduce((sum, n) => sum + n, 0) / modelTotals(MODELS[name]).flops;
      assert.ok(share < 0.015, `${name}: ${share}`);
    }
  });
});

describe('activation memory', () => {
  it('is four bytes per value of each output, and none for flatten, which is a view', () => {
    const values =
      2 * 32 * 32 * 8 + 16 * 16 * 8 + 2 * 16 * 16 * 16 + 8 * 8 * 16 + 8 * 8 * 32 + 32 + 128 + 128 + 10;
    assert.equal(modelTotals(MODELS.small).activationBytes, 4 * values);
    assert.equal(modelTotals(MODELS.baseline).activationBytes, 4 * (512 + 256 + 10));
    assert.equal(modelTotals(MODELS.baseline).inputBytes, 12_288);
  });
});

describe('stage volumes', () => {
  it('C13: doubling the filters does not keep height x width x channels constant', () => {
    assert.deepEqual(stageVolumes(MODELS.big), [32_768, 16_384, 8_192]);
    assert.deepEqual(stageVolumes(withoutSharing(MODELS.small)), stageVolumes(MODELS.small));
    assert.deepEqual(stageVolumes(MODELS.baseline), []);
  });
});
