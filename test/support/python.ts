import { spawnSync } from 'node:child_process';
import type { TestContext } from 'node:test';
import { runChild } from '../../src/base/child.js';
import { skipFor } from './required.js';

/**
 * A Python that has these modules, WHYCONV_PYTHON or the one on the path; skips the test, saying what is missing, where there
 * is none.
 */
export function pythonWith(t: TestContext, modules: readonly string[]): string | undefined {
  const candidates = [process.env.WHYCONV_PYTHON, 'python3'].filter((each) => each !== undefined);
  // Found without loading them: TensorFlow alone takes seconds.
  const look = `import importlib.util as u, sys; sys.exit(not all(u.find_spec(m) for m in ${JSON.stringify(modules)}))`;
  const found = candidates.find((python) => spawnSync(python, ['-c', look]).status === 0);
  return skipFor(t, found ? undefined : `no Python with ${modules.join(', ')} (WHYCONV_PYTHON names one)`)
    ? undefined
    : found;
}

/** Runs a program in Python to its end. @returns what it printed @throws Error with its last words */
export async function runPython(python: string, program: string, ...args: string[]): Promise<string> {
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3', CUDA_VISIBLE_DEVICES: '' };
  const { code, stdout, stderr, ended } = await runChild(python, ['-c', program, ...args], { env });
  if (code !== 0) throw new Error(`${ended}: ${stderr.slice(-3000)}`);
  return stdout;
}
