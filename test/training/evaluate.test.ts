import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import type { Program } from '../../src/engine/index.js';
import {
  argMax,
  confusionMatrix,
  EVALUATION_BATCH,
  logSumExp,
  predictLogits,
  scoreLogits,
} from '../../src/training/index.js';
import { normals } from '../support/numbers.js';

const finite = fc.float({ min: -80, max: 80, noNaN: true });

it('scores are the mean of -log softmax at the label, and the share of labels that are largest', () => {
  const example = fc.tuple(fc.array(finite, { minLength: 4, maxLength: 4 }), fc.integer({ min: 0, max: 3 }));
  fc.assert(
    fc.property(fc.array(example, { minLength: 1, maxLength: 10 }), (examples) => {
      const logits = Float32Array.from(examples.flatMap(([row]) => row));
      const labels = examples.map(([, label]) => label);
      const { count, loss, accuracy } = scoreLogits(logits, labels);
      let [sum, right] = [0, 0];
      for (const [row, label] of examples) {
        const total = row.reduce((t, v) => t + Math.exp(v), 0);
        sum -= Math.log(Math.exp(row[label]!) / total);
        if (row.indexOf(Math.max(...row)) === label) right++;
      }
      assert.equal(count, examples.length);
      assert.ok(Math.abs(loss - sum / count) < 1e-9 * Math.max(1, loss), `${loss}, ${sum / count}`);
      assert.equal(accuracy, right / count);
    }),
  );
});

it('stays finite where exp would overflow, and says so where a logit is no number', () => {
  assert.equal(logSumExp(Float32Array.of(1000, 0)), 1000);
  assert.equal(logSumExp(Float32Array.of(-1000, -1000)), -1000 + Math.log(2));
  assert.equal(scoreLogits(Float32Array.of(-1000, 1000), [0]).loss, 2000);
  assert.ok(Number.isNaN(scoreLogits(Float32Array.of(Number.NaN, 1), [0]).loss));
});

it('of equal logits the first counts', () => {
  assert.equal(argMax(Float32Array.of(1, 3, 3)), 1);
});

it('the confusion matrix counts images by true and predicted class', () => {
  const logits = Float32Array.from(
    [
      [9, 1, 1],
      [0, 5, 6],
      [0, 5, 6],
      [2, 1, 0],
    ].flat(),
  );
  assert.deepEqual(confusionMatrix(logits, [0, 1, 2, 2]), [
    [1, 0, 0],
    [0, 0, 1],
    [1, 0, 1],
  ]);
});

it('logits of any number of rows, though a call takes a fixed number', async () => {
  const table = normals('table', 250 * 3);
  let calls = 0;
  const program = {
    run(_: 'evaluate', { rows }: { rows: Int32Array }) {
      calls++;
      assert.equal(rows.length, EVALUATION_BATCH);
      return {
        logits: Float32Array.from([...rows].flatMap((row) => [...table.subarray(3 * row, 3 * row + 3)])),
      };
    },
  } as unknown as Program<'evaluate'>;
  for (const count of [1, 99, 100, 101, 250]) {
    const rows = Uint32Array.from({ length: count }, (_, i) => (i * 7) % 250);
    calls = 0;
    let between = 0;
    const logits = await predictLogits(program, rows, 3, async () => {
      between++;
    });
    assert.deepEqual(
      [...logits],
      [...rows].flatMap((row) => [...table.subarray(3 * row, 3 * row + 3)]),
    );
    assert.deepEqual([calls, between], [Math.ceil(count / 100), Math.ceil(count / 100)]);
  }
  assert.deepEqual(await predictLogits(program, new Uint32Array(0), 3), new Float32Array(0));
});
