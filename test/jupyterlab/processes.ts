import { readdirSync, readFileSync } from 'node:fs';

export interface Process {
  readonly pid: number;
  /** Its command line, arguments separated by spaces. */
  readonly command: string;
}

/** All that `pid` has started, and what that has started in turn; from Linux's /proc. */
export function descendants(pid: number): Process[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? readProc(name, 'stat') : undefined;
    // "pid (name) state parent ..."; a zombie has ended.
    const [, state, parent] = /\) (\S) (\d+) [^)]*$/.exec(stat ?? '') ?? [];
    if (state !== undefined && state !== 'Z') parents.set(Number(name), Number(parent));
  }
  const below = (above: number): number[] =>
    [...parents].flatMap(([child, parent]) => (parent === above ? [child, ...below(child)] : []));
  return below(pid).map((child) => ({
    pid: child,
    command: (readProc(String(child), 'cmdline') ?? '').replaceAll('\0', ' '),
  }));
}

/** Those of these processes that still run. */
export function running(processes: readonly Process[]): Process[] {
  return processes.filter(({ pid }) => {
    const stat = readProc(String(pid), 'stat');
    return stat !== undefined && !/\) Z [^)]*$/.test(stat);
  });
}

function readProc(pid: string, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined; // it has ended since
  }
}
