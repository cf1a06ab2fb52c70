import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type ConditionResult,
  comparisons,
  divergedRuns,
  resultsByCondition,
  seedSpread,
} from '../../src/analysis/index.js';
import { type Evidence, judgeClaims, type Verdict } from '../../src/claims/index.js';
import { decide } from '../../src/claims/verdict.js';
import { MODELS, type ModelName } from '../../src/models/index.js';
import {
  experiments,
  fitProfile,
  PROTOCOLS,
  type Profile,
  PUBLISHED,
  profileFor,
  runSpec,
} from '../../src/study/index.js';
import type { RunSpec } from '../../src/training/index.js';
import { madeRecord } from '../support/records.js';
import { type Chance, chance, simulatedRecords } from '../support/simulation.js';

const DATASET = '0'.repeat(64);
const IMAGES = { train: 64, validation: 64, test: 10_000 };

const specOf = (model: ModelName, seed: number, block = 1): RunSpec =>
  runSpec(
    { model: MODELS[model], protocol: PROTOCOLS.fast, images: null, validation: 5000, test: null, block },
    { dataset: DATASET, available: 50_000, seed },
  );
const count = (length: number) => Array.from({ length }, (_, i) => i);

/** A study of two networks that are equally good but for `better`, and of other conditions that make the spread known. */
interface Setup {
  readonly deviation: number;
  readonly seeds: number;
  /** Other conditions of the study, with as many seeds; with one seed: recorded ones, with three. */
  readonly others: number;
  readonly better?: number;
}

/** What the images add to the deviation of an accuracy over 10,000 of them, as seeds answer to 45 % alike. */
const FROM_IMAGES = Math.sqrt((0.24 * 0.55) / IMAGES.test);

const template = madeRecord({ counts: { train: 1, validation: 1, test: 1 } });

/** Conditions of which only the accuracies matter. */
function otherConditions({ others, deviation }: Setup, seeds: number, luck: Chance): ConditionResult[] {
  const drawn = (shared: number) => ({
    ...template.results!.test,
    accuracy: 0.6 + deviation * shared + FROM_IMAGES * luck.normal(),
  });
  const records = count(others).flatMap((other) =>
    count(seeds).map((seed) => {
      const spec = specOf('medium', seed, other + 2);
      const shared = luck.normal();
      const results = { train: drawn(shared), validation: drawn(shared), test: drawn(shared) };
      return { ...template, key: `${other} ${seed}`, spec, results: { ...template.results!, ...results } };
    }),
  );
  return resultsByCondition(records).map((result) => ({ ...result, images: 45_000 }));
}

/** The verdict on "big is better than small", as the only claim of a ledger. */
function verdictOf({ deviation, seeds, others, better = 0 }: Setup, luck: Chance): Verdict {
  const accuracy = (spec: RunSpec) => 0.6 + (spec.model.name === 'big' ? better : 0);
  const specs = (['small', 'big'] as const).flatMap((name) => count(seeds).map((seed) => specOf(name, seed)));
  const two = resultsByCondition(
    simulatedRecords({ specs, counts: () => IMAGES, accuracy, deviation }, luck),
  );
  const [small, big] = two.map((result) => ({ ...result, images: 45_000 })) as [
    ConditionResult,
    ConditionResult,
  ];
  const rest = otherConditions({ deviation, seeds, others }, Math.max(3, seeds), luck);
  const { difference } = seeds > 1 ? comparisons([small, big, ...rest]) : comparisons([small, big], rest);
  const lead = difference(big, small);
  const finding = {
    support: lead.p.above,
    against: lead.p.below,
    seedsDecide: true,
    reading: '',
    contrasts: { lead },
    results: [],
  };
  return decide([finding])[0]!.verdict;
}

const rate = (setup: Setup, found: readonly Verdict[], repetitions: number): number => {
  const luck = chance(1);
  const verdicts = count(repetitions).map(() => verdictOf(setup, luck));
  return verdicts.filter((verdict) => found.includes(verdict)).length / repetitions;
};

/** What 5 % may look like in so many repetitions: exceeded once in a hundred. */
const allowed = (repetitions: number): number => 0.05 + 2.33 * Math.sqrt((0.05 * 0.95) / repetitions);

describe('verdicts on two networks without a true difference', () => {
  const repetitions = 200;
  const rates: number[] = [];
  for (const deviation of [0.005, 0.01, 0.015])
    for (const seeds of [3, 5])
      for (const others of [0, 8])
        it(`are wrong in at most 5 % at a seed deviation of ${100 * deviation} points, ${seeds} seeds, ${others} other conditions`, () => {
          const wrong = rate({ deviation, seeds, others }, ['supported', 'refuted'], repetitions);
          rates.push(wrong);

          assert.ok(wrong <= allowed(repetitions), `${100 * wrong} %`);
        });

  it('are wrong in at most 5 % over all these settings', () => {
    const mean = rates.reduce((sum, value) => sum + value, 0) / rates.length;
    assert.ok(mean <= 0.055, `${100 * mean} %`);
  });

  it('are never wrong with one seed, which supports and refutes nothing', () => {
    assert.equal(rate({ deviation: 0.015, seeds: 1, others: 0 }, ['supported', 'refuted'], 100), 0);
  });

  it('of one seed are "indicated" in at most 5 % where recorded runs tell the spread between seeds', () => {
    const indicated = ['indicated', 'indicated against'] as const;
    for (const deviation of [0.005, 0.01, 0.015]) {
      const wrong = rate({ deviation, seeds: 1, others: 8 }, indicated, repetitions);
      assert.ok(wrong <= allowed(repetitions), `${100 * wrong} % at ${deviation}`);
    }
  });
});

describe('verdicts on two networks three points apart', () => {
  it('are "supported" in most studies of three seeds, and in nearly all where comparable conditions tell the spread', () => {
    const three = { seeds: 3, better: 0.03 };
    assert.ok(rate({ ...three, deviation: 0.005, others: 8 }, ['supported'], 100) >= 0.98);
    assert.ok(rate({ ...three, deviation: 0.01, others: 8 }, ['supported'], 100) >= 0.8);
    assert.ok(rate({ ...three, deviation: 0.01, others: 0 }, ['supported'], 100) >= 0.5);
  });
});

describe('ledgers of a study in which nothing makes a difference', () => {
  const [train, test] = [4000, 2000];
  const small: Profile = {
    ...profileFor('full', 'native'),
    seeds: 3,
    search: false,
    dataSize: { cnns: ['small'], sizes: [500, 2000], unshared: [500, 2000] },
    dropout: { models: ['small', 'big'], images: null },
    blocks: { sides: [], images: null },
  };
  const { replication: _, ...profile } = small;
  const specs = new Map<string, RunSpec>();
  const subject = { fingerprint: DATASET, available: train };
  for (const { name, specs: own } of experiments({ dataset: subject, positions: subject, profile, seed: 0 }))
    if (name !== 'position') for (const spec of own) specs.set(JSON.stringify(spec), spec);

  /** Every network reaches the published accuracy of the baseline, and has a gap of ten points. */
  function ledger(luck: Chance): Verdict[] {
    const chanceOnly = {
      specs: [...specs.values()],
      counts: ({ split }: RunSpec) => ({
        train: split.train ?? train - split.validation,
        validation: split.validation,
        test,
      }),
      accuracy: (_: RunSpec, part: string) => PUBLISHED.baseline.testAccuracy + (part === 'train' ? 0.1 : 0),
      deviation: 0.01,
    };
    const records = simulatedRecords(chanceOnly, luck);
    const results = resultsByCondition(records);
    const evidence: Evidence = {
      dataset: { name: 'cifar10', ...subject },
      profile: fitProfile(profile, train),
      results,
      diverged: divergedRuns(records),
      spread: seedSpread(results),
      measured: {},
    };
    return judgeClaims(evidence)
      .filter(({ p }) => p !== null)
      .map(({ verdict }) => verdict);
  }

  it('hold a wrong verdict in at most 5 % of cases, and claims much more rarely', () => {
    const luck = chance(2);
    const ledgers = count(150).map(() => ledger(luck));
    assert.ok(ledgers.every((verdicts) => verdicts.length >= 11));
    const isWrong = (verdict: Verdict) => verdict === 'supported' || verdict === 'refuted';
    const wrong = ledgers.filter((verdicts) => verdicts.some(isWrong)).length / ledgers.length;

    assert.ok(wrong <= allowed(ledgers.length), `${100 * wrong} % of ledgers`);
    const claims = ledgers.flat();
    assert.ok(claims.filter(isWrong).length / claims.length <= 0.01);
  });
});
