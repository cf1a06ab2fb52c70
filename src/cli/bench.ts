import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf, UsageError, WhyconvError } from '../base/errors.js';
import { writeFileAtomic } from '../base/files.js';
import {
  type BenchmarkOptions,
  defaultImages,
  describeBenchmark,
  missedTargets,
  runBenchmark,
  TARGET_BATCH,
} from '../bench/index.js';
import { parseEngineChoice } from '../engine/index.js';
import { MODEL_NAMES, type ModelName } from '../models/index.js';
import { interruptible, openScreen, usage } from './screen.js';

const HELP = `npm run bench -- [OPTIONS]

Times training steps of the study's models against TensorFlow.js's model.fit and, where a Python with Keras and
TensorFlow is found, against Keras: fit as it is, and with steps_per_execution=20. All train the same networks on the
same arrays, in turn, each in a process of its own. Takes some minutes; wants a machine that does nothing else.

  --models LIST   of ${MODEL_NAMES.join(',')} (default: all)
  --batch N       images a step (default: 64)
  --images N      images in memory, rounded down to whole batches (default: about 45,000, as the study has)
  --engine E      auto, native or wasm (default: auto)
  --reps N        repetitions after warm-up (default: 5)
  --steps N       steps of a repetition (default: as many as take two seconds)
  --no-compile    run our steps operation by operation
  --bf16          time our steps with convolutions in bfloat16 too (native engine; pays on processors that have it)
  --python PATH   the Python with Keras; none leaves Keras out (default: WHYCONV_PYTHON, PYTHON, python3, python)
  --json FILE     save the results, with those of each repetition
  --check         exit with 1 where a target is missed, and name it
  --help          this text

Examples:
  npm run bench -- --json bench.json --check
  npm run bench -- --models small,big --python ~/keras/bin/python
  npm run bench -- --models small --reps 1 --steps 10 --images 1280 --python none
`;

const string = { type: 'string' } as const;
const boolean = { type: 'boolean', default: false } as const;
const OPTIONS = {
  models: string,
  batch: string,
  images: string,
  engine: string,
  reps: string,
  steps: string,
  python: string,
  json: string,
  'no-compile': boolean,
  bf16: boolean,
  check: boolean,
  help: { ...boolean, short: 'h' },
} as const;

/** What `bench` was asked to do. */
export interface BenchCommand {
  readonly help: boolean;
  readonly check: boolean;
  readonly json: string | undefined;
  readonly options: BenchmarkOptions;
}

/** The command `bench`: times training against other programs'. */
export async function run(args: string[]): Promise<void> {
  const { help, check, json, options } = parseBench(args);
  if (help) {
    process.stdout.write(HELP);
    return;
  }
  if (json !== undefined) await requireWritable(json);
  const screen = openScreen();
  const result = await interruptible((signal) =>
    runBenchmark({
      ...options,
      signal,
      onProgress: screen.progress,
      onNote: (note) => screen.line(`note: ${note}`),
    }),
  ).finally(screen.clear);
  process.stdout.write(describeBenchmark(result));
  if (json !== undefined) await writeFileAtomic(json, `${JSON.stringify(result, undefined, 2)}\n`);
  if (!check) return;
  const missed = missedTargets(result);
  if (missed.length === 0) process.stdout.write('\nEvery target is reached.\n');
  else throw missedError(missed);
}

function missedError(missed: readonly string[]): WhyconvError {
  return new WhyconvError({
    what: missed.length === 1 ? 'a target is missed' : `${missed.length} targets are missed`,
    found: missed.join('\n            '),
    remedy: 'see that nothing else ran meanwhile; more --reps tell noise from slowness',
  });
}

/** Asked before minutes are spent on what could not be saved. */
async function requireWritable(path: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await access(dirname(path), constants.W_OK);
  } catch (error) {
    throw new UsageError({ what: 'the results could not be saved', where: path, found: messageOf(error) });
  }
}

/** The options from a command line. Throws UsageError. */
export function parseBench(args: string[]): BenchCommand {
  const values = usage('bench', () => parseArgs({ args, options: OPTIONS }).values);
  const batchSize = parseCount(values.batch ?? String(TARGET_BATCH), '--batch');
  const images =
    values.images === undefined ? defaultImages(batchSize) : parseCount(values.images, '--images');
  if (images < batchSize) {
    throw new UsageError({
      what: 'there must be images for one batch at least',
      where: '--images, --batch',
      found: `${images} images in batches of ${batchSize}`,
    });
  }
  return {
    help: values.help,
    check: values.check,
    json: values.json,
    options: {
      models: parseModels(values.models),
      batchSize,
      images: images - (images % batchSize),
      engine: parseEngineChoice(values.engine ?? (process.env.WHYCONV_ENGINE || 'auto'), '--engine'),
      repetitions: parseCount(values.reps ?? '5', '--reps'),
      steps: values.steps === undefined ? undefined : parseCount(values.steps, '--steps'),
      compile: !values['no-compile'],
      bf16: values.bf16,
      python: values.python,
    },
  };
}

/** In the order of all tables, whatever order they were given in. */
function parseModels(list: string | undefined): ModelName[] {
  if (list === undefined) return [...MODEL_NAMES];
  const asked = list.split(',').map((name) => name.trim());
  const unknown = asked.find((name) => !MODEL_NAMES.some((known) => known === name));
  if (unknown === undefined) return MODEL_NAMES.filter((name) => asked.includes(name));
  throw new UsageError({
    what: 'unknown model',
    where: '--models',
    found: unknown || 'nothing',
    expected: MODEL_NAMES.join(', '),
  });
}

function parseCount(value: string, where: string): number {
  if (/^[1-9]\d{0,8}$/.test(value)) return Number(value);
  throw new UsageError({ what: 'not a count', where, found: value, expected: 'a whole number from 1 on' });
}
