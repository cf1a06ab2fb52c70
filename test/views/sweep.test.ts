import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ConditionResult, overSeeds } from '../../src/analysis/index.js';
import type { TableView } from '../../src/notebook/index.js';
import { PUBLISHED } from '../../src/study/index.js';
import {
  costViews,
  gapView,
  replicationViews,
  smallReading,
  stepsReading,
  sweepCostTable,
  sweepCurves,
  sweepPredictions,
  sweepReading,
  sweepTable,
  sweepView,
} from '../../src/views/index.js';
import { but, convincing, type World } from '../support/evidence.js';
import { assertPredicted, held } from './predictions.js';
import { chartRows, madeSources, NOTHING, QUICK, reversed, textOf } from './study.js';

const all = (accuracy: number) => ({ train: accuracy, validation: accuracy, test: accuracy });
const SWEEP = {
  protocol: 'fast',
  images: null,
  block: 1,
  shift: 0,
  sharing: true,
  head: 'pooled',
  dropout: 0.3,
} as const;
const LOW = { model: 'baseline', protocol: 'fastLowRate', block: 1, shift: 0, dropout: 0 } as const;

/** As convincing, and under the replication protocol the published accuracies are reached. */
const expected: World = (condition) => {
  const published = PUBLISHED[condition.model as keyof typeof PUBLISHED];
  const isPlain = condition.block === 1 && condition.sharing && condition.head !== 'flattened';
  return condition.protocol === 'replication' && isPlain && published && condition.dropout !== 0.5
    ? all(published.testAccuracy)
    : convincing(condition);
};
/** The wider a CNN, the worse, and the smaller its gap. */
const wideIsWorse: World = [
  ['medium', 0.55, 0.01],
  ['big', 0.5, 0],
  ['extra_big', 0.4, -0.01],
].reduce<World>(
  (world, [model, accuracy, gap]) =>
    but(
      world,
      { ...SWEEP, model: String(model) },
      { ...all(Number(accuracy)), train: Number(accuracy) + Number(gap) },
    ),
  convincing,
);

const found = madeSources({ world: expected });
const contrary = madeSources({ world: reversed });
const oneSeed = madeSources({ world: expected, profile: QUICK, seeds: 1 }, { recorded: { world: expected } });
const onShapes = madeSources({ world: expected, profile: QUICK, seeds: 1 }, { cifar10: false });

const rowOf = ({ rows }: TableView, name: string) =>
  rows.find((row) => row.model === name) as Record<string, Record<string, string>>;

describe('the smallest CNN against the baseline', () => {
  it('wins where it is ahead at either rate of the baseline', () => {
    assert.match(
      smallReading(found),
      /Yes, at either learning rate.*low rate: \+1\d\.\d points.*118 times fewer/,
    );
  });

  it('does not win where the baseline is ahead at one rate alone', () => {
    const better = madeSources({ world: but(expected, LOW, all(0.66)) });
    assert.match(smallReading(better), /No: the baseline at the low rate is ahead of `small`/);
    assert.doesNotMatch(smallReading(better), /Yes/);
    assert.match(smallReading(contrary), /No: the baseline and the baseline at the low rate are ahead/);
  });

  it('is not called a winner where the runs do not settle it, or the other rate is missing', () => {
    const level = madeSources({ world: but(expected, LOW, all(0.619)) });
    assert.match(smallReading(level), /do not settle it/);
    const alone = madeSources({ world: expected, without: ({ protocol }) => protocol === 'fastLowRate' });
    assert.match(smallReading(alone), /at the one rate that was tried/);
    assert.match(smallReading(NOTHING), /No finished runs/);
  });
});

describe('the doublings of the filters', () => {
  it('are said to raise accuracy only where every one does', () => {
    assert.match(
      stepsReading(found),
      /Accuracy rises with every doubling.*`small` → `medium` \+\d\.\d.*3\.1 times/,
    );
    const falls = madeSources({ world: wideIsWorse });
    assert.match(stepsReading(falls), /does not rise with every doubling.*`small` → `medium` −\d/);
    const level = madeSources({ world: but(expected, { ...SWEEP, model: 'big' }, all(0.702)) });
    assert.match(stepsReading(level), /do not settle whether/);
    assert.match(stepsReading(NOTHING), /One width alone/);
  });
});

describe('the accuracies of the sweep', () => {
  it('have a mark and a column per source, and never mix them', () => {
    const rows = chartRows(sweepView(oneSeed));
    const sources = (model: string) => rows.filter((row) => row.model === model).map(({ source }) => source);
    assert.deepEqual(sources('small'), ['published', 'recorded', 'here']);
    assert.deepEqual(sources('extra_big'), ['published', 'recorded'], 'not trained in this profile');
    assert.deepEqual(
      sources('baseline, low rate'),
      ['recorded', 'here'],
      'nothing was published at that rate',
    );
    const { test } = rowOf(sweepTable(oneSeed), 'small');
    assert.match(test!.here!, /^6\d\.\d %$/);
    assert.match(test!.recorded!, /^6\d\.\d % ± \d/);
    assert.equal(test!.published, '60.9 %');
  });

  it('have a dash for what there is not: a recorded study, a published figure, a model of another profile', () => {
    const { rows } = sweepTable(found);
    assert.ok(rows.every((row) => (row.test as Record<string, string>).recorded === '–'));
    assert.equal(rowOf(sweepTable(oneSeed), 'extra_big').test!.here, '–');
    assert.equal(rowOf(sweepTable(oneSeed), 'baseline, low rate').test!.published, '–');
    assert.equal(rowOf(sweepCostTable(found), 'small')['time, s']!['published, a GPU'], '–');
  });

  it('stand next to no published figure on other images', () => {
    const views = [sweepView(onShapes), ...costViews(onShapes), gapView(onShapes)];
    assert.ok(views.every((view) => !JSON.stringify(chartRows(view)).includes('"published":0.')));
    assert.ok(chartRows(sweepView(onShapes)).every(({ source }) => source === 'here'));
    assert.doesNotMatch(textOf(sweepTable(onShapes)), /published":"\d/);
    assert.doesNotMatch(textOf(sweepCostTable(onShapes)), /published[^"]*":"[+\d]/);
  });

  it('name the most accurate network by validation, whichever it is', () => {
    assert.match(sweepView(found).caption, /by validation, is `extra_big`/);
    assert.match(sweepView(contrary).caption, /by validation, is `baseline(, low rate)?`/);
  });

  it('say which networks were computed in bfloat16', () => {
    const world = madeSources({ world: expected, precision: 'bf16' });
    assert.match(sweepTable(world).caption!, /`small`.*in bfloat16/);
    assert.doesNotMatch(sweepTable(found).caption!, /bfloat16/);
  });

  it('leave out runs of the recorded study that were trained to choose the protocol', () => {
    const [small] = found.here.filter(
      ({ condition }) => condition.model === 'small' && condition.block === 1,
    );
    const longer = { ...small!, condition: { ...small!.condition, epochs: 10 } };
    const { rows } = sweepTable({ ...NOTHING, recorded: [longer] });
    assert.ok(rows.every((row) => (row.test as Record<string, string>).recorded === '–'));
  });
});

describe('cost and gap of the sweep', () => {
  it('are drawn for the networks that were trained, with their ratios to the baseline', () => {
    const [parameters, flops] = costViews(oneSeed);
    assert.match(parameters!.caption, /`small` 1\/118, `medium` 1\/38, `big` 1\/11/);
    assert.match(flops!.caption, /`small` 1\.2 times/);
    assert.doesNotMatch(parameters!.caption, /extra_big/);
    assert.match(gapView(found).caption, /`small` \+2\.\d, `medium` \+[45]\.\d, `big` \+[89]\.\d/);
  });

  it('include curves of every network of the sweep', () => {
    for (const view of sweepCurves(oneSeed))
      assert.deepEqual(
        [...new Set(chartRows(view).map(({ model }) => model))],
        ['baseline', 'small', 'medium', 'big'],
      );
  });
});

describe('the sweep under the replication protocol', () => {
  it('is shown from this run where it has it', () => {
    const views = replicationViews(found);
    assert.doesNotMatch(textOf(...views), /leaves out/);
    assert.match(textOf(...views), /small 6\d\.\d % \(published 60\.9 %\)/);
  });

  it('is shown from the recorded study, and said to be, where the profile leaves it out', () => {
    const views = replicationViews(oneSeed);
    assert.match(textOf(views[0]!), /leaves out this sweep; the recorded study has it/);
    assert.equal(rowOf(views.at(-1) as TableView, 'small').replication!.here, '–');
  });

  it('is said to be missing, with the way to train it, where no source has it', () => {
    assert.deepEqual(replicationViews(onShapes).length, 1);
    assert.match(textOf(...replicationViews(onShapes)), /--only replicationSweep/);
  });
});

describe('the predictions about the sweep', () => {
  it('hold in the expected world', () => {
    assert.deepEqual(held(sweepPredictions(found)), [true, true, true, true, true]);
  });

  it('are the ones that the notebook begins with', () => {
    assertPredicted('05-filter-sweep.ipynb', sweepPredictions(found));
  });

  it('are crossed where the numbers point the other way', () => {
    assert.equal(sweepPredictions(contrary)[0]!.held, false);
    const falls = held(sweepPredictions(madeSources({ world: wideIsWorse })));
    assert.deepEqual([falls[1], falls[3]], [false, false]);
    const grows = madeSources({ world: but(expected, { ...SWEEP, model: 'extra_big' }, all(0.95)) });
    assert.equal(sweepPredictions(grows)[2]!.held, false);
    const far = madeSources({ world: (condition) => convincing({ ...condition, protocol: 'fast' }) });
    assert.equal(sweepPredictions(far)[4]!.held, false);
  });

  it('are open without runs, and the last one is settled by the recorded study where this run has none', () => {
    assert.deepEqual(held(sweepPredictions(NOTHING)), [null, null, null, null, null]);
    const [, , , , last] = sweepPredictions(oneSeed);
    assert.deepEqual([last!.held, last!.because.startsWith('recorded study: ')], [true, true]);
    assert.equal(sweepPredictions(onShapes)[4]!.held, null);
  });
});

describe('the reading of the sweep', () => {
  it('lets a CNN win only where it is ahead of the baseline at its better rate', () => {
    assert.match(sweepReading(found), /A CNN wins, against the baseline at the better of its two rates/);
    assert.match(sweepReading(contrary), /The baseline at the better of its two rates wins/);
    assert.doesNotMatch(sweepReading(contrary), /CNN wins/);
    const rival = madeSources({ world: but(expected, LOW, all(0.85)) });
    assert.match(sweepReading(rival), /The baseline at the better of its two rates wins/);
    const level = madeSources({ world: but(expected, LOW, all(0.8)) });
    assert.match(sweepReading(level), /no clear difference/);
    assert.match(sweepReading(NOTHING), /No finished runs/);
  });

  it('compares numbers of the same seeds, where one side has more', () => {
    const oneOfCnns = {
      ...found,
      here: found.here.map((result) => (isDense(result) ? result : overSeeds(result, [0]))),
    };
    const [, best, rival, lead] = /`\w+`, classifies ([\d.]+) %.*baseline ([\d.]+) %: \+([\d.]+) points/
      .exec(sweepReading(oneOfCnns))!
      .map(Number);
    assert.ok(Math.abs(best! - rival! - lead!) < 0.11, `${best} − ${rival} = ${lead}`);
    const [, , before] = /`\w+`, classifies ([\d.]+) %.*baseline ([\d.]+) %/.exec(sweepReading(found))!;
    assert.notEqual(Number(before), rival);
  });
});

const isDense = ({ condition }: ConditionResult) => condition.head === 'dense';
