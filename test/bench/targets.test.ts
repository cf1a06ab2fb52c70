import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describeBenchmark, missedTargets } from '../../src/bench/index.js';
import { MODEL_NAMES } from '../../src/models/index.js';
import { fabricatedModel, fabricatedResult } from './fabricated.js';

const missed = (...args: Parameters<typeof fabricatedModel>) =>
  missedTargets(fabricatedResult([fabricatedModel(...args)]));

describe('targets', () => {
  it('are reached by what just reaches them', () => {
    const models = MODEL_NAMES.map((name) =>
      fabricatedModel(name, { ratio: name === 'baseline' || name === 'small' ? 1.3 : 1.05 }),
    );
    assert.deepEqual(missedTargets(fabricatedResult(models)), []);
  });

  it('ask for 1.3 times Keras on the cheap models and 1.05 times on the others', () => {
    for (const model of MODEL_NAMES) {
      const target = { baseline: 1.3, small: 1.3, medium: 1.05, big: 1.05, extra_big: 1.05 }[model];
      assert.deepEqual(missed(model, { ratio: target }), []);
      const [line, ...others] = missed(model, { ratio: target - 0.001 });
      assert.match(line!, new RegExp(`^${model}: .*target ${target}`));
      assert.deepEqual(others, []);
    }
  });

  it('ask for three quarters of the matmul peak on the two widest models only', () => {
    for (const model of MODEL_NAMES) {
      const lines = missed(model, { peakShare: 0.7499 });
      assert.equal(lines.length, model === 'big' || model === 'extra_big' ? 1 : 0, model);
    }
    assert.match(missed('big', { peakShare: 0.5 })[0]!, /big: 50\.0 % of the matmul peak, target 75 %/);
  });

  it("ask for no more memory than Keras's", () => {
    assert.match(missed('medium', { peakMemoryBytes: 501e6 })[0]!, /medium: peak memory 501 MB.* 500 MB/);
  });

  it('ask for 1.4 times float32 of bfloat16 on the two widest models, where it was timed', () => {
    for (const model of MODEL_NAMES) {
      const wide = model === 'big' || model === 'extra_big';
      assert.equal(missed(model, { imagesPerSecond: 100, bf16: 139 }).length, wide ? 1 : 0, model);
      assert.deepEqual(missed(model, { imagesPerSecond: 100, bf16: 140 }), []);
    }
    assert.match(
      missed('big', { imagesPerSecond: 100, bf16: 120 })[0]!,
      /big: bfloat16 is 1\.200 times.* 1\.4/,
    );
  });

  it('are missed where nothing was measured', () => {
    const withoutKeras = { keras: null, kerasTuned: null, ratio: null, kerasPeakMemoryBytes: null };
    assert.equal(missed('small', withoutKeras).length, 2);
  });

  it('are for the native engine and batches of 64', () => {
    const models = [fabricatedModel('small')];
    assert.match(missedTargets(fabricatedResult(models, { engine: 'wasm' }))[0]!, /wasm/);
    assert.match(missedTargets(fabricatedResult(models, { batchSize: 32 }))[0]!, /32/);
  });

  it('are named one by one', () => {
    assert.equal(missed('big', { ratio: 1, peakShare: 0.1, peakMemoryBytes: 9e9 }).length, 3);
  });
});

describe('the table', () => {
  it('says what was measured, and where', () => {
    const text = describeBenchmark(
      fabricatedResult([fabricatedModel('small'), fabricatedModel('extra_big')]),
    );
    const expected = [
      '2026-01-02 03:04',
      'a processor, 2 cores',
      'TensorFlow 2.0.0',
      'Keras 3.0.0 on TensorFlow 2.0.1',
    ];
    for (const word of [...expected, '12,346 (900-1,100)', '1.30', '75.0 %', '432 GFLOP/s', '2.61']) {
      assert.ok(text.includes(word), word);
    }
  });

  it('aligns its columns', () => {
    const text = describeBenchmark(
      fabricatedResult([fabricatedModel('small'), fabricatedModel('extra_big')]),
    );
    const rows = text.split('\n').filter((line) => /^(images\/s|small|extra_big) /.test(line));
    assert.equal(rows.length, 5);
    assert.equal(new Set(rows.slice(0, 3).map((row) => row.length)).size, 1);
    assert.equal(new Set(rows.slice(3).map((row) => row.length)).size, 1);
  });

  it('names bfloat16 wherever it shows its speed', () => {
    const spread = { ...fabricatedModel('big').spread, bf16: { min: 20_000, max: 30_000 } };
    const text = describeBenchmark(
      fabricatedResult([fabricatedModel('small'), fabricatedModel('big', { bf16: 24_691.2, spread })]),
    );
    assert.match(text, /^images\/s .*whyconv bf16 +x float32/m);
    assert.match(text, /^big .* 24,691 \(20,000-30,000\) +2\.00 /m);
    assert.match(text, /^small .* {2}- +- /m);
    assert.doesNotMatch(describeBenchmark(fabricatedResult([fabricatedModel('small')])), /bf16/);
  });

  it('shows a dash for what Keras would have told, and why', () => {
    const without = { keras: null, kerasTuned: null, ratio: null, kerasPeakMemoryBytes: null };
    const spread = { ...fabricatedModel('small').spread, keras: null, kerasTuned: null };
    const model = fabricatedModel('small', { ...without, spread });
    const text = describeBenchmark(fabricatedResult([model], { withoutKeras: 'python3: not found' }));
    assert.match(text, /Keras: none \(python3: not found\)/);
    assert.match(text, /^small .* {2}- +- +-$/m);
  });
});
