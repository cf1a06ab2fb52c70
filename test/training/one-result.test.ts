import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe } from 'node:test';
import { itNative } from '../support/native.js';
import { temporaryFolder } from './fixtures.js';

interface Conditions {
  /** Operations at once; 1 is pinned to a core, as a worker is. */
  readonly threads: number;
  readonly checkpointPath?: string;
  /** Killed with SIGKILL after this epoch. */
  readonly killAfter?: number;
}

/** What a process of its own that trains the network prints as its result; undefined where it was killed. */
function resultOf(
  network: string,
  { threads, checkpointPath, killAfter }: Conditions,
): Promise<string | undefined> {
  const script = join(__dirname, 'train-child.js');
  const args = [script, network, ...(checkpointPath ? [checkpointPath] : [])];
  const env = { ...process.env, TF_NUM_INTRAOP_THREADS: '1', TF_NUM_INTEROP_THREADS: String(threads) };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk;
      if (killAfter && text.includes(`epoch ${killAfter}\n`)) child.kill('SIGKILL');
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (signal === 'SIGKILL' && killAfter) return resolve(undefined);
      const found = /^result (\w+)$/m.exec(text)?.[1];
      if (code === 0 && found) resolve(found);
      else reject(new Error(`exit ${code ?? signal}: ${text}`));
    });
  });
}

describe('one spec has one result', () => {
  for (const network of ['cnn', 'dense', 'unshared']) {
    itNative(
      `a ${network} network: bit-identical on one, two and four threads, side by side, killed and resumed`,
      async (t) => {
        const alone = await resultOf(network, { threads: 1 });
        const [first, second] = await Promise.all([
          resultOf(network, { threads: 2 }),
          resultOf(network, { threads: 1 }),
        ]);
        assert.deepEqual([first, second], [alone, alone], 'side by side');
        assert.equal(await resultOf(network, { threads: 4 }), alone, 'four threads');
        const checkpointPath = join(temporaryFolder(t), 'run.checkpoint');
        assert.equal(await resultOf(network, { threads: 2, checkpointPath, killAfter: 1 }), undefined);
        assert.equal(await resultOf(network, { threads: 1, checkpointPath }), alone, 'killed and resumed');
      },
    );
  }
});
