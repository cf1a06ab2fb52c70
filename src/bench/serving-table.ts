import { formatCount } from '../base/format.js';
import type { Load, ServingResult } from './serving.js';

/** The median of each server over its repetitions, and its throughput over the fastest other's in the same repetition. */
export function describeServing({ rounds }: ServingResult): string {
  const titles = [...new Set(rounds.map(({ title }) => title))];
  const of = (title: string) => rounds.filter((round) => round.title === title).map(({ load }) => load);
  const lines = titles.map((title) => row(title, of(title)));
  const [own, ...others] = titles.map(of);
  if (own && others.length > 0) {
    const ratios = own.map(
      (load, i) => load.perSecond / Math.max(...others.map((other) => other[i]!.perSecond)),
    );
    lines.push(`\nagainst the faster of the two, in the same repetition: ${median(ratios).toFixed(1)} times`);
  }
  return `${HEADER}\n${lines.join('\n')}\n`;
}

/** Of an overload: first the load that the service can answer, then the overload in its parts. */
export const describeOverload = (loads: readonly Load[]): string =>
  `${HEADER}\n${loads.map((load, i) => row(i === 0 ? 'what it can serve' : `overload, part ${i}`, [load])).join('\n')}\n`;

const HEADER = `${'server'.padEnd(48)} answers/s  p50 ms  p99 ms  memory MB      503  failed`;

function row(title: string, loads: readonly Load[]): string {
  const middle = (value: (load: Load) => number) => median(loads.map(value));
  const cells = [
    formatCount(Math.round(middle(({ perSecond }) => perSecond))).padStart(9),
    middle(({ p50 }) => p50)
      .toFixed(0)
      .padStart(7),
    middle(({ p99 }) => p99)
      .toFixed(0)
      .padStart(7),
    formatCount(Math.round(middle(({ memory }) => memory) / 1e6)).padStart(10),
    formatCount(middle(({ busy }) => busy)).padStart(8),
  ];
  const failures = loads.flatMap((load) => Object.entries(load.failures));
  const failed =
    failures.length === 0 ? 'none' : failures.map(([what, count]) => `${count} ${what}`).join(', ');
  return `${title.padEnd(48)} ${cells.join(' ')}  ${failed}`;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
