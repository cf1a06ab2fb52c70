import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';
import { runChild } from '../../src/base/child.js';
import { projectRoot } from '../../src/base/files.js';
import { preferredNetwork, RECORDED_FOLDER, RunStore } from '../../src/runs/index.js';
import { skipFor } from '../support/required.js';
import { running } from './running.js';

it('the README’s requests are answered as they are written, by the recorded network', async (t) => {
  const readme = await readFile(join(projectRoot, 'README.md'), 'utf8');
  const section = readme.slice(readme.indexOf('\n## Serving\n'), readme.indexOf('\n## Architecture\n'));
  const requests = section.match(/^curl .+$/gm) ?? [];
  assert.equal(requests.length, 3);
  const { code } = await runChild('curl', ['--version']);
  if (skipFor(t, code === 0 ? undefined : 'curl is not installed')) return;
  const { port } = await running(t, { network: () => preferredNetwork([new RunStore(RECORDED_FOLDER)]) });
  for (const request of requests) {
    const command = request.replaceAll('localhost:8080', `127.0.0.1:${port}`);
    const { stdout, ended } = await runChild('bash', ['-c', command], { cwd: projectRoot });
    assert.equal(ended, 'exit code 0', command);
    assert.doesNotMatch(stdout, /"error"/);
    if (request.includes('text/csv')) assert.equal(stdout.trim().split(',').length, 10);
    else assert.match(stdout, /"predictions":\[\{/);
    if (request.includes('invocations') && !request.includes('csv')) assert.match(stdout, /"label":"truck"/);
  }
});
