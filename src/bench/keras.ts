import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { projectRoot } from '../base/files.js';
import { MODELS, type ModelName } from '../models/index.js';
import { CONTENDER_TITLES, type KerasContenderName, STEPS_PER_EXECUTION } from './contender.js';
import type { ContenderCommand } from './contender-process.js';
import { benchmarkSpec } from './workload.js';

/** A Python that has Keras on TensorFlow, or why none was found. */
export type KerasPython =
  | { readonly path: string; readonly versions: Readonly<Record<string, string>> }
  | { readonly path?: never; readonly reason: string };

/** Given instead of a Python's path, leaves Keras out. */
const NO_PYTHON = 'none';

const SCRIPT = join(projectRoot, 'src', 'bench', 'keras_contender.py');

/** Importing TensorFlow from a cold disk takes long. */
const PROBE_TIMEOUT_MS = 180_000;

/** Keras supports other backends too; this comparison is about TensorFlow. */
const pythonEnvironment = (): NodeJS.ProcessEnv => ({
  TF_CPP_MIN_LOG_LEVEL: '2',
  ...process.env,
  KERAS_BACKEND: 'tensorflow',
});

/**
 * The first Python that can import Keras and TensorFlow: only `asked` if it is given, otherwise those named by
 * WHYCONV_PYTHON and PYTHON, then python3 and python.
 */
export async function findKeras(asked: string | undefined, signal?: AbortSignal): Promise<KerasPython> {
  if (asked === NO_PYTHON) return { reason: 'excluded by --python none' };
  const { WHYCONV_PYTHON, PYTHON } = process.env;
  const paths = asked ? [asked] : [WHYCONV_PYTHON, PYTHON, 'python3', 'python'].filter((path) => !!path);
  const reasons: string[] = [];
  for (const path of new Set(paths as string[])) {
    const found = await probe(path, signal);
    if (found.path !== undefined) return found;
    reasons.push(`${path}: ${found.reason}`);
  }
  return { reason: reasons.join('; ') };
}

async function probe(path: string, signal: AbortSignal | undefined): Promise<KerasPython> {
  try {
    const options = { env: pythonEnvironment(), timeout: PROBE_TIMEOUT_MS, ...(signal && { signal }) };
    const { stdout } = await promisify(execFile)(path, [SCRIPT, '--versions'], options);
    return { path, versions: z.record(z.string(), z.string()).parse(JSON.parse(stdout)) };
  } catch (error) {
    return { reason: reasonOf(error as { code?: unknown; killed?: unknown; stderr?: unknown }) };
  }
}

/** Python's last line names the error: "ModuleNotFoundError: No module named 'tensorflow'". */
function reasonOf({ code, killed, stderr }: { code?: unknown; killed?: unknown; stderr?: unknown }): string {
  if (code === 'ENOENT') return 'not found';
  if (code === 'EACCES') return 'not executable';
  if (killed) return 'no answer in time';
  const last = typeof stderr === 'string' ? stderr.trim().split('\n').at(-1) : '';
  return last || 'cannot import keras and tensorflow';
}

export interface KerasConfig {
  /** Path of the Python that has Keras. */
  readonly python: string;
  readonly contender: KerasContenderName;
  readonly model: ModelName;
  readonly batchSize: number;
  /** Contains the arrays. */
  readonly folder: string;
}

/** How to start a contender that runs in Python. */
export function kerasCommand({ python, contender, model, batchSize, folder }: KerasConfig): ContenderCommand {
  const { model: network, optimizer } = benchmarkSpec(MODELS[model], batchSize);
  const config = {
    folder,
    inputShape: network.inputShape,
    layers: network.layers,
    optimizer,
    batchSize,
    stepsPerExecution: contender === 'kerasTuned' ? STEPS_PER_EXECUTION : 1,
  };
  return {
    title: `${model}, ${CONTENDER_TITLES[contender]}`,
    command: python,
    args: ['-u', SCRIPT, JSON.stringify(config)],
    env: pythonEnvironment(),
  };
}
