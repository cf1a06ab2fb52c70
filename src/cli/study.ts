import { parseArgs } from 'node:util';
import { UsageError } from '../base/errors.js';
import { parseChoice } from '../base/parse.js';
import { formatDuration } from '../base/progress.js';
import { type Precision, parseEngineChoice } from '../engine/index.js';
import {
  EXPERIMENT_NAMES,
  type ExperimentName,
  missingRuns,
  openStudy,
  parseJobs,
  parseProfileName,
  type Study,
  type StudyRun,
} from '../study/index.js';
import { type RunRecord, type RunSpec, runKey, splitIndices } from '../training/index.js';
import { interruptible, openScreen, type Screen, usage } from './screen.js';

const HELP = `npm run study -- [OPTIONS]

Trains the runs of the study that no record answers yet, without notebooks. A run that was stopped goes on from its
last finished epoch.

  --profile P   smoke, quick or full (default: quick)
  --only NAME   one experiment: ${EXPERIMENT_NAMES.join(', ')}
  --list        list the runs, which are recorded, and how long the others may take; trains nothing
  --data PATH   archive or folder of CIFAR-10 (default: the data folder, else the download)
  --engine E    auto, native or wasm (default: WHYCONV_ENGINE, else auto)
  --seed N      first seed (default: 0)
  --precision P float32 or bf16: convolutions in bfloat16, faster where the processor has it; such runs are recorded
                as runs of their own (default: float32)
  --jobs N      runs trained side by side, each on a core of its own (default: what pays here)
  --help        this text

Examples:
  npm run study -- --profile full --list
  npm run study -- --profile full --only filterSweep
`;

const string = { type: 'string' } as const;
const boolean = { type: 'boolean', default: false } as const;
const OPTIONS = {
  profile: string,
  only: string,
  data: string,
  engine: string,
  seed: string,
  jobs: string,
  precision: string,
  list: boolean,
  help: boolean,
};

/** The command `study`: trains what is missing. */
export async function run(args: string[]): Promise<void> {
  const options = usage('study', () => parseArgs({ args, options: OPTIONS }).values);
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  const names =
    options.only === undefined
      ? EXPERIMENT_NAMES
      : [parseChoice('experiment', EXPERIMENT_NAMES, options.only, '--only')];
  const screen = openScreen();
  await interruptible(async (signal) => {
    const study = await openStudy({
      profile: parseProfileName(options.profile ?? 'quick', '--profile'),
      data: options.data,
      ...(options.engine !== undefined && { engine: parseEngineChoice(options.engine, '--engine') }),
      seed: parseSeed(options.seed ?? '0'),
      ...(options.jobs !== undefined && { jobs: parseJobs(options.jobs, '--jobs') }),
      precision: parseChoice<Precision>(
        'precision',
        ['float32', 'bf16'],
        options.precision ?? 'float32',
        '--precision',
      ),
      onProgress: screen.progress,
      onTrained: (trained) => {
        screen.clear();
        process.stdout.write(`${describeRun(trained)}\n`);
      },
      signal,
    }).finally(screen.clear);
    if (options.list) await list(study, names);
    else await trainMissing(study, names, screen).finally(screen.clear);
  });
}

/** A whole number from the command line. */
export function parseSeed(value: string): number {
  if (/^-?\d{1,9}$/.test(value)) return Number(value);
  throw new UsageError({ what: 'a seed must be a whole number', where: '--seed', found: value });
}

async function trainMissing(study: Study, names: readonly ExperimentName[], screen: Screen): Promise<void> {
  const missing = await missingRuns(study, names);
  screen.line(
    `${missing.length} of ${study.profile.name}'s runs to train, on the ${study.engine.name} engine`,
  );
  await study.runAll(missing);
}

function describeRun({ label, record }: StudyRun): string {
  const took = formatDuration(record.provenance.seconds);
  const about = `${label}, seed ${record.spec.seed}: ${record.history.length} epochs in ${took}`;
  if (!record.results) return `${about}; the loss is not a number: recorded as diverged`;
  const { validation, test } = record.results;
  return `${about}, validation accuracy ${validation.accuracy.toFixed(4)}, test ${test.accuracy.toFixed(4)}`;
}

/** Lists runs with what they took, or may take by the speed of recorded runs of the same model on this engine. */
async function list(study: Study, names: readonly ExperimentName[]): Promise<void> {
  const records = await study.store.list();
  // By key: a run that answers two questions is trained once.
  const missing = new Map<string, number | undefined>();
  for (const name of names) {
    const { question, runs } = study.experiment(name);
    process.stdout.write(`\n${name}: ${question}\n`);
    for (const { label, spec } of runs) {
      const record = records.find(({ key }) => key === runKey(spec));
      const estimate = record ? undefined : estimateSeconds(study, spec, records);
      if (!record) missing.set(runKey(spec), estimate);
      process.stdout.write(`  ${`${label}, seed ${spec.seed}`.padEnd(36)} ${state(record, estimate)}\n`);
    }
  }
  const estimates = [...missing.values()];
  const seconds = estimates.reduce((sum: number, estimate) => sum + (estimate ?? 0), 0);
  const unknown = estimates.filter((estimate) => estimate === undefined).length;
  const rest = unknown > 0 ? `, and ${unknown} of models not timed yet` : '';
  process.stdout.write(
    `\nto train: ${missing.size} runs, at most ${formatDuration(seconds)}${rest}; records in ${study.store.folder}\n`,
  );
}

function state(record: RunRecord | undefined, estimate: number | undefined): string {
  if (record) return `recorded (${record.status}, ${formatDuration(record.provenance.seconds)})`;
  return estimate === undefined ? 'missing' : `missing, at most ${formatDuration(estimate)}`;
}

/** Seconds if every epoch is run; undefined where no record of the model tells its speed on this engine. */
function estimateSeconds(study: Study, spec: RunSpec, records: readonly RunRecord[]): number | undefined {
  const speeds = records
    .filter(
      (record) =>
        record.results !== undefined &&
        record.spec.model.name === spec.model.name &&
        record.provenance.engine === study.engine.name,
    )
    .map(({ provenance }) => provenance.imagesPerSecond)
    .sort((a, b) => a - b);
  const median = speeds[Math.floor(speeds.length / 2)];
  const { train } = splitIndices(study.dataset, spec.split);
  return median && (train.length * spec.maxEpochs) / median;
}
