import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { missedTargets } from '../../src/bench/index.js';
import { MODEL_NAMES } from '../../src/models/index.js';
import {
  exactly,
  fabricatedContender,
  fabricatedModel,
  fabricatedResult,
  withoutKeras,
} from './fabricated.js';

const missed = (...args: Parameters<typeof fabricatedModel>) =>
  missedTargets(fabricatedResult([fabricatedModel(...args)]));

describe('missedTargets', () => {
  it('names nothing when every figure is far above its target', () => {
    const models = MODEL_NAMES.map((name) => fabricatedModel(name, { bf16Ratio: exactly(2) }));
    assert.deepEqual(missedTargets(fabricatedResult(models)), []);
  });

  it('judges the median ratio to Keras, not its range', () => {
    for (const model of MODEL_NAMES) {
      const [line, ...others] = missed(model, { kerasRatio: { median: 0.999, min: 0.5, max: 9 } });
      assert.match(line!, new RegExp(`^${model}: 0\\.999 times the faster Keras, target 1\\.`));
      assert.deepEqual(others, []);
      assert.deepEqual(missed(model, { kerasRatio: { median: 2, min: 0.5, max: 9 } }), []);
    }
  });

  it('compares peak memory with the Keras that uses less', () => {
    const { contenders } = fabricatedModel('medium');
    const ours = fabricatedContender(12_345, 501e6);
    assert.deepEqual(missed('medium', { contenders: { ...contenders, ours } }), [
      "medium: peak memory 501 MB, target at most Keras's 500 MB",
    ]);
  });

  it('asks for bfloat16 speed and a share of the matmul peak only where these models have such targets', () => {
    const slow = { bf16Ratio: exactly(1), peakShare: 0.1 };
    assert.deepEqual(missed('small', slow), []);
    const [bf16, peak, ...others] = missed('big', slow);
    assert.match(bf16!, /^big: bfloat16 is 1\.000 times float32, target 1\.4$/);
    assert.match(peak!, /^big: 10\.0 % of the matmul peak, target 75 %$/);
    assert.deepEqual(others, []);
  });

  it('counts figures that were not measured as missed', () => {
    const lines = missedTargets(fabricatedResult([withoutKeras('small')]));
    assert.equal(lines.length, 2);
    for (const line of lines) assert.match(line, /^small: .* was not measured/);
  });

  it('counts another engine or batch size as missed', () => {
    const models = [fabricatedModel('small')];
    assert.match(missedTargets(fabricatedResult(models, { engine: 'wasm' }))[0]!, /wasm/);
    assert.match(missedTargets(fabricatedResult(models, { batchSize: 32 }))[0]!, /32/);
  });
});
