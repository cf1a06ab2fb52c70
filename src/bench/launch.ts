import type { ModelName } from '../models/index.js';
import { MODELS } from '../models/index.js';
import type { ContenderName, KerasConfig, WorkerConfig } from './contender.js';
import type { Launch } from './process.js';
import { pythonEnvironment } from './python.js';
import { benchmarkSpec } from './spec.js';
import { STEPS_PER_EXECUTION } from './steps.js';

/** How contenders are called in tables and messages. */
export const TITLES: Readonly<Record<ContenderName, string>> = {
  ours: 'whyconv',
  fit: 'tfjs fit',
  keras: 'Keras fit',
  kerasTuned: `Keras x${STEPS_PER_EXECUTION}`,
};

/** A contender in Node. */
export function workerLaunch(config: WorkerConfig): Launch {
  const title = config.contender === 'matmul' ? 'matmul' : `${config.model}, ${TITLES[config.contender]}`;
  return { title, command: process.execPath, args: [require.resolve('./worker.js'), JSON.stringify(config)] };
}

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
