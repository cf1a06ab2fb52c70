/** Kernels that are running: process ids of group leaders. They must not outlive this process. */
const running = new Set<number>();
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Ends a process and, where the system has groups, the processes it started. Nothing happens if it is gone. */
export function killGroup(pid: number): void {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // Already gone.
  }
}

/** From now on until {@link release} the process ends with this one, also when that dies of a signal. */
export function adopt(pid: number): void {
  if (running.size === 0) {
    process.on('exit', killAll);
    for (const signal of SIGNALS) process.prependListener(signal, endWith);
  }
  running.add(pid);
}

export function release(pid: number): void {
  running.delete(pid);
  if (running.size > 0) return;
  process.off('exit', killAll);
  for (const signal of SIGNALS) process.off(signal, endWith);
}

function killAll(): void {
  for (const pid of running) killGroup(pid);
}

/**
 * Listening to a signal takes its default effect away; unless someone else handles it, that is restored here. It is
 * asked first of all listeners: one that others added by `once` would be gone by the time it runs.
 */
function endWith(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  killAll();
  process.off(signal, endWith);
  process.kill(process.pid, signal);
}
