import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { feasibleSteps, stepsFor, warmUp } from '../../src/bench/rounds.js';

describe('stepsFor', () => {
  it('takes about two seconds, in multiples of an execution', () => {
    assert.equal(stepsFor(0.01, 1, 1000), 200);
    assert.equal(stepsFor(0.009, 20, 1000), 220);
    assert.equal(stepsFor(5, 20, 1000), 20);
    assert.equal(stepsFor(5, 1, 1000), 1);
  });
});

describe('feasibleSteps', () => {
  it('gives the nearest number of steps that is within one epoch or whole epochs', () => {
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

describe('warmUp', () => {
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

  it('ends with a repetition that does not count, about as long as those that do', async () => {
    const { time, calls } = contender(0.01);
    assert.equal(await warmUp({ time }, { multipleOf: 1, batches: 700 }), 200);
    assert.equal(calls.at(-1), 200);
  });

  it('uses the number of steps that was asked for', async () => {
    const { time, calls } = contender(0.01);
    assert.equal(await warmUp({ time }, { asked: 7, multipleOf: 20, batches: 700 }), 7);
    assert.deepEqual(calls, [7]);
  });
});
