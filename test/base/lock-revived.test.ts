import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { withLock } from '../../src/base/lock.js';
import { processName } from '../../src/base/process-name.js';

// A container that starts again gives out the same few process ids: that of a dead holder may be alive.

async function revivedLock(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'whyconv-lock-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'lock');
  await mkdir(path);
  await writeFile(join(path, 'owner'), `${processName()} 00000000`);
  return path;
}

test('a lock whose process id lives again is taken over, since nobody gives its heartbeat', async (t) => {
  const path = await revivedLock(t);
  assert.equal(await withLock(path, async () => 'taken', { stale: 600 }), 'taken');
});
