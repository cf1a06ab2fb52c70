import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDuration } from '../../src/base/parse.js';
import { refusal } from '../support/refusal.js';

test('a duration is a sum of seconds, minutes, hours and days', () => {
  const texts = ['90s', '0.1s', '30m', '2h', '1.5h', '1h30m', '500h', '24d'];
  const seconds = texts.map((text) => parseDuration(text, '--for'));
  assert.deepEqual(seconds, [90, 0.1, 1800, 7200, 5400, 5400, 1_800_000, 2_073_600]);
});

test('a duration that is none, or that no timer can wait for, is refused', () => {
  // 25 days are 2,160,000,000 ms: more than 31 bits hold, and a timer of so many would go off after 1 ms.
  const refused = ['', '30', 'm', '0s', '-1m', '1 m', '1e3s', '1h30', '25d', '49d', '50d', '577h', '24d1s'];
  for (const text of [...refused, `${'9'.repeat(400)}d`])
    assert.throws(
      () => parseDuration(text, '--for'),
      refusal({ where: '--for', expected: /30m.*at most 24d/ }),
    );
});
