import { cpus } from 'node:os';

/** Processor time so far, in milliseconds. */
export interface ProcessorTime {
  /** Of all processors of the machine, idle time included. */
  readonly all: number;
  /** Of it, what was not idle. */
  readonly busy: number;
  /** Of it, what this process used. */
  readonly own: number;
}

/** What the processors have done since they were started, and this process since it was. */
export function processorTime(): ProcessorTime {
  let [all, idle] = [0, 0];
  for (const { times } of cpus()) {
    all += times.user + times.nice + times.sys + times.irq + times.idle;
    idle += times.idle;
  }
  const { user, system } = process.cpuUsage();
  return { all, busy: all - idle, own: (user + system) / 1000 };
}

/** What passed between two readings. */
export const processorTimeSince = (start: ProcessorTime, end: ProcessorTime): ProcessorTime => ({
  all: end.all - start.all,
  busy: end.busy - start.busy,
  own: end.own - start.own,
});

/**
 * Share of the machine's processor time that went to other processes, 0 to 1; null where the system counts none (cpus() is
 * empty in some sandboxes).
 */
export const shareOfOthers = ({ all, busy, own }: ProcessorTime): number | null =>
  all > 0 ? Math.min(1, Math.max(0, (busy - own) / all)) : null;
