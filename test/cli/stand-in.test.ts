import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../data/fixtures.js';
import { serve } from '../support/server.js';

test('a study on shapes that nobody asked for says so, and why, as its last line', async (t) => {
  const server = await serve(t, (_, response) => response.writeHead(503, { 'retry-after': '86400' }).end());
  const folder = temporaryFolder(t);
  const env = {
    ...process.env,
    HOME: folder,
    WHYCONV_ENGINE: 'wasm',
    WHYCONV_DATA_DIR: join(folder, 'data'),
    WHYCONV_RUNS: join(folder, 'runs'),
    WHYCONV_CIFAR10_URL: server.url,
  };
  const args = [require.resolve('../../src/cli/main.js'), 'study', '--profile', 'smoke', '--list'];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [code] = await once(child, 'close');
  assert.equal(code, 0, stderr);
  const last = stderr.trim().split('\n').at(-1) ?? '';
  assert.match(last, /^Note: CIFAR-10 could not be had \(.*broke off\): synthetic shapes stand in for it\.$/);
});
