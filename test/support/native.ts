import { it, type TestContext } from 'node:test';
import { startEngine } from '../../src/engine/index.js';
import { explainMissingAddon } from '../../src/engine/install/index.js';

/** Starts the native engine in this process; false where it is not installed. One that is installed must start. */
export async function startNativeEngine(): Promise<boolean> {
  if (explainMissingAddon()) return false;
  await startEngine('native');
  return true;
}

/** A test that needs the native engine, in a file whose other tests need it too or none. */
export function itNative(name: string, body: (t: TestContext) => void | Promise<void>): void {
  it(name, async (t) => {
    if (!(await startNativeEngine())) return t.skip('native engine is not installed');
    await body(t);
  });
}
