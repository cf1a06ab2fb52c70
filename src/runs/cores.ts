import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

let pinnable: readonly number[] | undefined;

/** Cores that worker processes can be pinned to, which in a container need not begin at 0; empty where pinning is not possible. */
export function pinnableCores(): readonly number[] {
  if (pinnable) return pinnable;
  const canPin = process.platform === 'linux' && spawnSync('taskset', ['--version']).status === 0;
  const status = canPin ? readFileSync('/proc/self/status', 'utf8') : '';
  pinnable = parseCores(/^Cpus_allowed_list:\s*(.*)$/m.exec(status)?.[1] ?? '');
  return pinnable;
}

/** "0-2,8" names cores 0, 1, 2 and 8. */
export function parseCores(list: string): number[] {
  return list.split(',').flatMap((range) => {
    const [, low, high = low] = /^\s*(\d+)(?:-(\d+))?\s*$/.exec(range) ?? [];
    if (low === undefined) return [];
    return Array.from({ length: Number(high) - Number(low) + 1 }, (_, i) => Number(low) + i);
  });
}
