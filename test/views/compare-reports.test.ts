import assert from 'node:assert/strict';
import { it } from 'node:test';
import { type ComparableReport, differences } from '../../src/views/compare-reports.js';

const report = (change: Partial<ComparableReport> = {}, testAccuracy = 0.62): ComparableReport => ({
  status: 'complete',
  profile: 'quick',
  dataset: { fingerprint: 'f' },
  models: [
    { model: 'small', here: { testAccuracy, validationAccuracy: 0.6, seconds: 30, seeds: 1 } },
    { model: 'extra_big', here: null },
  ],
  claims: [{ id: 'C4', verdict: 'indicated' }],
  ...change,
});

it('a report equals itself, and one that differs by chance only', () => {
  assert.deepEqual(differences(report(), report()), []);
  assert.deepEqual(differences(report(), report({}, 0.64)), []);
});

it('an accuracy that chance does not explain is named with both values', () => {
  const [found, ...others] = differences(report(), report({}, 0.5));
  assert.match(found!, /small: test accuracy 62\.0 %, now 50\.0 %/);
  assert.deepEqual(others, []);
});

it('a verdict that points the other way differs, one that is only less sure does not', () => {
  assert.match(
    differences(report(), report({ claims: [{ id: 'C4', verdict: 'refuted' }] }))[0]!,
    /C4: indicated, now refuted/,
  );
  assert.deepEqual(differences(report(), report({ claims: [{ id: 'C4', verdict: 'undecided' }] })), []);
});

it('a failed report, another profile, other images or a model that is missing differ', () => {
  assert.match(differences(report(), report({ status: 'failed' }))[0]!, /status/);
  assert.match(differences(report(), report({ profile: 'smoke' }))[0]!, /profile/);
  assert.match(differences(report(), report({ dataset: { fingerprint: 'e' } }))[0]!, /dataset/);
  assert.match(
    differences(report(), report({ models: [{ model: 'small', here: null }] }))[0]!,
    /was trained/,
  );
});

it('reports of the recorded study differ where their records do, by however little', () => {
  const recorded = (testAccuracy: number, seeds = 3) =>
    report({
      profile: 'full',
      models: [
        {
          model: 'small',
          here: null,
          recorded: { testAccuracy, validationAccuracy: 0.6, seconds: 30, seeds },
        },
        { model: 'extra_big', here: null, recorded: null },
      ],
    });
  assert.deepEqual(differences(recorded(0.62), recorded(0.62)), []);
  assert.match(differences(recorded(0.62), recorded(0.6201))[0]!, /small: 62\.00 %.*now 62\.01 %/);
  assert.match(differences(recorded(0.62), recorded(0.62, 2))[0]!, /3 seeds.*2 seeds/);
  const flipped = { ...recorded(0.62), claims: [{ id: 'C4', verdict: 'undecided' as const }] };
  assert.deepEqual(differences(recorded(0.62), flipped), ['C4: indicated, now undecided']);
});
