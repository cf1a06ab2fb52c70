import { formatDuration } from '../base/progress.js';
import type { FinishedRun } from '../runs/index.js';
import { conditionOf, describeCondition } from '../study/index.js';

/** What was trained, what was found, and what had to be left out; each run counts once. */
export function runsReading(trained: Readonly<Record<string, readonly FinishedRun[]>>): string {
  const all = Object.values(trained).flat();
  const runs = [...new Map(all.map((run) => [run.record.key, run])).values()];
  const found = runs.filter(({ recorded }) => recorded).length;
  const seconds = runs.reduce((sum, { record }) => sum + record.provenance.seconds, 0);
  const diverged = runs.filter(({ record }) => record.results === undefined);
  const names = diverged.map(
    ({ record: { spec } }) => `${describeCondition(conditionOf(spec))}, seed ${spec.seed}`,
  );
  const left =
    names.length === 0 ? '' : ` Left out, since the loss stopped being a number: ${names.join('; ')}.`;
  return (
    `${count(runs.length, 'run')}, ${formatDuration(seconds)} of training in all: ${runs.length - found} trained now, ` +
    `${found} found in their records.${left}`
  );
}

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;
