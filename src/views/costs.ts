import type { ConditionResult } from '../analysis/index.js';

/** Where durations, speed and memory of results come from: undisturbed epochs, or the runs as they went. */
export function costsReading(results: readonly ConditionResult[]): string {
  const costs = results.flatMap(({ epochCost }) => epochCost ?? []);
  const [first] = costs;
  if (!first)
    return 'Durations, speed and memory are those of the runs, which may have shared their machine.';
  const { cpu, threads } = first.provenance;
  const all = costs.length === results.length ? '' : ' Where none was measured, they are those of the runs.';
  return (
    `Durations, speed and memory are those of one epoch that had its machine to itself (${cpu}, ${threads} ` +
    `${threads === 1 ? 'thread' : 'threads'}), times the epochs of the runs.${all}`
  );
}
