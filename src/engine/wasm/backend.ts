import { WhyconvError } from '../../base/errors.js';
import { tf } from '../tf.js';
import { registerWasmKernels } from './kernels.js';
import { openThreads, wantedThreads, withThreads } from './threads.js';

/** The flag that allows the package to use threads; its own default in Node is false. */
const THREADS_FLAG = 'WASM_HAS_MULTITHREAD_SUPPORT';

/** Starts tfjs's WebAssembly backend on several threads, or on one if threads cannot start. */
export async function startWasmBackend(): Promise<{ library: string; threads: number }> {
  const wasm = await import('@tensorflow/tfjs-backend-wasm');
  const binaries = require.resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm');
  wasm.setWasmPaths(binaries.slice(0, -'tfjs-backend-wasm.wasm'.length));
  silenceAdvertisement();
  registerWasmKernels();
  if (!(await startThreaded(wasm, wantedThreads())) && !(await tf.setBackend('wasm'))) {
    throw new WhyconvError({
      what: 'the WebAssembly engine cannot start',
      remedy: '`npm ci` reinstalls its package',
    });
  }
  return { library: wasm.version_wasm, threads: wasm.getThreadsCount() };
}

/**
 * Starts the backend on several threads. Returns false if that fails for any reason: threads only affect speed, and the
 * engine's description reports how many there are.
 */
async function startThreaded(
  wasm: typeof import('@tensorflow/tfjs-backend-wasm'),
  count: number,
): Promise<boolean> {
  const threads = count > 1 && (await openThreads(count - 1).catch(() => undefined));
  if (!threads) return false;
  wasm.setThreadsCount(count);
  tf.env().set(THREADS_FLAG, true);
  if (await withThreads(threads, () => withoutWarnings(() => tf.setBackend('wasm')))) return true;
  await Promise.all(threads.map((thread) => thread.terminate()));
  tf.env().set(THREADS_FLAG, false);
  return false;
}

/** Suppresses the warning, with a stack trace, that tfjs prints for a backend that cannot start: one thread is tried next. */
async function withoutWarnings<T>(start: () => Promise<T>): Promise<T> {
  const quiet = tf.env().getBool('PROD');
  tf.env().set('PROD', true);
  try {
    return await start();
  } finally {
    tf.env().set('PROD', quiet);
  }
}

/** tfjs's plain CPU backend prints a recommendation of another package when first used; here it never computes anything. */
function silenceAdvertisement(): void {
  const cpu: unknown = tf.findBackend('cpu');
  if (cpu) Object.assign(cpu, { firstUse: false });
}
