import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describeBenchmark } from '../../src/bench/index.js';
import { fabricatedContender, fabricatedModel, fabricatedResult, withoutKeras } from './fabricated.js';

const twoModels = () =>
  describeBenchmark(fabricatedResult([fabricatedModel('small'), fabricatedModel('extra_big')]));

describe('describeBenchmark', () => {
  it('shows circumstances, medians with their range, and costs', () => {
    const text = twoModels();
    const circumstances = [
      '2026-01-02 03:04',
      'a processor, 2 cores',
      'TensorFlow 2.0.0',
      'Keras 3.0.0 on TensorFlow 2.0.1',
      '432 GFLOP/s',
    ];
    const figures = ['12,346 (900-1,100)', '13.00 (12.50-14.00)', '97.5 %', '2.61'];
    for (const word of [...circumstances, ...figures]) assert.ok(text.includes(word), word);
  });

  it('aligns the columns of each table', () => {
    const rows = twoModels()
      .split('\n')
      .filter((line) => /^(images\/s|small|extra_big) /.test(line));
    assert.equal(rows.length, 5);
    assert.equal(new Set(rows.slice(0, 3).map((row) => row.length)).size, 1);
    assert.equal(new Set(rows.slice(3).map((row) => row.length)).size, 1);
  });

  it('has columns for bfloat16 only if some model was timed in it', () => {
    const { contenders } = fabricatedModel('big');
    const bf16 = fabricatedContender(24_691.2);
    const big = fabricatedModel('big', {
      contenders: { ...contenders, bf16 },
      bf16Ratio: { median: 2, min: 1.75, max: 2.5 },
    });
    const text = describeBenchmark(fabricatedResult([fabricatedModel('small'), big]));
    assert.match(text, /^images\/s .*whyconv bf16 .* x float32 +x Keras$/m);
    assert.match(text, /^big .* 24,691 \(900-1,100\) .* 2\.00 \(1\.75-2\.50\) /m);
    assert.match(text, /^small .* {2}- .* {2}- +13\.00/m);
    assert.doesNotMatch(twoModels(), /bf16/);
  });

  it('shows dashes instead of the figures of Keras, and the reason, if Keras was not found', () => {
    const result = fabricatedResult([withoutKeras('small')], { withoutKeras: 'python3: not found' });
    const text = describeBenchmark(result);
    assert.match(text, /Keras: none \(python3: not found\)/);
    assert.match(text, /^small .* {2}- +- +-$/m);
  });
});
