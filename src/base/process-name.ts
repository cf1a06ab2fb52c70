import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Names this process for others that share a folder with it: "1234@node7". */
export const processName = (): string => `${process.pid}@${place()}`;

/** What is known of the process of that name; nothing where it runs on another host, or where the name is not valid. */
export function processState(name: string): 'alive' | 'dead' | 'unknown' {
  const [, pid, where] = /^([1-9]\d*)@(.+)$/.exec(name) ?? [];
  if (where !== place()) return 'unknown';
  try {
    process.kill(Number(pid), 0);
    return 'alive';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH' ? 'dead' : 'alive';
  }
}

/** Linux: `PROC_PID_INIT_INO` (0xEFFFFFFC) of include/linux/proc_ns.h. */
const INITIAL_NAMESPACE = '4026531836';

/** Where a process id means one process: containers may share a host name, and each has a process 7 of its own. */
function place(): string {
  const namespace = pidNamespace();
  return namespace === INITIAL_NAMESPACE ? hostname() : `${hostname()}-${namespace}`;
}

function pidNamespace(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? INITIAL_NAMESPACE;
  } catch {
    return INITIAL_NAMESPACE;
  }
}
