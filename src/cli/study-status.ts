import { setTimeout as sleep } from 'node:timers/promises';
import { styleText } from 'node:util';
import { formatPercent } from '../base/format.js';
import { formatDuration } from '../base/progress.js';
import { type RunStatus, statusOf } from '../cluster/index.js';
import { openStudy, runsOf } from '../study/index.js';
import { interruptible, openScreen } from './screen.js';
import type { StudyArguments } from './study-options.js';

/** Milliseconds between two looks. */
const REFRESH = 2_000;

/** Where the runs of the study stand: once, or refreshed in place on a terminal until all are done or Ctrl-C. */
export async function showStatus({ names, study: options, json }: StudyArguments): Promise<void> {
  const { stdout } = process;
  const screen = openScreen();
  await interruptible(async (signal) => {
    const study = await openStudy({ ...options, onProgress: screen.progress, signal }).finally(screen.clear);
    const specs = runsOf(study, names);
    const look = () => statusOf(specs, study.store);
    if (json) {
      stdout.write(`${JSON.stringify(await look(), null, 1)}\n`);
      return;
    }
    const colored = stdout.isTTY && !process.env.NO_COLOR;
    if (!stdout.isTTY) {
      stdout.write(`${statusLines(await look(), colored).join('\n')}\n`);
      return;
    }
    for (let shown = 0; !signal.aborted; ) {
      const runs = await look();
      const lines = fitted(statusLines(runs, colored), stdout.rows ?? 24, stdout.columns ?? 80);
      stdout.write(`${shown > 0 ? `\x1b[${shown}A\x1b[J` : ''}${lines.join('\n')}\n`);
      shown = lines.length;
      if (runs.every(({ state }) => state === 'done')) return;
      await sleep(REFRESH, undefined, { signal }).catch(() => undefined);
    }
  });
}

const COLORS = { done: 'green', running: 'cyan', waiting: 'gray', failed: 'red' } as const;

/** What needs a look first: failed, then running, then the rest in the study's order; the counts last. */
export function statusLines(runs: readonly RunStatus[], colored: boolean): string[] {
  const order = ['failed', 'running', 'waiting', 'done'] as const;
  const sorted = order.flatMap((state) => runs.filter((run) => run.state === state));
  const width = Math.max(...sorted.map(({ run }) => run.length), 0);
  const word = (state: RunStatus['state']) =>
    colored ? styleText(COLORS[state], state.padEnd(7)) : state.padEnd(7);
  const counts = order.toReversed().flatMap((state) => {
    const count = runs.filter((run) => run.state === state).length;
    return count === 0 ? [] : [`${count} ${state}`];
  });
  return [
    ...sorted.map((run) => `${word(run.state)}  ${run.run.padEnd(width)}  ${detail(run)}`.trimEnd()),
    counts.join(', '),
  ];
}

function detail(run: RunStatus): string {
  const epoch = `epoch ${run.epoch}/${run.epochs}`;
  switch (run.state) {
    case 'done':
      return `${run.testAccuracy === null ? 'diverged' : `test ${formatPercent(run.testAccuracy)}`}, ${formatDuration(run.seconds)}`;
    case 'running':
      return `${epoch}, ${run.process || 'starting'}, lease ${formatDuration(run.leaseAge)}, heartbeat ${formatDuration(run.heartbeatAge)} ago`;
    case 'waiting':
      return run.epoch > 0 ? `${epoch}, to be resumed` : '';
    case 'failed':
      return `${epoch}, ${run.process}, ${run.hopeless ? 'cannot succeed: ' : ''}${run.message.replace(/\s*\n\s*/g, '; ')}`;
  }
}

/** As many lines as a terminal shows whole, so that they can be written over: the last line, and those before it that fit. */
function fitted(lines: readonly string[], rows: number, columns: number): string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colors are control sequences
  const length = (line: string) => line.replace(/\x1b\[\d+m/g, '').length;
  const cut = (line: string) =>
    length(line) < columns ? line : line.slice(0, line.length - length(line) + columns - 1);
  const body = lines.slice(0, -1);
  const room = Math.max(1, rows - 3);
  const more = body.length > room ? [`... ${body.length - room} more`] : [];
  return [...body.slice(0, room), ...more, lines.at(-1)!].map(cut);
}
