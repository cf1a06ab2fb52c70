import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf, UsageError, WhyconvError } from '../base/errors.js';
import { writeFileAtomic } from '../base/files.js';
import {
  type BenchmarkOptions,
  besideHostile,
  compareServing,
  defaultImages,
  describeBenchmark,
  describeHostile,
  describeOverload,
  describeServing,
  missedTargets,
  overload,
  runBenchmark,
  TARGET_BATCH,
} from '../bench/index.js';
import { parseEngineChoice } from '../engine/index.js';
import { MODEL_NAMES, type ModelName } from '../models/index.js';
import { networkOfModel } from '../runs/index.js';
import { interruptible, openScreen, usage } from './screen.js';

const HELP = `npm run bench -- [OPTIONS]

Times training steps of the study's models against TensorFlow.js's model.fit and, if a Python with Keras and TensorFlow
is found, against Keras: fit by default, and with steps_per_execution=20. All train the same networks on the same
arrays, each in its own process; repetitions are interleaved, and compared within their round. Takes some minutes and
needs an otherwise idle machine.

  --models LIST   of ${MODEL_NAMES.join(',')} (default: all)
  --batch N       images per step (default: 64)
  --images N      images in memory, rounded down to whole batches (default: about 45,000, as in the study)
  --engine E      auto, native or wasm (default: auto)
  --reps N        repetitions after warm-up (default: 5)
  --steps N       steps per repetition (default: as many as take two seconds)
  --no-compile    run our steps operation by operation
  --bf16          also time our steps with convolutions in bfloat16 (native engine; faster on processors that support it)
  --python PATH   the Python with Keras; none leaves Keras out (default: WHYCONV_PYTHON, PYTHON, python3, python)
  --json FILE     save the results, including those of each repetition
  --serving       instead: requests per second of npm run serve against the same network in Keras behind FastAPI and uvicorn
                  (the Python then needs fastapi and pillow, too), for each of --models (default: big)
  --overload N    instead: npm run serve under N connections for a minute; 512 is about four times what it takes at once
  --hostile N     instead: how long an honest client waits for npm run serve among N hostile bodies, and among N honest images
  --check         exit with 1 if a target is missed, and name it
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
  serving: boolean,
  overload: string,
  hostile: string,
  check: boolean,
  help: { ...boolean, short: 'h' },
} as const;

/** The parsed command line of `bench`. */
export interface BenchCommand {
  readonly help: boolean;
  readonly check: boolean;
  readonly json: string | undefined;
  /** Serving is timed in place of training. */
  readonly serving: boolean;
  /** Connections. */
  readonly overload: number | undefined;
  /** Requests. */
  readonly hostile: number | undefined;
  readonly options: BenchmarkOptions;
}

/** The command `bench`: compares the speed of training steps with other programs. */
export async function run(args: string[]): Promise<void> {
  const command = parseBench(args);
  const { help, check, json, options } = command;
  if (help) {
    process.stdout.write(HELP);
    return;
  }
  if (command.serving || command.overload || command.hostile) return timeServing(command);
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
  if (missed.length === 0) process.stdout.write('\nAll targets are met.\n');
  else throw missedError(missed);
}

/** Seconds of a repetition, and of an overload. */
const [SERVING_SECONDS, OVERLOAD_SECONDS] = [8, 60];

async function timeServing({ options, overload: connections, hostile }: BenchCommand): Promise<void> {
  const { models, python, repetitions } = options;
  const screen = openScreen();
  for (const name of models) {
    const network = await networkOfModel(name);
    process.stdout.write(`${network.source}\n`);
    if (connections !== undefined) {
      process.stdout.write(describeOverload(await overload(network, connections, OVERLOAD_SECONDS)));
      continue;
    }
    if (hostile !== undefined) {
      process.stdout.write(describeHostile(await besideHostile(network, hostile)));
      continue;
    }
    const onNote = (note: string) => screen.line(`note: ${note}`);
    const result = await interruptible((signal) =>
      compareServing({ network, python, repetitions, seconds: SERVING_SECONDS, onNote, signal }),
    );
    process.stdout.write(describeServing(result));
  }
}

function missedError(missed: readonly string[]): WhyconvError {
  return new WhyconvError({
    what: missed.length === 1 ? 'a target is missed' : `${missed.length} targets are missed`,
    found: missed.join('\n            '),
    remedy: 'check that nothing else was running; more --reps separate noise from slowness',
  });
}

/** Checked before minutes are spent on results that cannot be saved. */
async function requireWritable(path: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await access(dirname(path), constants.W_OK);
  } catch (error) {
    throw new UsageError({ what: 'the results cannot be saved', where: path, found: messageOf(error) });
  }
}

/** Parses the options of a command line. Throws UsageError. */
export function parseBench(args: string[]): BenchCommand {
  const values = usage('bench', () => parseArgs({ args, options: OPTIONS }).values);
  const batchSize = parseCount(values.batch ?? String(TARGET_BATCH), '--batch');
  const images =
    values.images === undefined ? defaultImages(batchSize) : parseCount(values.images, '--images');
  if (images < batchSize) {
    throw new UsageError({
      what: 'there are not enough images for one batch',
      where: '--images, --batch',
      found: `${images} images in batches of ${batchSize}`,
    });
  }
  return {
    help: values.help,
    check: values.check,
    json: values.json,
    serving: values.serving,
    overload: values.overload === undefined ? undefined : parseCount(values.overload, '--overload'),
    hostile: values.hostile === undefined ? undefined : parseCount(values.hostile, '--hostile'),
    options: {
      models: parseModels(
        values.models ?? (values.serving || values.overload || values.hostile ? 'big' : undefined),
      ),
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

/** In the order of all tables, whatever the order on the command line. */
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
  throw new UsageError({ what: 'not a count', where, found: value, expected: 'a positive whole number' });
}
