import { createInterface } from 'node:readline';
import type { z } from 'zod';
import { messageOf, WhyconvError } from '../base/errors.js';
import { allowedCores } from '../base/machine.js';
import { currentEngine, type EngineChoice, startEngine } from '../engine/index.js';
import { MODELS, type ModelName } from '../models/index.js';
import { CONTENDER_TITLES, type Contender, type failureSchema, requestSchema } from './contender.js';
import type { ContenderCommand } from './contender-process.js';
import { compiledSteps, layersFit, matmul } from './node-contenders.js';
import { benchmarkSpec, readArrays } from './workload.js';

/** What a process that runs Node is started with. */
export interface WorkerConfig {
  readonly engine: EngineChoice;
  /** `matmul` measures the machine's peak and takes no part in the comparison. */
  readonly contender: 'ours' | 'bf16' | 'fit' | 'matmul';
  /** Not used by `matmul`. */
  readonly model: ModelName;
  readonly batchSize: number;
  /** Contains the arrays. */
  readonly folder: string;
  readonly compile: boolean;
}

/** How to start a contender that runs in Node. */
export function workerCommand(config: WorkerConfig): ContenderCommand {
  const { contender, model } = config;
  const title = contender === 'matmul' ? 'matmul' : `${model}, ${CONTENDER_TITLES[contender]}`;
  const args = [__filename, JSON.stringify(config)];
  return { title, command: process.execPath, args, env: threadsOf(config) };
}

/**
 * Our steps keep this project's setting, one thread per operation and several operations at once, as `train` does. A
 * single large product and eager execution are faster with each operation spread over all threads, TensorFlow's default.
 */
function threadsOf({ contender }: WorkerConfig): NodeJS.ProcessEnv {
  const ours = contender === 'ours' || contender === 'bf16';
  if (ours || process.env.TF_NUM_INTRAOP_THREADS) return process.env;
  return { ...process.env, TF_NUM_INTRAOP_THREADS: String(allowedCores()) };
}

async function openContender(config: WorkerConfig): Promise<Contender> {
  await startEngine(config.engine);
  if (config.contender === 'matmul') return matmul();
  const spec = benchmarkSpec(MODELS[config.model], config.batchSize);
  const tables = await readArrays(config.folder);
  if (config.contender === 'fit') return layersFit(spec, tables);
  const precision = config.contender === 'bf16' ? 'bf16' : 'float32';
  return compiledSteps({ ...spec, precision }, tables, config.compile);
}

const send = (message: object) => process.stdout.write(`${JSON.stringify(message)}\n`);

/** Answers requests until the input ends, which also happens when the benchmark's process dies. */
async function serve(config: WorkerConfig): Promise<void> {
  const { about, time } = await openContender(config);
  send({ ready: true, ...about, engine: currentEngine() });
  for await (const line of createInterface({ input: process.stdin })) {
    const { steps } = requestSchema.parse(JSON.parse(line));
    const timing = await time(steps);
    send({ ...timing, peakMemoryBytes: process.resourceUsage().maxRSS * 1024 });
  }
}

function describeFailure(error: unknown): z.infer<typeof failureSchema> {
  if (!(error instanceof WhyconvError)) return { error: messageOf(error) };
  const { what, found, remedy } = error.parts;
  return { error: found ? `${what} (${found})` : what, ...(remedy && { remedy }) };
}

/** The program of a contender's process; its only argument is a {@link WorkerConfig} as JSON. */
if (require.main === module) {
  // Ctrl-C reaches the whole process group: the benchmark handles it and ends this process.
  process.on('SIGINT', () => {});
  serve(JSON.parse(process.argv[2]!) as WorkerConfig).catch((error: unknown) => {
    send(describeFailure(error));
    process.exitCode = 1;
  });
}
