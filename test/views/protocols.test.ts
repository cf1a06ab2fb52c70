import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TableView } from '../../src/notebook/index.js';
import { type Condition, matches } from '../../src/study/index.js';
import { plateauPrediction, searchPrediction, searchViews, unpublishedViews } from '../../src/views/index.js';
import { but, convincing, type World } from '../support/evidence.js';
import { madeSources, NOTHING, QUICK, SEARCHED, textOf } from './study.js';

const all = (accuracy: number) => ({ train: accuracy, validation: accuracy, test: accuracy });
const UNPUBLISHED = { model: 'big', head: 'pooled', block: 1 } as const;

/** Validation prefers one setting of the unpublished ones, test images another. */
const chosen = (choice: Partial<Condition>, nearest: Partial<Condition>): World =>
  but(
    but(
      but(convincing, { ...UNPUBLISHED, epochs: 40 }, all(0.7)),
      { ...UNPUBLISHED, ...nearest },
      { test: 0.79 },
    ),
    { ...UNPUBLISHED, ...choice },
    { validation: 0.8 },
  );
const REPLICATION = { batchSize: 64, schedule: 'reduceOnPlateau', patience: 5 } as const;
const OTHER = { batchSize: 32, schedule: 'constant', patience: 3 } as const;

const study = (world: World) => ({ world, profile: SEARCHED, seeds: 1 });
const found = madeSources(study(chosen(REPLICATION, OTHER)));
const reversedChoice = madeSources(study(chosen(OTHER, REPLICATION)));
const tableOf = (views: readonly unknown[], i = 0) =>
  views.filter((view): view is TableView => typeof view === 'object')[i]!;

describe('the unpublished settings', () => {
  it('are all eight in a table, with their distance from the published figure on CIFAR-10', () => {
    const { rows, caption } = tableOf(unpublishedViews(found));
    assert.equal(rows.length, 8);
    assert.ok(rows.every((row) => 'test − published, points' in row));
    assert.match(caption!, /`big`, one seed per setting.*Published: peak validation accuracy 79\.3 %/);
    const elsewhere = unpublishedViews({ ...found, cifar10: false });
    assert.doesNotMatch(textOf(...(elsewhere as TableView[])), /ublished/);
  });

  it('are chosen by validation and compared by test, whichever settings those are', () => {
    const reading = textOf(...unpublishedViews(found));
    assert.match(
      reading,
      /Highest by validation.*\(79\.6 %\): batches of 64, the rate halved on a plateau, patience 5\. The replication protocol of this study is that setting/,
    );
    assert.match(reading, /Nearest.*: batches of 32, the rate constant, patience 3\./);
    const other = textOf(...unpublishedViews(reversedChoice));
    assert.match(
      other,
      /Highest by validation.*: batches of 32, the rate constant, patience 3\. The replication protocol .* is not that setting/,
    );
    const [replicated, sooner] = [5, 3].map((patience) =>
      found.here.find(({ condition }) => matches(condition, { ...UNPUBLISHED, ...REPLICATION, patience })),
    );
    const same = { ...replicated!, condition: sooner!.condition, records: sooner!.records };
    const here = found.here.map((result) => (result === sooner ? same : result));
    const equal = textOf(...unpublishedViews({ ...found, here }));
    assert.match(
      equal,
      /Highest by validation.*: batches of 64, the rate halved on a plateau, patience 5 or 3\. The replication protocol .* is among them/,
    );
    assert.deepEqual(
      [found, reversedChoice].map((sources) => plateauPrediction(sources, 'P1').held),
      [true, false],
    );
  });

  it('are compared over the seeds that all of them have, though the replication protocol has more', () => {
    const seeded = madeSources({ ...study(chosen(OTHER, REPLICATION)), seeds: 3 });
    const replicated = seeded.here.find(({ name }) => name === 'big, replication protocol')!;
    assert.equal(replicated.records.length, 3);
    const { rows, caption } = tableOf(unpublishedViews(seeded));
    assert.equal(rows.length, 8);
    assert.match(caption!, /one seed per setting/);
  });

  it('settle nothing where the noise of one seed is larger than the difference', () => {
    const even = madeSources(study(but(convincing, { ...UNPUBLISHED, epochs: 40 }, all(0.7))));
    const { held, because } = plateauPrediction(even, 'P1');
    assert.equal(held, null);
    assert.match(because, /of validation accuracy against batches of/);
  });

  it('come from the recorded study, and are said to, where the profile leaves them out', () => {
    const quick = { world: convincing, profile: QUICK, seeds: 1 };
    const withRecorded = madeSources(quick, { recorded: study(chosen(OTHER, REPLICATION)) });
    assert.match(
      textOf(unpublishedViews(withRecorded)[0]!),
      /leaves this experiment out; the recorded study has it/,
    );
    assert.equal(tableOf(unpublishedViews(withRecorded)).rows.length, 8);
    assert.equal(plateauPrediction(withRecorded, 'P1').held, false);
    assert.match(textOf(...unpublishedViews(madeSources(quick))), /--only unpublishedSettings/);
    assert.equal(plateauPrediction(NOTHING, 'P1').held, null);
  });
});

const ONE_CYCLE = { schedule: 'oneCycle', images: null, block: 1, shift: 0 } as const;
/** In the search only the networks as they are count, on all images. */
const searching = (change: Partial<Condition>, accuracy: number, world: World = flat): World =>
  but(world, { ...ONE_CYCLE, ...change }, { validation: accuracy });
const flat: World = (condition) =>
  condition.schedule === 'oneCycle' && condition.images === null ? all(0.5) : convincing(condition);
const USUAL = { learningRate: 6e-3, batchSize: 64, warmup: 0.25, labelSmoothing: 0 } as const;

describe('the search for the fast protocol', () => {
  const confirmed = madeSources(
    study(searching({ ...USUAL, epochs: 8 }, 0.6, searching({ ...USUAL, epochs: 10 }, 0.7))),
  );
  const refuted = madeSources(study(searching({ batchSize: 128 }, 0.65)));

  it('lists each setting once with all three networks, the fast protocol first', () => {
    const { rows } = tableOf(searchViews(confirmed));
    assert.deepEqual(
      rows.map(({ setting }) => setting),
      [
        '**the fast protocol**',
        'peak rate 0.0003',
        'peak rate 0.001',
        'peak rate 0.003',
        'peak rate 0.01',
        'batch size 32',
        'batch size 128',
        'warm-up 0.1',
        'warm-up 0.4',
        'label smoothing 0.1',
        '6 epochs',
        '10 epochs',
      ],
    );
    for (const row of rows)
      assert.deepEqual(Object.keys(row.validation as object), ['baseline', 'small', 'medium']);
  });

  it('confirms the choice only where no setting that takes no longer is better', () => {
    assert.match(
      textOf(...searchViews(confirmed)),
      /highest mean is that of the fast protocol.*the rule chooses it/,
    );
    assert.match(textOf(...searchViews(confirmed)), /With 10 epochs: \+\d+\.\d points.*1\.25 times the time/);
    assert.match(
      textOf(...searchViews(refuted)),
      /highest mean is that of "batch size 128".*not the fast protocol/,
    );
    assert.doesNotMatch(textOf(...searchViews(refuted)), /the rule chooses it\./);
    assert.deepEqual(
      [confirmed, refuted].map((sources) => searchPrediction(sources, 'P2').held),
      [true, false],
    );
  });

  it('leaves a mean open where a network is missing, and says so', () => {
    const incomplete = madeSources({
      ...study(flat),
      without: ({ model, batchSize }) => model === 'medium' && batchSize === 32,
    });
    const views = searchViews(incomplete);
    assert.equal(
      tableOf(views).rows.find(({ setting }) => setting === 'batch size 32')!['mean of the three'],
      '–',
    );
    assert.match(textOf(...views), /1 of 12 settings lack a network/);
  });

  it('shows which rate networks without weight sharing want, and what the rates of the comparisons lose', () => {
    const at = (learningRate: number, world: World = convincing): World =>
      but(world, { schedule: 'oneCycle', images: 5000, learningRate, batchSize: 64 }, { validation: 0.6 });
    const low = textOf(...searchViews(madeSources(study(at(1e-3)))));
    assert.match(low, /baseline on 5,000 images 0\.001 \(the better of the two 0\.0\)/);
    assert.match(low, /LCN on 5,000 images 0\.001 \(the better of the two −\d+\.\d\)/);
    const middle = textOf(...searchViews(madeSources(study(at(3e-3)))));
    assert.match(middle, /baseline on 5,000 images 0\.003 \(the better of the two −\d+\.\d\)/);
    assert.match(middle, /LCN on 5,000 images 0\.003 \(the better of the two 0\.0\)/);
  });

  it('comes from the recorded study where the profile leaves it out, and is missing where nothing has it', () => {
    const quick = { world: convincing, profile: QUICK, seeds: 1 };
    const withRecorded = madeSources(quick, { recorded: study(searching({ ...USUAL, epochs: 8 }, 0.6)) });
    assert.match(textOf(searchViews(withRecorded)[0]!), /the recorded study has it/);
    assert.equal(searchPrediction(withRecorded, 'P2').held, true);
    assert.match(textOf(...searchViews(madeSources(quick))), /--only protocolSearch/);
    assert.equal(searchPrediction(NOTHING, 'P2').held, null);
  });
});
