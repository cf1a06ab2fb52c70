import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { logStream } from '../../src/serve/log.js';
import { temporaryFolder } from '../training/fixtures.js';

const LINE = `${'x'.repeat(999)}\n`;

it('a log that nobody reads waits up to a limit, and the rest is dropped', () => {
  // In a process of its own, which is killed: what waits for a reader keeps a process alive.
  const script = `
    const { logStream } = require(${JSON.stringify(require.resolve('../../src/serve/log.js'))});
    logStream(1).then((log) => {
      let dropped = 0;
      log.on('drop', () => dropped++);
      for (let i = 0; i < 40_000; i++) log.write(${JSON.stringify(LINE)});
      process.stderr.write(String(dropped), () => process.kill(process.pid, 'SIGKILL'));
    });`;
  const { stderr } = spawnSync(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'pipe'] });
  const dropped = Number(stderr.toString());
  assert.ok(dropped > 20_000 && dropped < 25_000, `${stderr} of 40,000 lines of 1 kB`);
});

it('all that one turn of the event loop brings is written in the next few', async (t) => {
  const path = join(temporaryFolder(t), 'log');
  const file = openSync(path, 'w+');
  const log = await logStream(file);
  // Two megabytes, as from 13,000 refusals.
  for (let i = 0; i < 2000; i++) log.write(LINE);
  let turns = 0;
  const written = () => {
    const end = Buffer.alloc(1);
    return readSync(file, end, 0, 1, 2000 * LINE.length - 1);
  };
  for (; written() === 0 && turns < 100; turns++) {
    await new Promise(setImmediate);
    // As long as a batch takes.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  }
  assert.ok(turns < 20, `${turns} turns`);
  closeSync(file);
});
