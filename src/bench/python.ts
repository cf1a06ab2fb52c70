import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';

/** A Python that has Keras on TensorFlow, or why there is none. */
export type KerasPython =
  | { readonly path: string; readonly versions: Readonly<Record<string, string>> }
  | { readonly path?: never; readonly reason: string };

/** Asked for in place of a Python, leaves Keras out. */
export const NO_PYTHON = 'none';

const PROBE = `
import json, sys
import keras, tensorflow
print(json.dumps({"python": sys.version.split()[0], "keras": keras.__version__, "tensorflow": tensorflow.__version__}))
`;

/** Importing TensorFlow from a cold disk takes long. */
const PATIENCE_MS = 180_000;

/** Keras can compute on other libraries as well; this comparison is about TensorFlow. */
export const pythonEnvironment = (): NodeJS.ProcessEnv => ({
  TF_CPP_MIN_LOG_LEVEL: '2',
  ...process.env,
  KERAS_BACKEND: 'tensorflow',
});

/**
 * The first Python that can import Keras and TensorFlow: the one asked for and no other, or else those that
 * WHYCONV_PYTHON and PYTHON name, python3, python.
 */
export async function findKeras(asked: string | undefined, signal?: AbortSignal): Promise<KerasPython> {
  if (asked === NO_PYTHON) return { reason: 'left out, as asked' };
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
    const options = { env: pythonEnvironment(), timeout: PATIENCE_MS, ...(signal && { signal }) };
    const { stdout } = await promisify(execFile)(path, ['-c', PROBE], options);
    const last = stdout.trim().split('\n').at(-1)!;
    return { path, versions: z.record(z.string(), z.string()).parse(JSON.parse(last)) };
  } catch (error) {
    return { reason: reasonOf(error as { code?: unknown; killed?: unknown; stderr?: unknown }) };
  }
}

/** Python's last line names the error: "ModuleNotFoundError: No module named 'tensorflow'". */
function reasonOf({ code, killed, stderr }: { code?: unknown; killed?: unknown; stderr?: unknown }): string {
  if (code === 'ENOENT') return 'not found';
  if (code === 'EACCES') return 'cannot be run';
  if (killed) return 'did not answer in time';
  const last = typeof stderr === 'string' ? stderr.trim().split('\n').at(-1) : '';
  return last || 'cannot import keras and tensorflow';
}
