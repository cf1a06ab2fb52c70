import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import {
  bestEpoch,
  isValidated,
  keptEpoch,
  learningRate,
  type OptimizerSpec,
  shouldContinue,
  validationsOf,
} from '../../src/training/index.js';
import { historyOf } from './fixtures.js';

/** Keras's callback, as its source has it (mode min, min_delta 0, cooldown 0, min_lr 0): state that epochs change. */
class ReduceLROnPlateau {
  private best = Number.POSITIVE_INFINITY;
  private wait = 0;

  constructor(
    public rate: number,
    private readonly factor: number,
    private readonly patience: number,
  ) {}

  onEpochEnd(loss: number): void {
    if (loss < this.best) {
      this.best = loss;
      this.wait = 0;
      return;
    }
    this.wait += 1;
    if (this.wait >= this.patience) {
      this.rate *= this.factor;
      this.wait = 0;
    }
  }
}

/** Likewise, with restore_best_weights. */
class EarlyStopping {
  bestEpoch = 0;
  stopped = false;
  private best = Number.POSITIVE_INFINITY;
  private wait = 0;

  constructor(private readonly patience: number) {}

  onEpochEnd(epoch: number, loss: number): void {
    this.wait += 1;
    if (loss < this.best) {
      this.best = loss;
      this.bestEpoch = epoch;
      this.wait = 0;
    } else if (this.wait >= this.patience) this.stopped = true;
  }
}

const optimizer = (schedule: OptimizerSpec['schedule']): OptimizerSpec => ({
  kind: 'adam',
  learningRate: 1e-3,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-7,
  schedule,
});

// Few values, so that equal losses are common.
const losses = fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 25 });
const patience = fc.integer({ min: 1, max: 5 });

it('the learning rate is what Keras would have reached, epoch by epoch', () => {
  fc.assert(
    fc.property(losses, patience, fc.constantFrom(0.5, 0.1, 0.9), (values, waits, factor) => {
      const oracle = new ReduceLROnPlateau(1e-3, factor, waits);
      const adam = optimizer({ kind: 'reduceOnPlateau', factor, patience: waits });
      for (let n = 0; n <= values.length; n++) {
        assert.equal(
          learningRate({ optimizer: adam, maxEpochs: 40 }, historyOf(values.slice(0, n))),
          oracle.rate,
        );
        if (n < values.length) oracle.onEpochEnd(values[n]!);
      }
    }),
  );
});

it('one cycle rises linearly to its peak and falls linearly to zero, whatever the losses were', () => {
  const [maxEpochs, warmup, initial] = [10, 0.3, 0.1];
  const spec = { optimizer: optimizer({ kind: 'oneCycle', warmup, initial }), maxEpochs };
  const at = (u: number) => {
    const epoch = Math.floor(u * maxEpochs);
    return (
      learningRate(spec, historyOf(Array.from({ length: epoch }, () => 2)), u * maxEpochs - epoch) / 1e-3
    );
  };
  assert.equal(at(0), initial);
  const share = fc.double({ min: 0, max: 0.999, noNaN: true });
  fc.assert(
    fc.property(share, share, (u, v) => {
      const [a, b] = [at(u), at(v)];
      assert.ok(a > 0 && a <= 1);
      // Both on one side of the peak: the slope between them is that side's.
      if (u === v || u < warmup !== v < warmup) return;
      const slope = u < warmup ? (1 - initial) / warmup : -1 / (1 - warmup);
      assert.ok(Math.abs(b - a - slope * (v - u)) < 1e-9, `${u} ${v}`);
    }),
  );
  assert.ok(at(0.2999999) > 0.99999 && at(0.3) > 0.99999, 'the peak is reached at the end of the warm-up');
  assert.ok(at(0.9999) < 2e-4);
});

it('without early stopping training lasts all epochs, and the last weights are kept', () => {
  fc.assert(
    fc.property(losses, (values) => {
      const history = historyOf(values);
      assert.equal(shouldContinue({ maxEpochs: 25, patience: null }, history), values.length < 25);
      assert.equal(keptEpoch({ patience: null }, history), history.at(-1));
      assert.equal(keptEpoch({ patience: 3 }, history), bestEpoch(history));
    }),
  );
});

it('a run of fixed length is validated about ten times, evenly and at its end; one that validation decides about after every epoch', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), (maxEpochs) => {
      const epochs = Array.from({ length: maxEpochs }, (_, i) => i + 1);
      const spec = { maxEpochs, patience: null, optimizer: optimizer({ kind: 'constant' }) };
      const validated = epochs.filter((epoch) => isValidated(spec, epoch));
      assert.equal(validated.length, validationsOf(spec));
      assert.ok(validated.length <= 10 && validated.length >= Math.min(maxEpochs, 5));
      assert.equal(validated.at(-1), maxEpochs);
      const gaps = new Set(validated.map((epoch, i) => epoch - (validated[i - 1] ?? 0)).slice(0, -1));
      assert.ok(gaps.size <= 1, 'evenly');
      const plateau = optimizer({ kind: 'reduceOnPlateau', factor: 0.5, patience: 2 });
      for (const decided of [
        { ...spec, patience: 3 },
        { ...spec, optimizer: plateau },
      ]) {
        assert.ok(epochs.every((epoch) => isValidated(decided, epoch)));
        assert.equal(validationsOf(decided), maxEpochs);
      }
    }),
  );
});

it('a constant rate stays', () => {
  fc.assert(
    fc.property(losses, (values) => {
      assert.equal(
        learningRate({ optimizer: optimizer({ kind: 'constant' }), maxEpochs: 40 }, historyOf(values)),
        1e-3,
      );
    }),
  );
});

it('training stops when Keras would, and the best epoch is the one it would restore', () => {
  fc.assert(
    fc.property(losses, patience, fc.integer({ min: 1, max: 20 }), (values, waits, maxEpochs) => {
      const oracle = new EarlyStopping(waits);
      for (let n = 0; n <= values.length; n++) {
        const history = historyOf(values.slice(0, n));
        assert.equal(bestEpoch(history)?.epoch ?? 0, oracle.bestEpoch);
        assert.equal(
          shouldContinue({ maxEpochs, patience: waits }, history),
          !oracle.stopped && n < maxEpochs,
        );
        if (oracle.stopped || n === values.length) break;
        oracle.onEpochEnd(n + 1, values[n]!);
      }
    }),
  );
});

it('an epoch whose loss is not a number is never the best', () => {
  const best = (...values: number[]) => bestEpoch(historyOf(values))?.epoch;
  assert.equal(best(2, 1, Number.NaN), 2);
  assert.equal(best(Number.NaN, 3, 4), 2);
  assert.equal(best(Number.NaN), undefined);
  assert.equal(best(), undefined);
});
