import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judgeClaims } from '../../src/claims/index.js';
import { MODEL_NAMES } from '../../src/models/index.js';
import { PUBLISHED, profileFor } from '../../src/study/index.js';
import { overview, type StudyResults } from '../../src/views/overview.js';
import { but, convincing, type MadeStudy, madeEvidence, type World } from '../support/evidence.js';

function resultsIn(study: MadeStudy): StudyResults {
  const evidence = madeEvidence(study);
  return { results: evidence.results, spread: evidence.spread, judgements: judgeClaims(evidence) };
}

/** The dense networks and the CNNs have changed places. */
const reversed: World = (condition) => {
  const found = convincing(condition);
  const add = condition.head === 'dense' ? 0.3 : -0.3;
  const at = (value: number) => Math.min(0.95, Math.max(0.12, value + add));
  return { train: at(found.train), validation: at(found.validation), test: at(found.test) };
};

const quick = resultsIn({ world: convincing, seeds: 1 });
const recorded = resultsIn({ world: convincing, seeds: 3 });

describe('the first screen', () => {
  it('has each model by its three sources, which are never mixed', () => {
    const { models } = overview({ here: quick, recorded, cifar10: true });
    assert.deepEqual(
      models.map(({ model }) => model),
      MODEL_NAMES,
    );
    for (const { model, here, recorded: known, published } of models) {
      assert.equal(published!.testAccuracy, PUBLISHED[model].testAccuracy);
      assert.deepEqual([here!.seeds, known!.seeds], [1, 3]);
      assert.ok(here!.testAccuracy > 0 && here!.testAccuracy < 1);
    }
  });

  it('shows published figures next to CIFAR-10 only, and a dash for what is not there', () => {
    const { models, chart } = overview({ here: quick, cifar10: false });
    assert.ok(models.every(({ published, recorded: known }) => published === null && known === null));
    assert.doesNotMatch(JSON.stringify(chart), /published|recorded/);
    const without = resultsIn({ world: convincing, seeds: 1, without: ({ model }) => model === 'extra_big' });
    const rows = overview({ here: without, cifar10: true }).models;
    assert.equal(rows.at(-1)!.here, null);
    // On few images, for the question about dropout, as where the engine is slow.
    const few = resultsIn({
      world: convincing,
      seeds: 1,
      profile: profileFor('quick', 'wasm'),
    });
    const slow = overview({ here: few, cifar10: true });
    assert.deepEqual(
      slow.models.map(({ here }) => here !== null),
      [true, true, false, false, false],
    );
    assert.doesNotMatch(slow.answer.join(), /medium/);
  });

  it('answers in three sentences from the recorded study where there is one, with numbers', () => {
    const { answer } = overview({ here: quick, recorded, cifar10: true });
    assert.equal(answer.length, 3);
    assert.match(
      answer[0]!,
      /\d points more than the dense baseline.*118 times fewer parameters \(the recorded study\)/,
    );
    assert.match(overview({ here: quick, cifar10: true }).answer[0]!, /\(this run\)/);
  });

  it('says apart what sharing brings and what else a network without it has, at the rate that suits it', () => {
    const { answer } = overview({ here: quick, recorded, cifar10: true });
    const pattern =
      /shared weights differs from the same network without by \+([\d.]+) points .* from the baseline by \+([\d.]+) points/;
    const [, sharing, rest] = pattern.exec(answer[1]!)!.map(Number);
    assert.ok(sharing! > 0 && rest! > 0);
    // With its better rate better still, less is left for sharing.
    const tuned = but(
      convincing,
      { sharing: false, protocol: 'fastMiddleRate' },
      { test: 0.61, validation: 0.61 },
    );
    const again = overview({ here: resultsIn({ world: tuned, seeds: 3 }), cifar10: true }).answer[1]!;
    assert.ok(Number(pattern.exec(again)?.[1] ?? Number.NaN) < sharing!, again);
  });

  it('says the opposite of reversed records, and nothing that contradicts them', () => {
    const { answer, claims } = overview({ here: resultsIn({ world: reversed }), cifar10: true });
    assert.match(answer[0]!, /points less than the dense baseline/);
    assert.match(answer[2]!, /points less than the baseline's best/);
    assert.doesNotMatch(answer.join(' '), /points more|wins|beats/);
    assert.equal(claims.find(({ id }) => id === 'C4')!.here, 'refuted');
  });

  it('says so where nothing has been trained yet', () => {
    const nothing = resultsIn({ world: convincing, without: () => true });
    const { answer, models } = overview({ here: nothing, cifar10: true });
    for (const sentence of answer) assert.match(sentence, /No runs of this run .* yet/);
    assert.ok(models.every(({ here }) => here === null));
  });

  it('gives each claim both verdicts, and the recorded reading where this run has none', () => {
    const partial = resultsIn({ world: convincing, seeds: 1, without: ({ block }) => block === 32 });
    const { claims } = overview({ here: partial, recorded, cifar10: true });
    const c8 = claims.find(({ id }) => id === 'C8')!;
    assert.deepEqual([c8.recorded, c8.here], ['supported', 'no records']);
    assert.equal(c8.reading, recorded.judgements.find(({ id }) => id === 'C8')!.reading);
  });

  it('takes the baseline at its best rate, by validation accuracy', () => {
    const better = but(
      convincing,
      { model: 'baseline', protocol: 'fastLowRate', dropout: 0, images: null, block: 1 },
      {
        validation: 0.55,
        test: 0.55,
      },
    );
    assert.match(
      overview({ here: resultsIn({ world: better }), cifar10: true }).answer[0]!,
      /\(5[45]\.\d %\)/,
    );
  });
});
