import assert from 'node:assert/strict';
import { it } from 'node:test';
import { CHART_PALETTE, forFrontEnd, fromFrontEnd, generalizationGap } from '../../src/charts/index.js';

it('a chart for front ends has no ink that a dark page hides, and is the same chart again for the report', () => {
  const chart = generalizationGap([{ model: 'small', train: 0.7, validation: 0.6 }]);
  const { ink } = CHART_PALETTE.light;
  assert.ok(JSON.stringify(chart).includes(ink));
  const shown = forFrontEnd(chart);
  assert.ok(!JSON.stringify(shown).includes(ink));
  assert.deepEqual(fromFrontEnd(shown), chart);
  for (const foreign of [{ mark: 'bar', color: '#8c8c8c' }, { usermeta: {} }, 7, null])
    assert.equal(fromFrontEnd(foreign), foreign);
});
