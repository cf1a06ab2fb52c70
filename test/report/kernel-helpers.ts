import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecuteResult, KernelOutput } from '../../src/report/kernel/index.js';

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
