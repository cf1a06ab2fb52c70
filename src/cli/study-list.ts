import { allowedCores } from '../base/machine.js';
import { formatDuration } from '../base/progress.js';
import { planTasks, USEFUL_CORES } from '../cluster/index.js';
import {
  describeRun,
  type ExperimentName,
  openStudy,
  type RunCost,
  type Study,
  studyCost,
} from '../study/index.js';
import { interruptible, openScreen, repeatNote } from './screen.js';
import type { StudyArguments } from './study-options.js';

/** Lists runs and what they cost, here or on a cluster. Trains nothing. */
export async function list(args: StudyArguments): Promise<void> {
  const screen = openScreen();
  await interruptible(async (signal) => {
    const study = await openStudy({ ...args.study, onProgress: screen.progress, signal }).finally(
      screen.clear,
    );
    await listRuns(study, args.names);
    if (args.nodes !== undefined) await listTasks(study, args, args.nodes);
    repeatNote(study.dataset, screen);
  });
}

async function listTasks(
  study: Study,
  { names, cores = USEFUL_CORES }: StudyArguments,
  nodes: number,
): Promise<void> {
  const { tasks, seconds } = await planTasks(study, names, { nodes, cores });
  const of = `${nodes === 1 ? '1 node' : `${nodes} nodes`} of ${cores === 1 ? '1 core' : `${cores} cores`}`;
  const longest = tasks[0] ? `, the longest ${formatDuration(tasks[0].seconds)}` : '';
  process.stdout.write(
    `on ${of} like this machine's: at most ${formatDuration(seconds)}, as ${tasks.length === 1 ? '1 task' : `${tasks.length} tasks`}${longest}\n`,
  );
}

/** Lists runs with the time they took, or may take if every epoch is run. */
async function listRuns(study: Study, names: readonly ExperimentName[]): Promise<void> {
  const cost = await studyCost(study, names);
  for (const { name, question, runs, coreSeconds } of cost.experiments) {
    const rest = coreSeconds > 0 ? `at most ${formatDuration(coreSeconds)} on one core` : 'nothing to train';
    process.stdout.write(`\n${name}: ${question}\n  ${counted(runs.length)}, ${rest}\n`);
    for (const run of runs) {
      process.stdout.write(`  ${describeRun(run.spec).padEnd(48)} ${state(run)}\n`);
    }
  }
  const outdated = await study.store.countOutdated();
  if (outdated > 0)
    process.stdout.write(
      `\n${outdated === 1 ? '1 record is' : `${outdated} records are`} outdated, made by an earlier version of the training: not used\n`,
    );
  const cores = allowedCores();
  const inParallel = cores > 1 ? `, ${formatDuration(cost.coreSeconds / cores)} on ${cores}` : '';
  process.stdout.write(
    `\nto train: ${counted(cost.missing)}, at most ${formatDuration(cost.coreSeconds)} on one core${inParallel}; ` +
      `early stopping ends most runs earlier; records in ${study.store.folder}\n`,
  );
}

const counted = (runs: number) => (runs === 1 ? '1 run' : `${runs} runs`);

function state({ record, estimate, sharedWith }: RunCost): string {
  if (record) return `recorded (${record.status}, ${formatDuration(record.provenance.seconds)})`;
  if (sharedWith) return `missing, the run of ${sharedWith}`;
  const basis = estimate.basis === 'arithmetic' ? ', by arithmetic' : '';
  return `missing, at most ${formatDuration(estimate.coreSeconds)}${basis}`;
}
