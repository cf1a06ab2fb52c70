import { parseArgs } from 'node:util';
import { allowedCores } from '../base/machine.js';
import { parseChoice } from '../base/parse.js';
import { formatDuration } from '../base/progress.js';
import type { Precision } from '../engine/index.js';
import { parseJobs } from '../runs/index.js';
import {
  describeRun,
  EXPERIMENT_NAMES,
  type ExperimentName,
  missingRuns,
  openStudy,
  type RunCost,
  type Study,
  studyCost,
} from '../study/index.js';
import type { RunRecord } from '../training/index.js';
import { interruptible, openScreen, repeatNote, type Screen, usage } from './screen.js';
import { parseStudyChoice, STUDY_OPTIONS } from './study-choice.js';
import { parseCount, verifyRecorded } from './study-verify.js';

const HELP = `npm run study -- [OPTIONS]

Trains the runs of the study that have no record yet, without notebooks. A run that was stopped resumes from its last
finished epoch. Several processes may train at the same time: each run is trained by one of them.

  --profile P   smoke, quick or full (default: quick)
  --only NAMES  these experiments: ${EXPERIMENT_NAMES.slice(0, 6).join(',')},
                ${EXPERIMENT_NAMES.slice(6).join(',')}
  --list        list the runs, which are recorded, and how long the others may take, from the speeds of records
                where there are any, otherwise by arithmetic; trains nothing
  --data PATH   archive or folder of CIFAR-10 (default: the data folder, otherwise the download)
  --engine E    auto, native or wasm (default: WHYCONV_ENGINE, otherwise auto)
  --seed N      first seed (default: 0)
  --precision P float32 or bf16: convolutions in bfloat16, faster where the processor has it; such runs are recorded
                as runs of their own (default: float32)
  --no-compile  train operation by operation, not as compiled graphs: slower, and the same to within rounding
  --jobs N      runs trained in parallel, each on a core of its own (default: WHYCONV_JOBS, otherwise one per core,
                capped by memory)
  --verify N    train N of the recorded runs again, drawn by --seed, and say of each whether it is identical, equal to
                within rounding, or different (exit code 1); keeps nothing
  --help        this text

Examples:
  npm run study -- --profile full --list
  npm run study -- --verify 5
  npm run study -- --profile full --only filterSweep
  npm run study -- --only permutation,blockPermutation
`;

const string = { type: 'string' } as const;
const boolean = { type: 'boolean', default: false } as const;
const OPTIONS = {
  ...STUDY_OPTIONS,
  only: string,
  jobs: string,
  precision: string,
  'no-compile': boolean,
  list: boolean,
  verify: string,
  help: boolean,
};

/** The command `study`: trains the runs that are missing. */
export async function run(args: string[]): Promise<void> {
  const options = usage('study', () => parseArgs({ args, options: OPTIONS }).values);
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  const names =
    options.only === undefined
      ? EXPERIMENT_NAMES
      : options.only
          .split(',')
          .map((name) => parseChoice('experiment', EXPERIMENT_NAMES, name.trim(), '--only'));
  const screen = openScreen();
  if (options.verify !== undefined) return verifyRecorded(parseCount(options.verify), options, screen);
  await interruptible(async (signal) => {
    const study = await openStudy({
      ...parseStudyChoice(options),
      recorded: false,
      ...(options.jobs !== undefined && { jobs: parseJobs(options.jobs, '--jobs') }),
      precision: parseChoice<Precision>(
        'precision',
        ['float32', 'bf16'],
        options.precision ?? 'float32',
        '--precision',
      ),
      ...(options['no-compile'] && { compile: false }),
      onProgress: screen.progress,
      onTrained: (trained) => {
        screen.clear();
        process.stdout.write(`${describeTrained(trained)}\n`);
      },
      signal,
    }).finally(screen.clear);
    if (options.list) await list(study, names);
    else await trainMissing(study, names, screen).finally(screen.clear);
    repeatNote(study.dataset, screen);
  });
}

async function trainMissing(study: Study, names: readonly ExperimentName[], screen: Screen): Promise<void> {
  const missing = await missingRuns(study, names);
  screen.line(
    `${missing.length} of ${study.profile.name}'s runs to train, on the ${study.engine.name} engine`,
  );
  await study.runExperiments(names);
}

function describeTrained(record: RunRecord): string {
  const took = formatDuration(record.provenance.seconds);
  const about = `${describeRun(record.spec)}: ${record.history.length} epochs in ${took}`;
  if (!record.results) return `${about}; the loss is not a number: recorded as diverged`;
  const { validation, test } = record.results;
  return `${about}, validation accuracy ${validation.accuracy.toFixed(4)}, test ${test.accuracy.toFixed(4)}`;
}

/** Lists runs with the time they took, or may take if every epoch is run. */
async function list(study: Study, names: readonly ExperimentName[]): Promise<void> {
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
