import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { allowedCores } from '../base/machine.js';

let pinnable: readonly number[] | undefined;

/**
 * The cores to pin this many worker processes to, one each; empty where they are better left to the scheduler. Only a pool that
 * fills every core this process may run on is pinned: a smaller one, or one in a container that may use less than the cores it
 * sees, would crowd on the first cores together with whoever else does so.
 */
export const coresFor = (jobs: number, cores: readonly number[] = pinnableCores()): readonly number[] =>
  jobs === cores.length && allowedCores({ cores: jobs }) === jobs ? cores : [];

/** Cores that processes can be pinned to, which in a container need not begin at 0; empty where pinning is not possible. */
function pinnableCores(): readonly number[] {
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
