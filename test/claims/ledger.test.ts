import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CLAIMS, type Evidence, judgeClaims } from '../../src/claims/index.js';
import { type Condition, profileFor } from '../../src/study/index.js';
import {
  but,
  convincing,
  convincingMeasurements,
  judged,
  type MadeStudy,
  madeEvidence,
  type World,
} from '../support/evidence.js';

const study = (made: Partial<MadeStudy> = {}): Evidence =>
  madeEvidence({ world: convincing, measured: convincingMeasurements, ...made });
const ids = (judgements: readonly { readonly id: string }[]) => judgements.map(({ id }) => id);

describe('the ledger', () => {
  it('judges every claim in order, each with its rule, its numbers and what it rests on', () => {
    const ledger = judgeClaims(study());
    assert.deepEqual(ids(ledger), ids(CLAIMS));
    assert.deepEqual(
      ledger.filter(({ verdict }) => verdict !== 'supported').map(({ id, verdict }) => [id, verdict]),
      [
        ['C7', 'refuted'],
        ['C13', 'refuted'],
      ],
    );
    for (const { id, rule, reading, records, contrasts, needs, seeds } of ledger) {
      assert.match(rule.changed, /^\d{4}-\d{2}-\d{2}$/, id);
      assert.ok(
        rule.version >= 1 && rule.text.length > 20 && rule.why.length > 5 && reading.endsWith('.'),
        id,
      );
      assert.equal(records.length > 0, needs.experiments.length > 0, id);
      assert.equal(seeds, id === 'C13' ? null : 3, id);
      for (const { estimate, low, high, bySeed } of Object.values(contrasts)) {
        assert.ok(low < estimate && estimate < high, id);
        assert.equal(bySeed.length, 3, id);
      }
    }
  });

  it('without any record says so everywhere but for arithmetic', () => {
    for (const { id, verdict, records, seeds, p } of judgeClaims(study({ without: () => true }))) {
      assert.equal(verdict, id === 'C13' ? 'refuted' : 'no records', id);
      assert.deepEqual([records, seeds, p], [[], null, null]);
    }
  });

  it('with one seed only indicates, in either direction, by an assumed spread between seeds', () => {
    for (const { id, verdict, seeds, contrasts, flips } of judgeClaims(study({ seeds: 1 }))) {
      if (id === 'C13') continue;
      assert.ok(['indicated', 'indicated against', 'undecided'].includes(verdict), `${id}: ${verdict}`);
      assert.deepEqual([seeds, flips], [1, null], id);
      assert.ok(
        Object.values(contrasts).every(({ spread }) => spread === 'assumed'),
        id,
      );
    }
    const ledger = judgeClaims(study({ seeds: 1 }));
    assert.ok(ids(ledger.filter(({ verdict }) => verdict === 'indicated')).includes('C4'));
    assert.deepEqual(ids(ledger.filter(({ verdict }) => verdict === 'indicated against')), ['C7']);
  });

  it('with one seed and recorded runs takes the spread between seeds from them', () => {
    const recorded = study().results.flatMap(({ records }) => records);
    const c4 = judged(study({ seeds: 1, recorded }), 'C4');
    assert.equal(c4.verdict, 'indicated');
    const [lead] = Object.values(c4.contrasts);
    assert.ok(lead!.se < 0.008, 'three thousandths per run and the images, not a point');
  });

  it('says what the same rules give under the other protocol', () => {
    const reversed = but(convincing, { protocol: 'replication', model: 'small' }, { test: 0.3 });
    assert.deepEqual(judged(study(), 'C4').other, {
      protocol: 'replication',
      verdict: 'supported',
      agrees: true,
    });
    const differing = judged(study({ world: reversed }), 'C4');
    assert.deepEqual(
      [differing.verdict, differing.other.verdict, differing.other.agrees],
      ['supported', 'refuted', false],
    );
    const absent = judged(study({ without: ({ protocol }) => protocol === 'replication' }), 'C4');
    assert.deepEqual([absent.other.verdict, absent.other.agrees], ['no records', null]);
    const even = but(convincing, { protocol: 'replication', model: 'small' }, { test: 0.455 });
    const open = judged(study({ world: even }), 'C4');
    assert.deepEqual([open.other.verdict, open.other.agrees], ['undecided', null]);
    assert.deepEqual(
      judgeClaims(study(), 'replication').find(({ id }) => id === 'C4')?.other.protocol,
      'fast',
    );
  });

  it('says which networks were computed in another precision than those they are compared with', () => {
    const quick = { profile: profileFor('quick', 'native'), seeds: 1 };
    const remark = /Convolutions of big were computed in bfloat16, those of the others in float32\.$/;
    assert.match(judged(study({ ...quick, bfloat16: true }), 'C1').reading, remark);
    assert.doesNotMatch(judged(study({ ...quick, bfloat16: true }), 'C4').reading, /bfloat16/);
    assert.doesNotMatch(judged(study(quick), 'C1').reading, /bfloat16/);
    assert.doesNotMatch(judged(study({ ...quick, precision: 'bf16' }), 'C1').reading, /float32/);
  });

  it('keeps every number to the seeds that all compared runs finished, and names those that diverged', () => {
    const diverged = ({ model, protocol, images }: Condition, seed: number) =>
      model === 'small' && protocol === 'fast' && images === null && seed === 1;
    const evidence = study({ diverged });
    const [c4, c2] = [judged(evidence, 'C4'), judged(evidence, 'C2')];
    assert.deepEqual([c4.seeds, c4.diverged.length], [2, 1]);
    assert.match(c4.reading, /Left out, since the loss stopped being a number: small, seed 1\.$/);
    for (const { contrasts, context } of [c4, c2])
      for (const { bySeed } of [...Object.values(contrasts), ...Object.values(context)])
        assert.deepEqual(
          bySeed.map(({ seed }) => seed),
          [0, 2],
        );
    assert.equal(c4.records.length, 6);
    const gone = judged(study({ diverged: ({ model }) => model === 'small' }), 'C4');
    assert.deepEqual([gone.verdict, gone.diverged.length], ['no records', 3]);
  });

  it('says whether single seeds point in different directions, and how many would settle an open claim', () => {
    const close = but(convincing, { model: 'small', protocol: 'fast', images: null }, { test: 0.451 });
    const c4 = judged(study({ world: close, deviation: 0.01 }), 'C4');
    assert.deepEqual([c4.verdict, c4.flips], ['undecided', true]);
    assert.ok(c4.seedsNeeded === null || c4.seedsNeeded > 3);
    const clear = judged(study(), 'C4');
    assert.deepEqual([clear.flips, clear.seedsNeeded], [false, null]);
    const partial = judged(study({ without: ({ model }) => model === 'extra_big' }), 'C1');
    assert.deepEqual([partial.verdict, partial.seedsNeeded], ['indicated', null], 'no seed replaces a width');
    const one = judged(study({ seeds: 1 }), 'C4');
    assert.deepEqual([one.verdict, one.seedsNeeded], ['indicated', 2]);
  });

  it('counts runs that were still improving where they could have stopped early, and no others', () => {
    const evidence = study();
    const ended = evidence.results.map((result) => ({
      ...result,
      records: result.records.map((record) => ({
        ...record,
        spec: { ...record.spec, maxEpochs: 1 },
      })),
    }));
    const results = { ...evidence, results: ended };
    const improving = judgeClaims(results).filter(({ stillImproving }) => stillImproving > 0);
    // Of the seven-epoch settings, which have patience.
    assert.deepEqual(
      improving.map(({ id, stillImproving }) => [id, stillImproving]),
      [['C7', 6]],
    );
    const c4 = judgeClaims(results, 'replication').find(({ id }) => id === 'C4');
    assert.equal(c4?.stillImproving, 6);
  });

  it('says so where the correction for the number of claims made the difference', () => {
    // Without noise between seeds, leads of 2.1 standard errors: a p-value of 0.036 alone, for two claims at once.
    const level = but(convincing, { model: 'small', protocol: 'fast', images: null }, { test: 0.45 });
    const equal = but(level, { head: 'flattened' }, { train: 0.68 + 0.05 });
    const errorOf = (id: string) =>
      Math.max(
        ...Object.values(judged(study({ world: equal, deviation: 0 }), id).contrasts).map(({ se }) => se),
      );
    const ahead = but(
      but(level, { model: 'small', protocol: 'fast', images: null }, { test: 0.45 + 2.1 * errorOf('C4') }),
      { head: 'flattened' },
      { train: 0.68 + 0.05 + 2.1 * errorOf('C14') },
    );
    for (const id of ['C4', 'C14']) {
      const { p, adjustedP, verdict, reading } = judged(study({ world: ahead, deviation: 0 }), id);
      assert.ok(p! <= 0.05 && adjustedP! > 0.05, `${id}: ${p}, ${adjustedP}`);
      assert.equal(verdict, 'undecided');
      assert.match(
        reading,
        /Alone the claim would be supported; corrected for the number of claims it is undecided\./,
      );
    }
    assert.doesNotMatch(judged(study(), 'C4').reading, /Alone/);
  });
});

describe('reversed records', () => {
  /** Accuracies of the networks exchanged, narrow for wide and baseline for CNN, and gaps with them. */
  const reversed: World = (condition) => {
    const exchanged = { small: 'extra_big', medium: 'big', big: 'medium', extra_big: 'small' }[
      condition.model
    ];
    if (condition.images === null && exchanged && condition.sharing && condition.head === 'pooled')
      return convincing({ ...condition, model: exchanged });
    if (!condition.sharing) return { train: 0.95, validation: 0.9, test: 0.9 };
    if (condition.head === 'flattened') return { train: 0.5, validation: 0.6, test: 0.6 };
    return condition.head === 'dense' ? { train: 0.97, validation: 0.95, test: 0.95 } : convincing(condition);
  };
  const [forward, backward] = [study(), study({ world: reversed })];

  it('reverse the verdicts', () => {
    for (const id of ['C1', 'C3', 'C4', 'C9', 'C12', 'C14']) {
      assert.equal(judged(forward, id).verdict, 'supported', id);
      assert.equal(judged(backward, id).verdict, 'refuted', `${id}: ${judged(backward, id).reading}`);
    }
  });

  it('leave every sentence as it is but for its numbers: no word states a direction', () => {
    const words = (evidence: Evidence, id: string) =>
      judged(evidence, id).reading.replace(/[+−]?[\d][\d.,]*/g, '#');
    for (const id of ['C1', 'C2', 'C3', 'C4', 'C6', 'C8', 'C9', 'C14'])
      assert.equal(words(backward, id), words(forward, id));
  });
});
