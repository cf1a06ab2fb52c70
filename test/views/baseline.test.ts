import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TableView } from '../../src/notebook/index.js';
import { experiments, PUBLISHED } from '../../src/study/index.js';
import {
  augmentationReading,
  augmentationView,
  baselineCurves,
  baselinePredictions,
  baselineReading,
  bestBaselineReading,
  denseReading,
  denseTable,
  loopReading,
  protocolTable,
  settingsReading,
  settingsTable,
  settingsView,
} from '../../src/views/index.js';
import { but, convincing, type World } from '../support/evidence.js';
import { assertPredicted, held } from './predictions.js';
import { chartRows, FULL, madeSources, NOTHING, QUICK, reversed, textOf } from './study.js';

const PLAIN = { model: 'baseline', block: 1, shift: 0, dropout: 0 } as const;
const LOW = { ...PLAIN, protocol: 'fastLowRate' } as const;
const all = (accuracy: number) => ({ train: accuracy, validation: accuracy, test: accuracy });

/** The baseline gains from a low rate, and falls to the published figure with dropout and seven epochs. */
const expected: World = [
  [LOW, all(0.51)],
  [{ ...PLAIN, protocol: 'sevenEpochs' }, all(0.47)],
  [{ ...PLAIN, protocol: 'sevenEpochs', dropout: 0.3 }, all(0.398)],
  [{ model: 'baseline', shift: 4 }, all(0.52)],
  [{ model: 'dense_control' }, all(0.512)],
].reduce<World>(
  (world, [query, accuracies]) => but(world, query as object, accuracies as object),
  convincing,
);

/** The opposite: the high rate is better, dropout helps, size helps, and shifted images bring the baseline past `small`. */
const opposite: World = [
  [PLAIN, all(0.36)],
  [{ ...PLAIN, dropout: 0.3 }, all(0.45)],
  [LOW, all(0.3)],
  [{ ...PLAIN, protocol: 'sevenEpochs' }, all(0.397)],
  [{ ...PLAIN, protocol: 'sevenEpochs', dropout: 0.3 }, all(0.45)],
  [{ model: 'baseline', shift: 4 }, all(0.7)],
  [{ model: 'dense_control' }, all(0.4)],
].reduce<World>(
  (world, [query, accuracies]) => but(world, query as object, accuracies as object),
  convincing,
);

const found = madeSources({ world: expected }, { recorded: { world: reversed } });
const contrary = madeSources({ world: opposite });
const oneSeed = madeSources({ world: expected, profile: QUICK, seeds: 1 });
const onShapes = madeSources({ world: expected, profile: QUICK, seeds: 1 }, { cifar10: false });

const rowOf = ({ rows }: TableView, name: string) =>
  rows.find((row) => Object.values(row)[0] === name) as Record<string, Record<string, string>>;

describe('what the baseline reaches', () => {
  it('is stated for the rate with the better validation accuracy, with the other rate next to it', () => {
    assert.match(
      bestBaselineReading(oneSeed),
      /classifies 5\d\.\d % of the test images.*peak rate of 0\.001.*0\.006 it reaches 4\d\.\d %/,
    );
    assert.match(bestBaselineReading(contrary), /peak rate of 0\.006.*0\.001 it reaches 30\.\d %/);
  });

  it('is the best by validation even where another rate is better on test images', () => {
    const world = but(expected, LOW, { validation: 0.3, test: 0.9 });
    assert.match(bestBaselineReading(madeSources({ world })), /peak rate of 0\.006, chosen by validation/);
  });

  it('is compared with the published figure in the direction of the numbers, on CIFAR-10 only', () => {
    assert.match(
      bestBaselineReading(found),
      /published 39\.9 %.*is not the best that this architecture reaches/,
    );
    assert.match(bestBaselineReading(contrary), /published 39\.9 %.*is not reached here/);
    const level = madeSources({ world: but(but(expected, PLAIN, all(0.3)), LOW, all(0.3993)) });
    assert.match(bestBaselineReading(level), /is consistent with it/);
    assert.doesNotMatch(bestBaselineReading(onShapes), /ublished/);
  });

  it('is drawn for both rates, with losses from the records', () => {
    const [loss, accuracy] = baselineCurves(found);
    assert.deepEqual(
      [...new Set(chartRows(loss!).map(({ model }) => model))],
      ['baseline', 'baseline, low rate'],
    );
    assert.match(loss!.caption, /baseline 1\.50 in training and 0\.5\d in validation.*A guess costs 2\.30/);
    assert.match(accuracy!.caption, /baseline, low rate 51\.\d %/);
  });

  it('is said to be missing where nothing was trained', () => {
    assert.match(bestBaselineReading(NOTHING), /no finished run/);
    assert.match(baselineReading(NOTHING), /No baseline has a finished run/);
    assert.ok(held(baselinePredictions(NOTHING)).every((one) => one === null));
  });
});

describe('the settings of the baseline', () => {
  it('stand in one row each, with this run and the recorded study apart', () => {
    const table = settingsTable(found);
    const seven = rowOf(table, 'seven epochs, dropout 0.3');
    assert.match(seven.test!.here!, /^39\.\d % ± /);
    assert.match(seven.test!.recorded!, /^6\d\.\d % ± /);
    assert.match(table.caption!, /Published: peak validation accuracy 41\.8 %/);
    assert.equal(
      table.rows.length,
      7,
      'two protocols and the long one with and without dropout, the low rate without',
    );
  });

  it('have a dash for what a source lacks, and no published figure on other images', () => {
    assert.equal(rowOf(settingsTable(oneSeed), 'seven epochs').test!.recorded, '–');
    const withRecorded = madeSources(
      { world: expected, profile: QUICK, seeds: 1 },
      { recorded: { world: expected } },
    );
    const long = rowOf(settingsTable(withRecorded), 'replication');
    assert.equal(long.test!.here, '–');
    assert.match(long.test!.recorded!, /%/);
    assert.doesNotMatch(textOf(settingsTable(onShapes), settingsView(onShapes)), /ublished/);
    assert.ok(chartRows(settingsView(onShapes)).every((row) => row.published === undefined));
    assert.ok(
      chartRows(settingsView(found)).every((row) => row.published === PUBLISHED.baseline.testAccuracy),
    );
  });

  it('name the nearest one, consistent with the published figure or not', () => {
    assert.match(settingsReading(found), /Nearest.*\*\*seven epochs, dropout 0\.3\*\*.*is consistent with/);
    assert.match(settingsReading(contrary), /Nearest.*\*\*seven epochs\*\*/);
    const far = madeSources({ world: () => all(0.7) });
    assert.match(settingsReading(far), /none of these settings reproduces/);
    assert.match(settingsReading(onShapes), /only CIFAR-10 can/);
  });

  it('say what dropout and the short budget change, with the sign of the numbers', () => {
    assert.match(
      settingsReading(found),
      /low rate −\d\.\d points.*dropout 0\.3 in seven epochs −\d\.\d points/,
    );
    assert.match(
      settingsReading(contrary),
      /low rate \+\d\.\d points.*dropout 0\.3 in seven epochs \+\d\.\d points/,
    );
  });

  it('span the range that the caption states', () => {
    assert.match(settingsView(contrary).caption, /From 3\d\.\d % \(\w.*\) to 45\.\d % \(\w.*dropout 0\.3\)/);
  });
});

describe('other ways to a better dense network', () => {
  it('are compared by size, in the direction of the numbers', () => {
    assert.match(denseReading(found), /2\.2 times the parameters.*no clear difference/);
    assert.match(denseReading(contrary), /\+\d+\.\d points.*Size buys some accuracy/);
    const smaller = madeSources({ world: but(expected, { model: 'dense_control' }, all(0.4)) });
    assert.match(denseReading(smaller), /−\d+\.\d points.*Size costs accuracy/);
    assert.equal(
      rowOf(denseTable(found), 'larger dense network')['hidden units'] as unknown,
      '1024, 512, 256',
    );
  });

  it('are compared by shifted images, and never claim that architecture is ahead where it is not', () => {
    assert.match(augmentationReading(found), /do not replace the architecture/);
    assert.match(augmentationReading(contrary), /bring the baseline past `small`/);
    assert.doesNotMatch(augmentationReading(contrary), /do not replace/);
    const ahead = madeSources({ world: reversed });
    assert.match(augmentationReading(ahead), /not clearly ahead without them either/);
    assert.doesNotMatch(augmentationReading(ahead), /bring the baseline past|do not replace/);
    assert.equal(baselinePredictions(ahead)[4]!.held, null, 'nothing to catch up with');
    const level = madeSources({ world: but(expected, { model: 'baseline', shift: 4 }, all(0.62)) });
    assert.match(augmentationReading(level), /no clear difference between the two/);
    assert.match(textOf(augmentationView(found)), /up to 4 pixels/);
    assert.match(textOf(augmentationView(NOTHING)), /no finished runs/);
  });
});

describe('the predictions about the baseline', () => {
  it('hold in the expected world, and are crossed in the opposite one', () => {
    assert.deepEqual(held(baselinePredictions(found)), [true, true, true, true, true]);
    assert.deepEqual(held(baselinePredictions(contrary)), [false, false, false, false, false]);
  });

  it('are the ones that the notebook begins with', () => {
    assertPredicted('04-baseline-training.ipynb', baselinePredictions(found));
  });

  it('about published figures are left open on other images', () => {
    assert.deepEqual(held(baselinePredictions(onShapes)), [null, true, null, true, true]);
  });
});

describe('the reading of the baseline', () => {
  it('states the range and each change with its sign', () => {
    assert.match(
      baselineReading(found),
      /\*\*Reading\.\*\* .*39\.\d % to 5\d\.\d %.*low learning rate \+[56]\.\d.*a larger network [+−]?0\.\d.*shifted training images \+[01]\.\d/,
    );
    assert.match(baselineReading(contrary), /low learning rate −\d.*`small` differs .* by −\d/);
  });
});

describe('the table of protocols', () => {
  it('has one row per protocol that the runs are trained under', () => {
    const [spec] = experiments({
      dataset: { fingerprint: '0'.repeat(64), available: 50_000 },
      positions: { fingerprint: 'f'.repeat(64), available: 5000 },
      profile: FULL,
      seed: 3,
    }).filter(({ name }) => name === 'baselineSettings');
    const table = protocolTable(spec!.specs);
    assert.deepEqual(
      table.rows.map((row) => [row.protocol, row.epochs, row.patience]),
      [
        ['fast', '8', '–'],
        ['fast, low rate', '8', '–'],
        ['replication', 'at most 40', '5'],
        ['seven epochs', 'at most 7', '3'],
      ],
    );
    assert.match(table.caption!, /all that do not validate; seeds 3, 4, 5, 6, 7\. /);
    const fewer = spec!.specs.filter(({ seed, maxEpochs }) => seed < 6 || maxEpochs === 7);
    assert.match(protocolTable(fewer).caption!, /seeds 3, 4, 5; where a run costs little also 6, 7\. /);
  });
});

describe('the reading of a training loop', () => {
  it('says whether the loss fell, and whether it beats a guess', () => {
    assert.match(loopReading([2.4, 2.1]), /falls: from 2\.400 to 2\.100 nats in 2 epochs, below/);
    assert.match(loopReading([2.4, 2.35]), /falls.*not below/);
    assert.match(loopReading([2.3, 2.4]), /does not fall.*not below/);
    assert.match(loopReading([2.3, Number.NaN]), /does not fall.*not below/);
  });
});
