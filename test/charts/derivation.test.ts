import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { derivation, derivedArithmetic } from '../../src/charts/index.js';
import { MODELS, withFlattenHead, withoutSharing } from '../../src/models/architectures.js';
import { modelArithmetic } from '../../src/models/arithmetic.js';
import type { LayerSpec, ModelSpec } from '../../src/models/spec.js';

describe('a derivation', () => {
  it('has the formula in symbols, with numbers in their place, and its value', () => {
    const symbols = { k: 3, c: 3, f: 8 };
    const { formulaTex, substitutionTex, value } = derivation(
      { expression: '(k^2 * c + 1) * f', symbols },
      224,
    );
    assert.equal(value, 224);
    assert.match(formulaTex, /\{\s*k\}\^\{2\} ?\\times/);
    assert.match(substitutionTex, /\{\s*3\}\^\{2\} ?\\times/);
  });
  it('writes subscripts, division and all digits of a number as TeX', () => {
    const symbols = { p_baseline: 1_500_000, p_big: 1_000_000 };
    const ratio = derivation({ expression: 'p_baseline / p_big', symbols }, 1.5);
    assert.equal(ratio.formulaTex, '\\frac{p_{\\mathrm{baseline}}}{p_{\\mathrm{big}}}');
    assert.equal(ratio.substitutionTex, '\\frac{1500000}{1000000}');
  });
  it('names a symbol that is not defined', () => {
    assert.throws(() => derivation({ expression: 'a + b', symbols: { a: 1 } }, 3), /Undefined symbol b/);
  });
  it('fails if the formula and the count disagree', () => {
    const formula = { expression: '(n + 1) * u', symbols: { n: 2, u: 3 } };
    assert.throws(() => derivation(formula, 8), /disagree[\s\S]*= 9[\s\S]*counted 8/);
    assert.throws(() => derivation(formula, Number.NaN), /disagree/);
  });
});

describe('the arithmetic of a model', () => {
  it('is the same by formula as by counting, for any stack of layers', () => {
    const window = fc.constantFrom(1, 2, 3, 5);
    const filters = fc.integer({ min: 1, max: 9 });
    const convolution = fc.record({
      kind: fc.constantFrom('conv2d' as const, 'locallyConnected2d' as const),
      filters,
      kernelSize: window,
      activation: fc.constant('relu' as const),
    });
    const onMaps = fc.oneof<fc.Arbitrary<LayerSpec>[]>(
      convolution,
      fc.constant<LayerSpec>({ kind: 'maxPool2d', size: 2 }),
      fc.constant<LayerSpec>({ kind: 'dropout', rate: 0.5 }),
    );
    const head = fc.constantFrom<LayerSpec>({ kind: 'flatten' }, { kind: 'globalAveragePool2d' });
    const stack = fc.tuple(fc.array(onMaps, { maxLength: 4 }), head, fc.integer({ min: 1, max: 30 }));
    fc.assert(
      fc.property(stack, ([maps, end, units]) => {
        const dense: LayerSpec = { kind: 'dense', units, activation: 'linear' };
        const spec: ModelSpec = { name: 'any', inputShape: [16, 16, 3], layers: [...maps, end, dense] };
        const counted = modelArithmetic(spec);
        for (const [i, { parameters, flops, activationBytes, receptiveField }] of derivedArithmetic(
          spec,
        ).entries()) {
          assert.deepEqual(
            [parameters, flops, activationBytes, receptiveField].map(({ value }) => value),
            [
              counted[i]!.parameters,
              counted[i]!.flops,
              counted[i]!.activationBytes,
              counted[i]!.receptiveField,
            ],
          );
        }
      }),
      { numRuns: 40 },
    );
  });
  it('explains each count of the models of the study', () => {
    const [first, second] = derivedArithmetic(MODELS.small);
    assert.match(first!.parameters.substitutionTex, /3\}\^\{2\}.*3\+1.*8/);
    assert.match(second!.receptiveField.formulaTex, /r_\{\\mathrm\{in\}\}/);
    for (const spec of [
      ...Object.values(MODELS),
      withFlattenHead(MODELS.big),
      withoutSharing(MODELS.small),
    ]) {
      assert.equal(derivedArithmetic(spec).length, spec.layers.length);
    }
  });
});
