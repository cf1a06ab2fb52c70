import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { WhyconvError } from '../base/errors.js';

/** How a web server is started. */
export interface ServerCommand {
  readonly title: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly port: number;
}

/** A web server in a process of its own, and in those that it starts. */
export interface ServedProcess {
  readonly url: string;
  /** Resident bytes of all its processes; 0 where the system does not say. */
  memory(): number;
  stop(): Promise<void>;
}

/** Milliseconds: importing TensorFlow from a cold disk takes long. */
const LONGEST_START = 120_000;

/** Starts a server and waits until it answers `/ping`. @throws WhyconvError with its last words where it does not */
export async function startServer({
  title,
  program,
  args,
  env,
  port,
}: ServerCommand): Promise<ServedProcess> {
  const child = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const url = `http://127.0.0.1:${port}`;
  let said = '';
  child.stderr!.on('data', (chunk) => {
    said = (said + chunk).slice(-2000);
  });
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async () => {
    child.kill('SIGTERM');
    await Promise.race([exited, sleep(10_000)]);
    child.kill('SIGKILL');
    await exited;
  };
  for (const began = performance.now(); ; await sleep(100)) {
    if (
      await fetch(`${url}/ping`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      break;
    if (child.exitCode === null && child.signalCode === null && performance.now() - began < LONGEST_START)
      continue;
    await stop();
    throw new WhyconvError({
      what: 'a server does not start',
      where: title,
      found: said.trim().split('\n').at(-1) ?? '',
    });
  }
  return { url, stop, memory: () => memoryOf(child) };
}

/** Of a process and its children, by /proc. */
function memoryOf({ pid }: ChildProcess): number {
  try {
    const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    const parents = new Map(all.map((id) => [id, parentOf(id)]));
    const own = new Set([String(pid)]);
    for (let size = 0; size < own.size; ) {
      size = own.size;
      for (const [id, parent] of parents) if (own.has(parent)) own.add(id);
    }
    return [...own].reduce((sum, id) => sum + residentBytes(id), 0);
  } catch {
    return 0;
  }
}

const parentOf = (id: string): string => /^PPid:\s+(\d+)$/m.exec(status(id))?.[1] ?? '';

const residentBytes = (id: string): number =>
  1024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(status(id))?.[1] ?? 0);

/** '' for a process that has ended. */
function status(id: string): string {
  try {
    return readFileSync(`/proc/${id}/status`, 'utf8');
  } catch {
    return '';
  }
}
