import { formatDuration, type LearningCurve, type OnProgress, type Progress } from '../base/progress.js';
import { accuracyCurves, forFrontEnd } from '../charts/index.js';
import { type KernelHost, kernelHost } from './host.js';
import { MIME } from './mime.js';

/** Milliseconds between two reports of one task. */
const INTERVAL = 250;
const BAR = 20;
let reporters = 0;

/** Between two drawings of learning curves, which a front end takes longer for than for a line. */
const CURVES_INTERVAL = 1000;

interface Task {
  readonly started: number;
  /** When its line and its learning curves were shown last, and how many epochs these had. */
  shown: number;
  drawn: number;
  epochs: number;
  /** As they were last told. */
  curves: readonly LearningCurve[];
  done: boolean;
  readonly id: string;
}

/**
 * A receiver of progress for long work in a cell. In a headless run it feeds the command's progress line; in Jupyter and
 * VS Code it shows one line a task with a bar that is redrawn in place and ends as "task: done in 45 s", and below it, where
 * networks are trained, learning curves that grow with each epoch and stay; elsewhere it prints that last line to stderr.
 *
 * @example
 * ```ts
 * import { openStudy, progressReporter } from 'whyconv';
 *
 * const study = await openStudy({ profile: 'smoke', data: 'synthetic', onProgress: progressReporter() });
 * study.profile.name; // => 'smoke'
 * ```
 */
export function progressReporter(now: () => number = Date.now): OnProgress {
  const name = `whyconv-progress-${process.pid}-${++reporters}`;
  const tasks = new Map<string, Task>();
  return (progress) => {
    const time = now();
    const known = tasks.get(progress.task);
    const fresh = known === undefined || (known.done && progress.fraction < 1);
    const never = { shown: Number.NEGATIVE_INFINITY, drawn: Number.NEGATIVE_INFINITY, epochs: 0, curves: [] };
    const task = fresh
      ? { started: time, ...never, done: false, id: `${name}-${tasks.size}-${time}` }
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
    drawCurves(kernelHost(), progress, task, time);
  };
}

/** Draws the learning curves of a task where they have grown; the last of them stay under the cell. */
function drawCurves(
  host: KernelHost | undefined,
  { fraction, curves }: Progress,
  task: Task,
  time: number,
): void {
  task.curves = curves ?? task.curves;
  const epochs = task.curves.reduce((sum, curve) => sum + curve.epochs.length, 0);
  const due = fraction >= 1 || time - task.drawn >= CURVES_INTERVAL;
  if (host === undefined || host.headless || epochs === 0 || epochs === task.epochs || !due) return;
  const update = task.epochs > 0;
  [task.drawn, task.epochs] = [time, epochs];
  const points = task.curves.flatMap(({ run, epochs }) => epochs.map((epoch) => ({ ...epoch, model: run })));
  const last = task.curves.map(({ run, epochs }) => `${run}: ${epochs.length}`).join('; ');
  const data = {
    [MIME.vegaLite]: forFrontEnd(accuracyCurves(points)),
    [MIME.plain]: `Accuracy by epoch. ${last}`,
  };
  host.display(data, { id: `${task.id}-curves`, update });
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
