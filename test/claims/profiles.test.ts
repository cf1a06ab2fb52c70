import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { directionOf, type Judgement, judgeClaims } from '../../src/claims/index.js';
import { type Profile, profileFor } from '../../src/study/index.js';
import {
  CIFAR10,
  convincing,
  convincingMeasurements,
  type MadeStudy,
  madeEvidence,
} from '../support/evidence.js';

const SHAPES = { name: 'shapes', train: 2000, test: 500 } as const;

/** A profile, what it is run on, and the claims whose networks it leaves out. */
const STUDIES: Readonly<
  Record<string, Omit<MadeStudy, 'world'> & { profile: Profile; leavesOut: readonly string[] }>
> = {
  'smoke on CIFAR-10': { profile: profileFor('smoke', 'native'), seeds: 1, leavesOut: ['C2', 'C15'] },
  'smoke on shapes': {
    profile: profileFor('smoke', 'native'),
    seeds: 1,
    dataset: SHAPES,
    leavesOut: ['C2', 'C15'],
  },
  'quick on CIFAR-10': { profile: profileFor('quick', 'native'), seeds: 1, leavesOut: ['C15'] },
  'quick on shapes': {
    profile: profileFor('quick', 'native'),
    seeds: 1,
    dataset: SHAPES,
    leavesOut: ['C15'],
  },
  'quick in bfloat16': {
    profile: profileFor('quick', 'native'),
    seeds: 2,
    precision: 'bf16',
    leavesOut: ['C15'],
  },
  'quick on WebAssembly': {
    profile: profileFor('quick', 'wasm'),
    seeds: 1,
    leavesOut: ['C1', 'C2', 'C3', 'C5', 'C9', 'C11', 'C15'],
  },
  full: { profile: profileFor('full', 'native'), seeds: 1, leavesOut: [] },
};

const judged = new Map<string, Judgement[]>();
function ledgerOf(name: string): Judgement[] {
  const study = STUDIES[name]!;
  const found =
    judged.get(name) ??
    judgeClaims(madeEvidence({ world: convincing, measured: convincingMeasurements, ...study }));
  judged.set(name, found);
  return found;
}

describe('the experiments of every profile answer every claim', () => {
  for (const [name, { leavesOut, dataset = CIFAR10, profile }] of Object.entries(STUDIES)) {
    it(`${name}: only claims whose networks it leaves out have no records`, () => {
      const ledger = ledgerOf(name);
      const missing = ledger.filter(({ verdict }) => verdict === 'no records').map(({ id }) => id);
      assert.deepEqual(missing, leavesOut);
      const inapplicable = ledger.filter(({ verdict }) => verdict === 'not applicable').map(({ id }) => id);
      assert.deepEqual(inapplicable, dataset.name === 'cifar10' ? [] : ['C7']);
    });

    it(`${name}: what is shown next to the verdicts finds its conditions too`, () => {
      const shown = Object.fromEntries(
        ledgerOf(name).map(({ id, context }) => [id, Object.keys(context).length]),
      );
      if (dataset.name === 'cifar10')
        assert.equal(
          shown.C7,
          profile.denseSettings ? 5 : 1,
          'the low rate, another dense network and three settings',
        );
      assert.equal(shown.C8, 3 + profile.blocks.sides.length + 1, 'three costs, and each block');
      const fit = (sizes: Profile['dataSize']['sizes']) =>
        new Set(sizes.filter((size) => size === null || size < dataset.train)).size;
      const { sizes, unshared } = profile.dataSize;
      const pairs = fit(unshared);
      if (dataset === CIFAR10)
        assert.deepEqual([shown.C9, shown.C12], [pairs > 0 ? pairs + 2 : 0, 2 * fit(sizes)]);
    });

    it(`${name}: verdicts rest on one seed unless there are more`, () => {
      const { seeds } = STUDIES[name]!;
      for (const { id, verdict, seeds: found } of ledgerOf(name)) {
        if (found === null) continue;
        assert.equal(found, seeds, id);
        if (seeds === 1) assert.ok(['indicated', 'indicated against', 'undecided'].includes(verdict), id);
      }
    });
  }

  it('in the full profile a second protocol answers what is trained under both', () => {
    const both = ledgerOf('full')
      .filter(({ other }) => directionOf(other.verdict) !== null)
      .map(({ id }) => id);
    assert.deepEqual(both, ['C1', 'C2', 'C3', 'C4', 'C7', 'C10', 'C11', 'C13', 'C15']);
    const quick = ledgerOf('quick on CIFAR-10').filter(({ other }) => directionOf(other.verdict) !== null);
    assert.deepEqual(
      quick.map(({ id }) => id),
      ['C13'],
    );
  });
});
