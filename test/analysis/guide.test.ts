import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type GuideRow, kneeOf, paretoFront, selectionGuide } from '../../src/analysis/guide.js';

const row = (name: string, parameters: number, accuracy: number, seconds: number): GuideRow => ({
  name,
  parameters,
  accuracy,
  seconds,
  gap: 0,
});

/** The test accuracies the original study printed; its times for the two widest, made up for the others. */
const published = [
  row('baseline', 1_707_274, 0.3993, 10),
  row('small', 14_450, 0.6092, 20),
  row('medium', 44_762, 0.7506, 40),
  row('big', 157_226, 0.7937, 111.5),
  row('extra_big', 589_514, 0.8049, 151.5),
];

const names = (rows: readonly GuideRow[]) => rows.map(({ name }) => name);

describe('model selection', () => {
  it('gives the published guide for the published figures, and tells where the rule decides', () => {
    const guide = selectionGuide(published);
    assert.deepEqual(
      guide.map(({ need, row: { name } }) => [need, name]),
      [
        ['accuracy', 'extra_big'],
        ['balance', 'big'],
        ['small budget', 'medium'],
        ['prototype', 'small'],
      ],
    );
    assert.equal(guide[1]!.otherwise?.row.name, 'medium');
  });
  it('with the published validation accuracies the knee is medium, by a hair', () => {
    const accuracies = [0.4178, 0.6078, 0.7524, 0.7926, 0.8136];
    const rows = published.map((one, i) => ({ ...one, accuracy: accuracies[i]! }));
    assert.equal(selectionGuide(rows)[1]!.row.name, 'medium');
    rows[3]!.accuracy += 0.0005;
    assert.equal(selectionGuide(rows)[1]!.row.name, 'big');
  });
  it('fronts leave out what is beaten: the baseline in parameters, not in time', () => {
    assert.deepEqual(names(paretoFront(published, 'parameters')), ['small', 'medium', 'big', 'extra_big']);
    assert.deepEqual(names(paretoFront(published, 'seconds')), names(published));
  });
  it('no row of a front is beaten, and every other row is', () => {
    const rows = fc.array(
      fc.record({
        name: fc.constant('m'),
        parameters: fc.integer({ min: 1, max: 9 }),
        accuracy: fc.integer({ min: 0, max: 9 }),
        seconds: fc.integer({ min: 1, max: 9 }),
        gap: fc.constant(0),
      }),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(rows, (all) => {
        const front = paretoFront(all, 'parameters');
        const better = (a: GuideRow, b: GuideRow) =>
          (a.accuracy > b.accuracy && a.parameters <= b.parameters) ||
          (a.accuracy >= b.accuracy && a.parameters < b.parameters);
        for (const one of all) assert.equal(front.includes(one), !all.some((other) => better(other, one)));
        assert.ok(front.includes(kneeOf(front)));
      }),
    );
  });
  it('no budget pick where nothing fits, and a knee of a straight line is its best end', () => {
    assert.equal(
      selectionGuide(published, { budget: 100 }).some(({ need }) => need === 'small budget'),
      false,
    );
    const line = [row('a', 100, 0.1, 1), row('b', 200, 0.2, 1), row('c', 300, 0.3, 1)];
    assert.equal(kneeOf(line).name, 'c');
    assert.equal(kneeOf(line.slice(0, 1)).name, 'a');
    assert.throws(() => selectionGuide([]), RangeError);
  });
});
