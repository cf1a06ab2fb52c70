import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { overSeeds } from '../../src/analysis/index.js';
import type { RunMeasurements, Verdict } from '../../src/claims/index.js';
import type { Condition } from '../../src/study/index.js';
import {
  type Accuracies,
  but,
  convincing,
  convincingMeasurements,
  judged,
  type MadeStudy,
  madeEvidence,
  type World,
} from '../support/evidence.js';

/** The sweep's networks, on all images as they are. */
const SWEEP: Partial<Condition> = {
  protocol: 'fast',
  images: null,
  block: 1,
  shift: 0,
  sharing: true,
  dropout: 0.3,
};
const sweep = (model: string, accuracies: Partial<Accuracies>, world = convincing): World =>
  but(
    world,
    model === 'baseline' ? { ...SWEEP, model, dropout: 0 } : { ...SWEEP, model, head: 'pooled' },
    accuracies,
  );
const LOW_RATE: Partial<Condition> = { protocol: 'fastLowRate', block: 1, shift: 0, dropout: 0 };
/** As measured in a world, but for what is replaced. */
const measuring =
  (
    change: (found: RunMeasurements, condition: Condition) => RunMeasurements,
  ): NonNullable<MadeStudy['measured']> =>
  (condition, seed) =>
    change(convincingMeasurements(condition, seed), condition);

/** What must be judged how. */
const CASES: readonly [id: string, verdict: Verdict, when: string, study: Partial<MadeStudy>][] = [
  ['C1', 'refuted', 'one step falls', { world: sweep('big', { test: 0.66 }) }],
  ['C1', 'undecided', 'one step is too small', { world: sweep('big', { test: 0.702 }) }],
  [
    'C1',
    'indicated',
    'a width is missing and all steps rise',
    { without: ({ model }) => model === 'extra_big' },
  ],
  [
    'C1',
    'refuted',
    'a width is missing and one step falls',
    { world: sweep('big', { test: 0.66 }), without: ({ model }) => model === 'extra_big' },
  ],
  [
    'C1',
    'no records',
    'there is one width',
    { without: ({ model }) => model !== 'small' && model !== 'baseline' },
  ],
  ['C2', 'refuted', 'the last step is the larger', { world: sweep('extra_big', { test: 0.95 }) }],
  ['C2', 'undecided', 'both steps are equal', { world: sweep('extra_big', { test: 0.86 }) }],
  [
    'C2',
    'indicated',
    'the widest is missing and the last step there is brings less',
    { world: sweep('big', { test: 0.71 }), without: ({ model }) => model === 'extra_big' },
  ],
  [
    'C2',
    'undecided',
    'the widest is missing and the two steps there are bring the same',
    { without: ({ model }) => model === 'extra_big' },
  ],
  ['C2', 'no records', 'a width is missing in between', { without: ({ model }) => model === 'medium' }],
  ['C3', 'refuted', 'the widest has the smallest gap', { world: sweep('extra_big', { train: 0.8 }) }],
  ['C3', 'undecided', 'two gaps are alike', { world: sweep('medium', { train: 0.721 }) }],
  ['C4', 'refuted', '`small` is below the baseline', { world: sweep('small', { test: 0.42 }) }],
  ['C4', 'undecided', '`small` is level with the baseline', { world: sweep('small', { test: 0.451 }) }],
  [
    'C4',
    'refuted',
    'only the baseline at the low rate is ahead of `small`',
    { world: but(convincing, { ...LOW_RATE, model: 'baseline' }, { test: 0.65 }) },
  ],
  [
    'C4',
    'undecided',
    'nothing was trained at the low rate, though `small` is ahead',
    { without: ({ protocol }) => protocol === 'fastLowRate' },
  ],
  ['C4', 'no records', 'there is no baseline', { without: ({ model }) => model === 'baseline' }],
  [
    'C5',
    'refuted',
    'more dropout costs the widest accuracy',
    { world: but(convincing, { model: 'big', dropout: 0.5 }, { test: 0.7 }) },
  ],
  [
    'C5',
    'refuted',
    'dropout takes a larger share from the widest',
    { world: but(convincing, { model: 'big', dropout: 0.3 }, { train: 0.79 }) },
  ],
  [
    'C5',
    'undecided',
    'a gap without dropout is not there',
    { world: but(convincing, { model: 'small', dropout: 0 }, { train: 0.62 }) },
  ],
  [
    'C5',
    'undecided',
    'all networks answer alike, so that no gap is there at all',
    { world: () => ({ train: 0.1, validation: 0.1, test: 0.1 }), seeds: 1, deviation: 0 },
  ],
  ['C5', 'no records', 'a rate is missing', { without: ({ dropout }) => dropout === 0.5 }],
  [
    'C6',
    'refuted',
    'the CNN has no lead, though the permutation costs it',
    { world: but(sweep('medium', { test: 0.42 }), { model: 'medium', block: 32 }, { test: 0.3 }) },
  ],
  [
    'C6',
    'refuted',
    'the lead grows under the permutation',
    { world: but(convincing, { model: 'medium', block: 32 }, { test: 0.75 }) },
  ],
  [
    'C6',
    'undecided',
    'the lead stays',
    { world: but(convincing, { model: 'medium', block: 32 }, { test: 0.7 }) },
  ],
  [
    'C6',
    'no records',
    'no baseline saw permuted pixels',
    { without: ({ model, block }) => model === 'baseline' && block === 32 },
  ],
  [
    'C7',
    'undecided',
    'no dense network is clearly above the published figure',
    {
      world: but(
        but(convincing, { model: 'baseline' }, { test: 0.4 }),
        { model: 'dense_control' },
        { test: 0.39 },
      ),
    },
  ],
  [
    'C7',
    'refuted',
    'only another dense network is above it',
    {
      world: but(
        but(convincing, { model: 'baseline' }, { test: 0.38 }),
        { model: 'dense_control' },
        { test: 0.45 },
      ),
    },
  ],
  [
    'C7',
    'not applicable',
    'the images are others',
    { dataset: { name: 'shapes', train: 50_000, test: 10_000 } },
  ],
  [
    'C8',
    'refuted',
    'the permutation costs the baseline more',
    {
      world: but(
        but(convincing, { model: 'medium', block: 32 }, { test: 0.7 }),
        { model: 'baseline', block: 32 },
        { test: 0.3 },
      ),
    },
  ],
  [
    'C8',
    'undecided',
    'it costs neither',
    { world: but(convincing, { model: 'medium', block: 32 }, { test: 0.7 }) },
  ],
  ['C9', 'refuted', 'sharing costs accuracy', { world: but(convincing, { sharing: false }, { test: 0.7 }) }],
  [
    'C9',
    'undecided',
    'sharing changes nothing',
    { world: but(convincing, { sharing: false }, { test: 0.62 }) },
  ],
  [
    'C9',
    'refuted',
    'only the twin at the middle rate is ahead',
    { world: but(convincing, { protocol: 'fastMiddleRate', sharing: false }, { test: 0.7 }) },
  ],
  ['C9', 'no records', 'there is no twin', { without: ({ sharing }) => !sharing }],
  [
    'C10',
    'refuted',
    'features do not follow shifts by whole strides',
    {
      measured: measuring((found) => ({
        ...found,
        equivariance: { ...found.equivariance!, wholeStrides: 0.1 },
      })),
    },
  ],
  [
    'C10',
    'refuted',
    'one pixel changes more after pooling',
    {
      measured: measuring((found) => ({
        ...found,
        equivariance: { ...found.equivariance!, changeReduction: { mean: -0.1, sd: 0.05, n: 32 } },
      })),
    },
  ],
  [
    'C10',
    'undecided',
    'no shift changes anything',
    {
      measured: measuring((found) => ({
        ...found,
        equivariance: { ...found.equivariance!, otherShifts: 0 },
      })),
    },
  ],
  ['C10', 'no records', 'nothing was measured', { measured: () => ({}) }],
  [
    'C11',
    'refuted',
    'the quarter costs the widest five points',
    { measured: measuring(losing({ extra_big: 0.05 })) },
  ],
  [
    'C11',
    'refuted',
    'it costs the narrowest even less',
    { measured: measuring(losing({ small: -0.05, extra_big: 0.001 })) },
  ],
  [
    'C11',
    'undecided',
    'it costs the widest about a point',
    { measured: measuring(losing({ extra_big: 0.0101 })) },
  ],
  [
    'C11',
    'undecided',
    'the networks are at chance',
    {
      measured: measuring((found) => ({
        ...found,
        filters: found.filters && { ...found.filters, accuracy: 0.1 },
      })),
    },
  ],
  [
    'C11',
    'undecided',
    'the networks are at chance, of two classes',
    {
      measured: measuring((found) => ({
        ...found,
        filters: found.filters && { ...found.filters, accuracy: 0.5, guess: 0.5 },
      })),
    },
  ],
  [
    'C12',
    'refuted',
    'the CNN is behind at equal size',
    { world: but(convincing, { model: 'small', images: 25_000 }, { test: 0.3 }) },
  ],
  [
    'C12',
    'refuted',
    'the baseline at the low rate reaches more on all images',
    { world: but(convincing, { ...LOW_RATE, model: 'baseline', images: null }, { test: 0.7 }) },
  ],
  [
    'C12',
    'undecided',
    'the CNN is level with the baseline on the largest size',
    { world: but(convincing, { model: 'small', images: 25_000 }, { test: 0.451 }) },
  ],
  [
    'C12',
    'no records',
    'a size is missing',
    { without: ({ model, images }) => model === 'small' && images === 500 },
  ],
  [
    'C14',
    'refuted',
    'the flattened head has the smaller gap',
    { world: but(convincing, { head: 'flattened' }, { train: 0.69 }) },
  ],
  ['C14', 'no records', 'there is no flattened head', { without: ({ head }) => head === 'flattened' }],
  ['C15', 'refuted', '`medium` is the knee both ways', { world: sweep('medium', { validation: 0.79 }) }],
  [
    'C15',
    'undecided',
    'the two ways to count parameters disagree',
    { world: sweep('medium', { validation: 0.735 }) },
  ],
];

/** Losses of accuracy by width. */
function losing(losses: Readonly<Record<string, number>>): Parameters<typeof measuring>[0] {
  return (found, { model }) => {
    const mean = losses[model];
    if (mean === undefined || !found.filters) return found;
    return { ...found, filters: { ...found.filters, loss: { ...found.filters.loss, mean } } };
  };
}

const studyOf = (made: Partial<MadeStudy>) =>
  madeEvidence({ world: convincing, measured: convincingMeasurements, ...made });

describe('rules', () => {
  for (const [id, verdict, when, made] of CASES) {
    it(`${id} is judged "${verdict}" where ${when}`, () => {
      const judgement = judged(studyOf(made), id);
      assert.equal(judgement.verdict, verdict, judgement.reading);
    });
  }
});

describe('numbers behind the rules', () => {
  const evidence = studyOf({});
  const close = (found: number | undefined, expected: number, tolerance = 0.006) =>
    assert.ok(found !== undefined && Math.abs(found - expected) < tolerance, `${found} is not ${expected}`);
  const values = (id: string, of: 'contrasts' | 'context' = 'contrasts') =>
    Object.fromEntries(
      Object.entries(judged(evidence, id)[of]).map(([name, { estimate }]) => [name, estimate]),
    );

  it('C1 compares each width with the next narrower one', () => {
    const steps = values('C1');
    close(steps['small → medium'], 0.08);
    close(steps['medium → big'], 0.08);
    close(steps['big → extra_big'], 0.02);
  });

  it('C3 measures gaps against test accuracy where early stopping chose the weights, and shows the other one', () => {
    // Under replication, validation accuracy is five points too good.
    const world: World = (condition) => {
      const found = convincing(condition);
      return condition.patience === null ? found : { ...found, validation: found.test + 0.05 };
    };
    const c3 = judged(studyOf({ world }), 'C3');
    assert.ok('small → medium, gap (train − test)' in c3.context);
    assert.match(c3.reading, /^Change of gap \(train − validation\): .* Change of gap \(train − test\): /);
  });

  it('C5 compares shares of the gap, with an interval that Fieller’s limits of both give', () => {
    const { contrasts } = judged(evidence, 'C5');
    const share = contrasts['share taken in small − in big'];
    close(share?.estimate, 0.7 - 0.3, 0.12);
    assert.ok(share!.low < 0.4 && 0.4 < share!.high);
    close(contrasts['big: dropout 0.5 − 0.3']?.estimate, 0.03);
  });

  it('C6 and C8 rest on the same difference of differences', () => {
    const lost = values('C6')['lost by the permutation'];
    close(lost, 0.2);
    assert.equal(lost, values('C8')['cost to medium − cost to the baseline']);
    close(values('C8', 'context')['the difference inside blocks of 4 × 4'], 0.08);
  });

  it('C4 holds `small` against the baseline at both rates', () => {
    close(values('C4')['small − baseline'], 0.17);
    close(values('C4')['small − baseline at the low rate'], 0.17);
  });

  it('C7 holds two dense networks against the published figure, and shows what each setting changes', () => {
    close(values('C7')['baseline − published'], 0.45 - 0.3993);
    close(values('C7')['baseline at the low rate − published'], 0.45 - 0.3993);
    close(values('C7')['another dense network − published'], 0.46 - 0.3993);
    const settings = values('C7', 'context');
    close(settings['dropout 0.3 − baseline'], -0.05);
    close(settings['7 epochs − baseline'], -0.03);
    close(settings['dropout 0.3 and 7 epochs − baseline'], -0.08);
  });

  it('C9 judges the largest training set, and compares what a shift costs image by image', () => {
    close(values('C9')['shared − not shared'], 0.05);
    close(values('C9', 'context')['lost under shift, not shared − shared'], 0.1);
    close(values('C9', 'context')['not shared − baseline'], 0.12);
  });

  it('C11 asks for less than a point from the widest, and less than from the narrowest', () => {
    const found = values('C11');
    close(found['one point − loss of extra_big'], 0.009, 1e-9);
    close(found['loss of small − loss of extra_big'], 0.079, 1e-9);
  });

  it('C12 compares fewer images for the CNN with all for the baseline, and equal sizes', () => {
    const small = 0.62 - 0.03 * Math.log2(45 / 25);
    close(values('C12')['small on 25,000 images − baseline on 45,000 images'], small - 0.45);
    close(values('C12')['small − baseline, both on 25,000 images'], small - 0.45 + 0.02 * Math.log2(45 / 25));
  });

  it('C14 judges the gap and shows test accuracy next to it', () => {
    close(values('C14')['gap flattened − gap pooled'], 0.08);
    close(values('C14', 'context')['test accuracy flattened − pooled'], -0.02);
  });

  it('C15 leads every rival by its height above the line, both ways', () => {
    const names = ['against parameters', 'against the logarithm of parameters'];
    const leads = values('C15');
    assert.deepEqual(
      Object.keys(leads),
      names.flatMap((name) => ['medium', 'the line'].map((rival) => `lead over ${rival}, ${name}`)),
    );
    const along = (model: number) => Math.log(model / 14_450) / Math.log(589_514 / 14_450);
    close(
      leads['lead over the line, against the logarithm of parameters'],
      0.16 - 0.18 * along(157_226),
      0.01,
    );
  });
});

describe('readings', () => {
  const evidence = studyOf({});
  /** One claim in prose; all others are asserted on their values. */
  it('are sentences with the numbers, their intervals and what these cover', () => {
    const interval = String.raw`\+1\d\.\d points \[\+1\d\.\d, \+1\d\.\d\]`;
    assert.match(
      judged(evidence, 'C4').reading,
      new RegExp(
        `^small − baseline: ${interval}; small − baseline at the low rate: ${interval} with 118 times fewer parameters ` +
          String.raw`\(3 seeds; 95 % intervals over seeds and images\)\. Published: \+21\.0 points\.$`,
      ),
    );
    assert.match(
      judged(studyOf({ seeds: 1 }), 'C4').reading,
      /\(one seed; 95 % intervals over images and a deviation between seeds of 1\.4 points, which is assumed\)/,
    );
  });

  it('use for each step the seeds that its two widths share, and say how many', () => {
    const wide = ['big', 'extra_big'];
    const results = evidence.results.map((result) =>
      wide.includes(result.condition.model) ? overSeeds(result, [0, 1]) : result,
    );
    const { contrasts, reading, seeds } = judged({ ...evidence, results }, 'C1');
    assert.deepEqual(
      Object.values(contrasts).map(({ bySeed }) => bySeed.length),
      [3, 2, 2],
    );
    assert.equal(seeds, 2);
    assert.match(reading, /\(2 to 3 seeds; 95 % intervals over seeds and images\)/);
  });
});
