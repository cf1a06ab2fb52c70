import assert from 'node:assert/strict';
import { it } from 'node:test';
import { processorTime, processorTimeSince, shareOfOthers } from '../../src/base/processor-time.js';

it('what is busy and not this process is the share of others', () => {
  assert.equal(shareOfOthers({ all: 2000, busy: 1500, own: 1000 }), 0.25);
  assert.equal(shareOfOthers({ all: 2000, busy: 1000, own: 1000 }), 0);
  // The two clocks tick at different rates: what is left of nothing is not negative.
  assert.equal(shareOfOthers({ all: 2000, busy: 990, own: 1000 }), 0);
  assert.equal(shareOfOthers({ all: 0, busy: 0, own: 5 }), null);
});

it('readings of this machine grow, and the parts are parts', () => {
  const start = processorTime();
  let sum = 0;
  while (process.cpuUsage().user / 1000 - start.own < 30) sum += Math.sqrt(sum + 1);
  const { all, busy, own } = processorTimeSince(start, processorTime());
  assert.ok(own >= 30 || sum < 0, `${own} ms`);
  assert.ok(busy >= 0 && busy <= all, `${busy} of ${all} ms`);
});
