import { formatDuration, type OnProgress, type Progress } from '../base/progress.js';
import { type KernelHost, kernelHost } from './host.js';
import { MIME } from './mime.js';

/** Milliseconds between two reports of one task. */
const INTERVAL = 250;
const BAR = 20;
let reporters = 0;

/**
 * A receiver of progress for long work in a cell. In a headless run it feeds the command's progress line; in Jupyter and
 * VS Code it shows one line a task with a bar that is redrawn in place and ends as "task: done in 45 s"; elsewhere it
 * prints that last line to stderr.
 */
export function progressReporter(now: () => number = Date.now): OnProgress {
  const name = `whyconv-progress-${process.pid}-${++reporters}`;
  const tasks = new Map<string, { started: number; shown: number; done: boolean; id: string }>();
  return (progress) => {
    const time = now();
    const known = tasks.get(progress.task);
    const fresh = known === undefined || (known.done && progress.fraction < 1);
    const task = fresh
      ? { started: time, shown: Number.NEGATIVE_INFINITY, done: false, id: `${name}-${tasks.size}-${time}` }
      : known;
    tasks.set(progress.task, task);
    const done = progress.fraction >= 1;
    if (task.done || (!done && time - task.shown < INTERVAL)) return;
    const first = task.shown === Number.NEGATIVE_INFINITY;
    task.shown = time;
    task.done = done;
    const line = done
      ? `${progress.task}: done in ${formatDuration((time - task.started) / 1000)}`
      : progressLine(progress);
    show(kernelHost(), progress, line, { id: task.id, update: !first });
  };
}

/** "small, seed 0  [######--------------]  30 %  epoch 3/8  1 min 5 s left" */
export function progressLine({ task, fraction, detail, secondsLeft }: Progress): string {
  const share = Math.min(1, Math.max(0, fraction));
  const filled = Math.floor(share * BAR);
  const parts = [
    task,
    `[${'#'.repeat(filled)}${'-'.repeat(BAR - filled)}]`,
    `${Math.floor(share * 100)} %`.padStart(5),
    detail ?? '',
    secondsLeft === undefined ? '' : `${formatDuration(secondsLeft)} left`,
  ];
  return parts.filter((part) => part !== '').join('  ');
}

function show(
  host: KernelHost | undefined,
  progress: Progress,
  line: string,
  place: { id: string; update: boolean },
): void {
  if (host?.headless) host.display({ [MIME.progress]: progress, [MIME.plain]: line }, {});
  else if (host !== undefined) host.display({ [MIME.plain]: line }, place);
  else if (progress.fraction >= 1) process.stderr.write(`${line}\n`);
}
