import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';

const main = require.resolve('../../src/cli/main.js');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Names of files in a folder of records. */
export const endingIn = (ending: string, folder: string): string[] =>
  readdirSync(folder).filter((name) => name.endsWith(ending));

/**
 * Runs the command on the synthetic set and the wasm engine; `whileRunning` is called every few milliseconds.
 *
 * @param folder of the records
 */
export function study(
  folder: string,
  args: readonly string[],
  whileRunning?: (kill: (signal: NodeJS.Signals) => void) => void,
  env: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [main, 'study', '--data', 'synthetic', '--engine', 'wasm', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, WHYCONV_RUNS: folder, WHYCONV_JOBS: '1', ...env },
  });
  const out = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      out[stream] += text;
    });
  }
  const timer = setInterval(() => whileRunning?.((signal) => child.kill(signal)), 10);
  return new Promise((resolve) => {
    child.on('close', (code) => {
      clearInterval(timer);
      resolve({ code, ...out });
    });
  });
}
