import { availableParallelism } from 'node:os';
import type { LayerSpec, ModelName } from '../models/index.js';
import { MODELS } from '../models/index.js';
import type { ContenderName, KerasConfig, WorkerConfig } from './contender.js';
import type { Launch } from './process.js';
import { pythonEnvironment } from './python.js';
import { benchmarkSpec } from './spec.js';
import { STEPS_PER_EXECUTION } from './steps.js';

/** How contenders are called in tables and messages. */
export const TITLES: Readonly<Record<ContenderName, string>> = {
  ours: 'whyconv',
  bf16: 'whyconv bf16',
  fit: 'tfjs fit',
  keras: 'Keras fit',
  kerasTuned: `Keras x${STEPS_PER_EXECUTION}`,
};

/** A contender in Node. */
export function workerLaunch(config: WorkerConfig): Launch {
  const title = config.contender === 'matmul' ? 'matmul' : `${config.model}, ${TITLES[config.contender]}`;
  const args = [require.resolve('./worker.js'), JSON.stringify(config)];
  return { title, command: process.execPath, args, env: threadsOf(config) };
}

/**
 * A single large product, eager execution and our own steps of a dense network are fastest with each operation spread over all
 * threads, which is TensorFlow's way unless told otherwise; our convolutional steps are with two shards side by side, this
 * project's way unless told otherwise.
 */
function threadsOf({ contender, model }: WorkerConfig): NodeJS.ProcessEnv {
  const ours = contender === 'ours' || contender === 'bf16';
  const convolves = ours && MODELS[model as ModelName].layers.some(isConvolution);
  if (convolves || process.env.TF_NUM_INTRAOP_THREADS) return process.env;
  return { ...process.env, TF_NUM_INTRAOP_THREADS: String(availableParallelism()) };
}

const isConvolution = ({ kind }: LayerSpec): boolean => kind === 'conv2d';

export interface KerasLaunch {
  readonly python: string;
  /** File of the script. */
  readonly script: string;
  readonly contender: 'keras' | 'kerasTuned';
  readonly model: ModelName;
  readonly batchSize: number;
  readonly folder: string;
}

/** A contender in Python. */
export function kerasLaunch({ python, script, contender, model, batchSize, folder }: KerasLaunch): Launch {
  const spec = benchmarkSpec(MODELS[model], batchSize);
  const config: KerasConfig = {
    folder,
    inputShape: spec.model.inputShape,
    layers: spec.model.layers,
    optimizer: spec.optimizer,
    batchSize,
    stepsPerExecution: contender === 'kerasTuned' ? STEPS_PER_EXECUTION : 1,
  };
  return {
    title: `${model}, ${TITLES[contender]}`,
    command: python,
    args: ['-u', script, JSON.stringify(config)],
    env: pythonEnvironment(),
  };
}
