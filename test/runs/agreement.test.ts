import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { shapesDataset } from '../../src/data/index.js';
import { agreementOf } from '../../src/runs/index.js';
import { packBits, type RunRecord } from '../../src/training/index.js';
import { tinySpec } from '../training/fixtures.js';
import { finishedRun } from './fixtures.js';

const { record } = finishedRun(tinySpec(shapesDataset({ train: 10, test: 10, seed: 0 }), { seed: 0 }));

/** The record with a test accuracy of `right` of 1,000 images, the first ones, and another loss in its first epoch. */
const answering = (right: number, lossFactor = 1): RunRecord => {
  const [first, ...rest] = record.history;
  const correct = packBits(Array.from({ length: 1000 }, (_, i) => i < right));
  const test = { ...record.results!.test, count: 1000, accuracy: right / 1000, correct };
  return {
    ...record,
    history: [{ ...first!, trainLoss: first!.trainLoss * lossFactor }, ...rest],
    results: { ...record.results!, test },
  };
};

describe('agreement of two records of a run', () => {
  it('is identical where only durations and machines differ', () => {
    const other = {
      ...record,
      history: record.history.map((epoch) => ({ ...epoch, seconds: 9, trainSeconds: 8 })),
      provenance: { ...record.provenance, cpu: 'another', seconds: 99 },
    };
    assert.equal(agreementOf(record, other).kind, 'identical');
  });

  it('is within rounding where losses differ in their last digits and few answers flip', () => {
    const { kind, flipped, firstEpoch } = agreementOf(answering(600), answering(605, 1 + 1e-6));
    assert.equal(kind, 'within rounding');
    assert.equal(flipped, 0.005);
    assert.ok(firstEpoch > 0 && firstEpoch < 1e-5);
  });

  it('is not where one answer of the images flips and nothing else is said to differ', () => {
    assert.notEqual(agreementOf(answering(600), answering(601)).kind, 'identical');
  });

  it('is different by accuracy, by the first epoch, and where one diverged', () => {
    assert.equal(agreementOf(answering(600), answering(800)).kind, 'different');
    assert.equal(agreementOf(answering(600), answering(600, 1.2)).kind, 'different');
    const { results: _, ...diverged } = { ...answering(600), status: 'diverged' as const };
    const { kind, flipped } = agreementOf(answering(600), diverged);
    assert.deepEqual([kind, flipped], ['different', null]);
  });
});
