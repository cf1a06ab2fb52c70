import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MODELS } from '../../src/models/index.js';
import { ownRunsTable, runsReading } from '../../src/views/index.js';
import { madeRecord } from '../support/records.js';

const run = (seed: number, recorded = false, diverged = false) => ({
  record: madeRecord({ seed, diverged }),
  recorded,
});

describe('the sentence about the runs of a chapter', () => {
  it('counts each run once, however many experiments ask for it', () => {
    const shared = run(0, true);
    const reading = runsReading({ filterSweep: [shared, run(1)], denseControl: [shared] });
    assert.match(reading, /^2 runs, .* of training in all: 1 trained now, 1 found/);
  });

  it('names the runs that are left out', () => {
    assert.match(runsReading({ heads: [run(0), run(3, false, true)] }), /Left out.*small, seed 3/);
    assert.doesNotMatch(runsReading({ heads: [run(0)] }), /Left out/);
  });
});

describe('the table of runs of a reader', () => {
  it('has one row per run, in their order, and a word in place of the accuracies of one that diverged', () => {
    const counts = { train: 2500, validation: 200, test: 100 };
    const medium = { record: madeRecord({ model: MODELS.medium, counts, train: 0.5 }), recorded: false };
    const { rows, caption } = ownRunsTable([medium, { ...run(0, false, true) }]);
    assert.deepEqual(
      rows.map((row) => [row.model, (row.accuracy as Record<string, string>).train]),
      [
        ['medium', '50.0 %'],
        ['small', 'diverged'],
      ],
    );
    assert.match(caption!, /^2,500 training images, seed 0/);
  });
});
