import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { defaultImages } from '../../src/bench/index.js';
import { feasibleSteps, stepsFor, warmUp } from '../../src/bench/steps.js';

describe('images', () => {
  it("are the study's 45,000 or a little less, in whole executions of 20 batches", () => {
    assert.equal(defaultImages(64), 44_800);
    assert.equal(defaultImages(32), 44_800);
    assert.equal(defaultImages(1), 45_000);
  });

  it('are whole batches at least, and none where a batch is larger', () => {
    assert.equal(defaultImages(4096), 40_960);
    assert.equal(defaultImages(50_000), 0);
  });
});

describe('steps of a repetition', () => {
  it('take about two seconds, in whole executions', () => {
    assert.equal(stepsFor(0.01, 1, 1000), 200);
    assert.equal(stepsFor(0.009, 20, 1000), 220);
    assert.equal(stepsFor(5, 20, 1000), 20);
    assert.equal(stepsFor(5, 1, 1000), 1);
  });

  it('fit into an epoch or are whole epochs, which is what fit can run', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 900 }), (steps, batches) => {
        const feasible = feasibleSteps(steps, batches);
        assert.ok(feasible >= 1);
        assert.ok(steps <= batches ? feasible === steps : feasible % batches === 0);
        assert.ok(Math.abs(feasible - steps) <= batches / 2);
      }),
    );
  });
});

describe('warming up', () => {
  /** A contender of a given speed, whose first call is slow. */
  function contender(secondsPerStep: number) {
    const calls: number[] = [];
    return {
      calls,
      time: async (steps: number) => {
        calls.push(steps);
        const seconds = steps * secondsPerStep + (calls.length === 1 ? 10 : 0);
        return { work: 1, seconds, loss: 0, peakMemoryBytes: null };
      },
    };
  }

  it('ends with a repetition that does not count, of about the length of those that do', async () => {
    const { time, calls } = contender(0.01);
    assert.equal(await warmUp({ time }, { grain: 1, batches: 700 }), 200);
    assert.equal(calls.at(-1), 200);
  });

  it('takes the steps that were asked for', async () => {
    const { time, calls } = contender(0.01);
    assert.equal(await warmUp({ time }, { asked: 7, grain: 20, batches: 700 }), 7);
    assert.deepEqual(calls, [7]);
  });
});
