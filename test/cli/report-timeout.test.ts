import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';

test('a report whose cell takes longer than --timeout fails and names the cell', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'whyconv-timeout-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const main = require.resolve('../../src/cli/main.js');
  const options = ['--profile', 'smoke', '--data', 'synthetic', '--engine', 'wasm', '--notebooks', '01'];
  const report = spawnSync(
    process.execPath,
    [main, 'report', ...options, '--out', folder, '--timeout', '0.1s'],
    {
      encoding: 'utf8',
    },
  );
  assert.equal(report.status, 1);
  assert.match(
    report.stderr,
    /cell \d+ of 01-dataset-checks\.ipynb failed\n.*TimeoutError: .*0\.1 s[\s\S]*--timeout/,
  );
});
