import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { projectRoot } from '../../src/base/files.js';
import { type ExecuteResult, type KernelOutput, registeredArgv } from '../../src/report/kernel/index.js';
import { skipFor } from '../support/required.js';

/** A folder that is removed after the test. */
export async function temporaryFolder(t: Pick<TestContext, 'after'>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'whyconv-test-'));
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

/** Whether a process runs; one that ended and was not yet reaped does not. */
export async function alive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat === undefined || !/^\d+ \(.*\) Z /s.test(stat);
}

/** Waits for something that another process brings about; the test runner's own limit ends a wait in vain. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 400; i++) {
    if (await condition()) return;
    await sleep(25);
  }
  throw new Error('waited in vain');
}

/** All text that a cell printed to one stream. */
export function printed(
  { outputs }: { outputs: readonly KernelOutput[] },
  name: 'stdout' | 'stderr' = 'stdout',
): string {
  return outputs
    .flatMap((output) => (output.type === 'stream' && output.name === name ? [output.text] : []))
    .join('');
}

export function errorsOf({ outputs }: ExecuteResult) {
  return outputs.filter((output) => output.type === 'error');
}

/**
 * Starts the registered kernel in `cwd` with Jupyter's own client and runs Python statements, which find it as `client`
 * and append to `answers`. Skips the test where that client is missing.
 */
export async function askAsFrontEnd(
  t: TestContext,
  cwd: string,
  statements: string,
): Promise<unknown[] | undefined> {
  const { status } = spawnSync('python3', ['-c', 'import jupyter_client']);
  if (skipFor(t, status === 0 ? undefined : 'jupyter_client is not installed')) return undefined;
  const folder = await temporaryFolder(t);
  const spec = { argv: registeredArgv(projectRoot), display_name: 'x', language: 'typescript' };
  await writeFile(join(folder, 'spec.json'), JSON.stringify(spec));
  const script = `
import json, sys
from jupyter_client import KernelManager
from jupyter_client.kernelspec import KernelSpec
manager = KernelManager(transport='tcp')
manager._kernel_spec = KernelSpec(**json.load(open(sys.argv[1])))
manager.start_kernel()
client = manager.blocking_client()
client.start_channels()
answers = []
try:
    client.wait_for_ready(timeout=60)
    exec(sys.argv[2])
    print(json.dumps(answers))
finally:
    client.stop_channels()
    manager.shutdown_kernel(now=False)
`;
  const args = ['-W', 'ignore', '-c', script, join(folder, 'spec.json'), statements];
  const { stdout } = await promisify(execFile)('python3', args, { cwd, maxBuffer: 2 ** 26 });
  return JSON.parse(stdout) as unknown[];
}
