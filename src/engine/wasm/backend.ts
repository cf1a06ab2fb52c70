import { WhyconvError } from '../../base/errors.js';
import { tf } from '../tf.js';
import { registerWasmKernels } from './kernels.js';
import { openThreads, wantedThreads, withThreads } from './threads.js';

/** The package asks this flag whether it may use threads, and answers no in Node. */
const THREADS_FLAG = 'WASM_HAS_MULTITHREAD_SUPPORT';

/** Starts tfjs's WebAssembly backend, on several threads where they can be had, else on one. */
export async function startWasmBackend(): Promise<{ library: string; threads: number }> {
  const wasm = await import('@tensorflow/tfjs-backend-wasm');
  const binaries = require.resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm');
  wasm.setWasmPaths(binaries.slice(0, -'tfjs-backend-wasm.wasm'.length));
  silenceAdvertisement();
  registerWasmKernels();
  if (!(await startThreaded(wasm, wantedThreads())) && !(await tf.setBackend('wasm'))) {
    throw new WhyconvError({
      what: 'the WebAssembly engine cannot start',
      remedy: 'npm ci installs its package anew',
    });
  }
  return { library: wasm.version_wasm, threads: wasm.getThreadsCount() };
}

/**
 * Threads are no more than speed: whatever keeps them from starting leaves the engine on one, as its description tells.
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

/** tfjs warns of a backend that cannot start, with its stack; here the next attempt is on its way. */
async function withoutWarnings<T>(start: () => Promise<T>): Promise<T> {
  const quiet = tf.env().getBool('PROD');
  tf.env().set('PROD', true);
  try {
    return await start();
  } finally {
    tf.env().set('PROD', quiet);
  }
}

/** tfjs's plain CPU backend recommends another package when it computes first; it is never what computes here. */
function silenceAdvertisement(): void {
  const cpu: unknown = tf.findBackend('cpu');
  if (cpu) Object.assign(cpu, { firstUse: false });
}
