import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  commonSeeds,
  divergedRuns,
  epochsOf,
  one,
  overCommonSeeds,
  overSeeds,
  resultsByCondition,
  unvaried,
  where,
  withEpochCosts,
} from '../../src/analysis/index.js';
import { MODELS, withDropout, withFlattenHead } from '../../src/models/index.js';
import { madeRecord } from '../support/records.js';

describe('results by condition', () => {
  it('sum up the seeds of each condition, in order of first appearance', () => {
    const [small, big] = resultsByCondition([
      madeRecord({ seed: 2, test: 0.64, train: 0.8, validation: 0.6 }),
      madeRecord({ model: MODELS.big, test: 0.7 }),
      madeRecord({ seed: 0, test: 0.6, train: 0.8, validation: 0.7 }),
      madeRecord({ seed: 1, test: 0.62, train: 0.8, validation: 0.5 }),
    ]);
    assert.deepEqual([small!.name, big!.name], ['small', 'big']);
    assert.deepEqual([small!.parameters, big!.parameters, big!.images], [14_450, 157_226, 45_000]);
    assert.deepEqual(
      small!.records.map(({ spec }) => spec.seed),
      [0, 1, 2],
    );
    // 0.60, 0.62, 0.64: mean 0.62, deviation 0.02.
    const { n, mean, sd } = small!.testAccuracy;
    assert.equal(n, 3);
    assert.ok(Math.abs(mean - 0.62) < 1e-12 && Math.abs(sd! - 0.02) < 1e-12);
    assert.ok(Math.abs(small!.gap.mean - 0.2) < 1e-12);
    assert.ok(Math.abs(small!.testGap.mean - 0.18) < 1e-12);
    assert.deepEqual([big!.testAccuracy.sd, big!.testAccuracy.n], [null, 1]);
  });

  it('count a record once that answers two questions', () => {
    const [small] = resultsByCondition([madeRecord(), madeRecord({ seed: 1 }), madeRecord()]);
    assert.equal(small!.records.length, 2);
  });

  it('are told apart by anything but the seed', () => {
    const records = [
      madeRecord(),
      madeRecord({ block: 8 }),
      madeRecord({ protocol: 'replication' }),
      madeRecord({ precision: 'bf16' }),
      madeRecord({ counts: { train: 500, validation: 5000, test: 10_000 } }),
    ];
    assert.equal(resultsByCondition(records).length, records.length);
  });

  it('say which runs diverged, and leave them out of every number', () => {
    const records = [
      madeRecord({ seed: 0, diverged: true }),
      madeRecord({ seed: 1, test: 0.6 }),
      madeRecord({ model: MODELS.big, diverged: true }),
    ];
    const results = resultsByCondition(records);
    assert.deepEqual(
      results.map(({ name, records: { length }, diverged }) => [name, length, diverged.length]),
      [['small', 1, 1]],
    );
    assert.deepEqual(divergedRuns([...records, records[0]!]), [records[0], records[2]]);
    assert.deepEqual(resultsByCondition([]), []);
  });
});

describe('queries of results', () => {
  const results = resultsByCondition([
    madeRecord(),
    madeRecord({ model: MODELS.big }),
    madeRecord({ model: withDropout(MODELS.big, 0.5) }),
    madeRecord({ model: withFlattenHead(MODELS.small) }),
    madeRecord({ model: MODELS.baseline, block: 32 }),
  ]);

  it('find what has the values they name', () => {
    assert.deepEqual(
      where(results, { model: 'big' }).map(({ condition }) => condition.dropout),
      [0.3, 0.5],
    );
    assert.equal(one(results, { dropout: 0.5 }).name, 'big, dropout 0.5');
    assert.deepEqual(where(results, { model: 'medium' }), []);
  });

  it('find a network as it is', () => {
    assert.equal(one(results, unvaried('small')).name, 'small');
    assert.equal(one(results, unvaried('big')).condition.dropout, 0.3);
    assert.deepEqual(where(results, unvaried('baseline')), []);
  });

  it('of another length than the protocol has answer only where there are no others, or where they are asked for', () => {
    const [short, usual, long] = [6, 8, 10].map((maxEpochs) =>
      madeRecord({ spec: { ...madeRecord().spec, maxEpochs } }),
    );
    const all = resultsByCondition([short!, long!, usual!]);
    assert.equal(one(all, unvaried('small')).condition.epochs, 8);
    assert.equal(one(all, { epochs: 10 }).condition.epochs, 10);
    assert.equal(where(resultsByCondition([short!, long!]), { model: 'small' }).length, 2);
  });

  it('that find none, or several, say what was asked for and what there is', () => {
    assert.throws(
      () => one(results, { model: 'medium', block: 1 }),
      /no finished run has this condition\n.*small; big; .*\n.*one with model: "medium", block: 1/,
    );
    assert.throws(
      () => one(results, { model: 'big' }),
      /several conditions answer the query\n.*big; big, dropout 0.5\n.*\n.*name more fields/,
    );
  });
});

describe('seeds in common', () => {
  const [small, big] = resultsByCondition([
    madeRecord({ seed: 0, test: 0.5 }),
    madeRecord({ seed: 1, test: 0.6 }),
    madeRecord({ model: MODELS.big, seed: 1 }),
    madeRecord({ model: MODELS.big, seed: 2 }),
  ]);

  it('are those that every condition finished, and results can be taken over them', () => {
    assert.deepEqual(commonSeeds([small!, big!]), [1]);
    const [shared] = overCommonSeeds([small!, big!])!;
    assert.deepEqual([shared!.testAccuracy.mean, shared!.records.length], [0.6, 1]);
    assert.equal(small!.testAccuracy.mean, 0.55);
    const [other] = resultsByCondition([madeRecord({ model: MODELS.medium, seed: 9 })]);
    assert.equal(overCommonSeeds([small!, other!]), undefined);
  });
});

describe('epochs for curves', () => {
  it('name the condition and the seed, and mark the epoch whose weights were kept', () => {
    const made = madeRecord({ seed: 4 });
    const [first] = made.history;
    const record = {
      ...made,
      history: [first!, { ...first!, epoch: 2 }],
      results: { ...made.results!, keptEpoch: 2 },
    };
    const epochs = epochsOf([record, madeRecord({ model: MODELS.big, diverged: true })]);
    assert.deepEqual(
      epochs.map(({ model, seed, epoch, best }) => [model, seed, epoch, best]),
      [
        ['small', 4, 1, false],
        ['small', 4, 2, true],
        ['big', 0, 1, false],
      ],
    );
    assert.equal(epochsOf([record], ({ model }) => model.name.toUpperCase())[0]!.model, 'SMALL');
  });
});

describe('costs of undisturbed epochs', () => {
  const provenance = {
    ...madeRecord().provenance,
    seconds: 4,
    imagesPerSecond: 12_000,
    peakMemoryBytes: 5e8,
  };
  const cost = { model: 'small' as const, images: 45_000, provenance };

  it('stand in for what the runs took, times their epochs, over all seeds and over some', () => {
    const records = [0, 1, 2].map((seed) => madeRecord({ seed }));
    const [own] = resultsByCondition(records);
    const [result] = withEpochCosts([own!], [cost]);
    assert.deepEqual([own!.epochCost, result!.epochCost], [undefined, cost]);
    assert.ok(Math.abs(own!.seconds.mean - records[0]!.provenance.seconds) < 1e-9);
    assert.equal(result!.seconds.mean, 4);
    assert.deepEqual([result!.imagesPerSecond, result!.peakMemoryBytes], [12_000, 5e8]);
    assert.deepEqual(result!.testAccuracy, own!.testAccuracy);
    assert.deepEqual([overSeeds(result!, [1]).seconds.mean, overSeeds(result!, [1]).seconds.n], [4, 1]);
  });

  it('are those of the network as it is, on as many images, in float32', () => {
    const others = [
      madeRecord({ model: MODELS.big }),
      madeRecord({ model: withDropout(MODELS.small, 0.5) }),
      madeRecord({ block: 8 }),
      madeRecord({ precision: 'bf16' }),
      madeRecord({ counts: { train: 500, validation: 5000, test: 10_000 } }),
    ];
    const results = withEpochCosts(resultsByCondition(others), [cost]);
    assert.deepEqual(
      results.map(({ epochCost }) => epochCost),
      others.map(() => undefined),
    );
  });

  it('count for every protocol, since rates cost nothing', () => {
    const [result] = withEpochCosts(resultsByCondition([madeRecord({ protocol: 'replication' })]), [cost]);
    assert.equal(result!.epochCost, cost);
  });
});
