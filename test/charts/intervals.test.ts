import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as charts from '../../src/charts/index.js';
import { COSTS } from './chart-table.js';
import { draw } from './draw.js';

/** Charts that show intervals of accuracies, from rows that would do for each. */
const WITH_INTERVALS = {
  accuracyAgainstParameters: charts.accuracyAgainstParameters,
  accuracyAgainstFlops: charts.accuracyAgainstFlops,
  accuracyByModel: charts.accuracyByModel,
  accuracyAgainstExamples: (rows: readonly charts.CostPoint[]) =>
    charts.accuracyAgainstExamples(rows.map((row) => ({ ...row, examples: row.parameters }))),
};
const bare: charts.CostPoint[] = COSTS.map(({ low: _, high: __, ...row }) => row);
const tooltipsOf = async (spec: charts.ChartSpec) =>
  (await draw(spec)).marks.map(({ tooltip }) => tooltip).filter((tooltip) => typeof tooltip === 'object');

for (const [name, chart] of Object.entries(WITH_INTERVALS)) {
  describe(`intervals in ${name}`, () => {
    it('are neither drawn nor mentioned if no row has one', async () => {
      for (const none of [{}, { low: null, high: null }]) {
        const drawing = await draw(chart(bare.map((row) => ({ ...row, ...none }))));
        const rules = drawing.marks.filter(({ mark, datum }) => mark === 'rule' && !('guess' in datum));
        assert.deepEqual(rules, []);
        for (const { tooltip } of drawing.marks) assert.doesNotMatch(JSON.stringify(tooltip), /95 %/);
      }
    });

    it('are drawn for the rows that have one, and a dash in the tooltips of others', async () => {
      const [first, ...others] = bare;
      const spec = chart([{ ...first!, low: 0.46, high: 0.485 }, ...others]);
      const { marks } = await draw(spec);
      const rules = marks.filter(({ mark, datum }) => mark === 'rule' && !('guess' in datum));
      assert.equal(rules.length, 1);
      for (const { datum, tooltip } of marks) {
        if (typeof tooltip !== 'object') continue;
        // The tooltips of accuracyByModel are about the model, measured and published.
        const isMeasured = datum.source !== 'published' || name === 'accuracyByModel';
        const hasInterval = datum.model === 'baseline' && isMeasured;
        assert.equal(tooltip['95 % interval'], hasInterval ? '46.0% to 48.5%' : '–');
      }
    });

    it('of zero width, or with one end, are none: a figure is not exact because it was measured once', async () => {
      for (const none of [{ low: 0.5, high: 0.5 }, { low: 0.4 }, { high: 0.6 }, { low: 0.4, high: null }]) {
        const spec = chart(bare.map((row) => ({ ...row, ...none })));
        for (const tooltip of await tooltipsOf(spec)) assert.ok(!('95 % interval' in tooltip!));
        const { values } = (spec as { data: { values: { low: unknown; high: unknown }[] } }).data;
        for (const { low, high } of values) assert.deepEqual([low, high], [null, null]);
      }
    });
  });
}

it('a published figure has no interval, whatever the measured one has', async () => {
  const { marks } = await draw(charts.accuracyAgainstParameters(COSTS));
  const published = marks.filter(({ datum }) => datum.source === 'published');
  assert.equal(published.length, 5);
  for (const { mark, datum, tooltip } of published) {
    assert.equal(mark, 'symbol');
    assert.deepEqual([datum.low, datum.high], [null, null]);
    assert.equal((tooltip as Record<string, string>)['95 % interval'], '–');
  }
});

it('an interval is drawn from its low end to its high end', async () => {
  const { marks, plot } = await draw(charts.accuracyByModel(COSTS.slice(0, 1)));
  const bar = marks.find(({ mark }) => mark === 'rect')!;
  const rule = marks.find(({ mark }) => mark === 'rule')!;
  const pixelsPerShare = (bar.x[1]! - bar.x[0]!) / 0.472;
  assert.ok(plot.width > bar.x[1]!);
  for (const [end, share] of [0.462, 0.482].entries()) {
    assert.ok(Math.abs([...rule.x].sort((a, b) => a - b)[end]! - share * pixelsPerShare) < 0.01);
  }
});
