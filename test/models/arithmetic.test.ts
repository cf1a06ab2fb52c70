import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cnn, MODEL_NAMES, MODELS, withoutSharing } from '../../src/models/architectures.js';
import { modelArithmetic, modelTotals } from '../../src/models/arithmetic.js';
import { architectureFacts, mapVolumes } from '../../src/models/facts.js';
import { quantity } from '../../src/models/quantity.js';

describe('quantities', () => {
  it('show formula, substitution and value', () => {
    const kernel = quantity('(k^2 * c + 1) * f', { k: 3, c: 3, f: 8 });
    assert.equal(kernel.formula, '(k² × c + 1) × f');
    assert.equal(kernel.substitution, '(3² × 3 + 1) × 8');
    assert.equal(kernel.value, 224);
    assert.match(kernel.formulaTex, /\{\s*k\}\^\{2\} ?\\times/);
    assert.match(kernel.substitutionTex, /\{\s*3\}\^\{2\} ?\\times/);
  });
  it('write subscripts and division as TeX', () => {
    const ratio = quantity('p_baseline / p_big', { p_baseline: 6, p_big: 4 });
    assert.equal(ratio.formulaTex, '\\frac{p_{\\mathrm{baseline}}}{p_{\\mathrm{big}}}');
    assert.equal(ratio.value, 1.5);
  });
  it('refuse an undefined symbol by name', () => {
    assert.throws(() => quantity('a + b', { a: 1 }), /Undefined symbol b/);
  });
});

describe('FLOPs', () => {
  /** Runs the layers as loops over indices and counts what a processor would do, padding included. */
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
  it('equal a count by loops', () => {
    assert.equal(modelTotals(cnn('tiny', 2, 3)).flops, countedFlops(2, 3));
    assert.equal(modelTotals(MODELS.small).flops, countedFlops(8, 16));
  });
  it('are those of the convolutions where sharing is taken away, and parameters are as many a position', () => {
    const [shared, own] = [MODELS.small, withoutSharing(MODELS.small)].map(modelArithmetic);
    for (const [i, { kind, flops, parameters, receptiveField, outputShape }] of shared!.entries()) {
      const twin = own![i]!;
      assert.equal(twin.flops.value, flops.value);
      assert.equal(twin.receptiveField.value, receptiveField.value);
      assert.deepEqual(twin.outputShape, outputShape);
      const times = kind === 'conv2d' ? outputShape[0] * outputShape[1]! : 1;
      assert.equal(twin.parameters.value, times * parameters.value);
    }
    assert.equal(own![0]!.parameters.formula, '(k² × c + 1) × f × h × w');
    assert.equal(own![0]!.parameters.substitution, '(3² × 3 + 1) × 8 × 32 × 32');
  });
  it('of the baseline are two per weight', () => {
    assert.equal(modelTotals(MODELS.baseline).flops, 2 * (3072 * 512 + 512 * 256 + 256 * 10));
  });
  it('leave out less than 1.5 % by not counting ReLU, pooling and averaging', () => {
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
  it('is four bytes a value of each output, and flatten is a view', () => {
    const values =
      2 * 32 * 32 * 8 + 16 * 16 * 8 + 2 * 16 * 16 * 16 + 8 * 8 * 16 + 8 * 8 * 32 + 32 + 128 + 128 + 10;
    assert.equal(modelTotals(MODELS.small).activationBytes, 4 * values);
    assert.equal(modelTotals(MODELS.baseline).activationBytes, 4 * (512 + 256 + 10));
    assert.equal(modelTotals(MODELS.baseline).inputBytes, 12_288);
  });
});

describe('the facts of the original study', () => {
  for (const { id, quantity: computed, published, decimals } of architectureFacts()) {
    if (published === undefined) continue;
    it(`${id} is as published`, () => {
      const unit = 10 ** -decimals;
      assert.equal(Math.round(computed.value / unit), Math.round(published / unit));
    });
  }
  it('a flatten head adds 1.03 million parameters to big, not the published 1.05: the pooled head has its own', () => {
    const fact = architectureFacts().find(({ id }) => id === 'flatten-head');
    assert.equal(fact?.quantity.value, 1_032_192);
  });
  it('C13: doubling the filters does not keep H x W x C constant', () => {
    assert.deepEqual(
      mapVolumes('big').map(({ value }) => value),
      [32_768, 16_384, 8_192],
    );
  });
});
