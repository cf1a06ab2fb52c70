import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { intervalOf } from '../../src/analysis/index.js';
import type { Finding } from '../../src/claims/index.js';
import { type Decision, decide, directionOf } from '../../src/claims/verdict.js';

const contrast = (seeds: number) => ({
  ...intervalOf(0.01, [{ of: 'seeds' as const, variance: 1e-4, df: 10 }]),
  bySeed: Array.from({ length: seeds }, (_, seed) => ({ seed, value: 0.01 })),
  spread: 'measured' as const,
});
const tested = (support: number, against: number, seeds = 3): Finding => ({
  support,
  against,
  seedsDecide: true,
  reading: '',
  contrasts: { one: contrast(seeds), other: contrast(seeds + 1) },
  results: [],
});
const verdicts = (...findings: Finding[]) => decide(findings).map(({ verdict }) => verdict);

describe('verdicts', () => {
  it('follow the p-value that is below 2.5 % in its direction', () => {
    assert.deepEqual(verdicts(tested(0.02, 0.98)), ['supported']);
    assert.deepEqual(verdicts(tested(0.98, 0.02)), ['refuted']);
    assert.deepEqual(verdicts(tested(0.03, 0.97)), ['undecided']);
    assert.deepEqual(verdicts(tested(1, 1)), ['undecided']);
  });

  it('of one seed never support or refute', () => {
    assert.deepEqual(verdicts(tested(1e-9, 1, 1)), ['indicated']);
    assert.deepEqual(verdicts(tested(1, 1e-9, 1)), ['indicated against']);
    assert.deepEqual(verdicts(tested(1e-9, 1, 2)), ['supported']);
  });

  it('are corrected for the number of claims, and say what each claim would be alone', () => {
    const [strong, weak] = decide([tested(0.001, 1), tested(0.02, 1), tested(0.4, 0.6)]) as [
      Decision,
      Decision,
    ];
    assert.deepEqual([strong.verdict, weak.verdict, weak.alone], ['supported', 'undecided', 'supported']);
    // Two-sided 0.04, the second smallest of three: twice that.
    assert.ok(Math.abs(weak.adjusted! - 0.08) < 1e-12 && Math.abs(weak.p! - 0.04) < 1e-12);
  });

  it('that arithmetic settles, or that have no records, are no part of the family', () => {
    const settled: Finding = { settled: 'refuted', reading: '' };
    const missing: Finding = { settled: 'no records', reading: '' };
    const found = decide([settled, tested(0.02, 0.98), missing]);
    assert.deepEqual(
      found.map(({ verdict, p, adjusted }) => [verdict, p, adjusted]),
      [
        ['refuted', null, null],
        ['supported', 0.04, 0.04],
        ['no records', null, null],
      ],
    );
  });

  it('have a direction where something was judged', () => {
    assert.deepEqual(
      (['supported', 'indicated', 'undecided', 'indicated against', 'refuted'] as const).map(directionOf),
      [1, 1, 0, -1, -1],
    );
    assert.deepEqual([directionOf('no records'), directionOf('not applicable')], [null, null]);
  });
});
