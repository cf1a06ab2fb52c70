import { messageOf, WhyconvError } from '../base/errors.js';
import { parseChoice } from '../base/parse.js';
import { explainMissingAddon, findAddon, loadPackage } from './install/index.js';
import { nativeBackend } from './native-binding.js';
import { tf } from './tf.js';
import { planThreads, setThreads } from './threads.js';
import { startWasmBackend } from './wasm/backend.js';

/** `auto` is the native engine if it is installed and loads, otherwise wasm. */
export type EngineChoice = 'auto' | 'native' | 'wasm';

const choices: readonly EngineChoice[] = ['auto', 'native', 'wasm'];

/** The running engine, as recorded with each run. */
export interface EngineInfo {
  /** `native` is TensorFlow's C library, `wasm` WebAssembly. */
  readonly name: 'native' | 'wasm';
  /** Version of TensorFlow.js. */
  readonly tfjs: string;
  /** Version of the TensorFlow library, or of the WebAssembly package. */
  readonly library: string;
  /** That compute at once. */
  readonly threads: number;
  /** That one operation is spread over. */
  readonly threadsPerOperation: number;
  /** Where it computes; WebAssembly always on the CPU. */
  readonly device: 'cpu' | 'gpu';
}

let started: Promise<EngineInfo> | undefined;
let info: EngineInfo | undefined;

/**
 * Starts the engine that `tf` computes on and describes it. The first call decides; later calls return the same engine,
 * and requesting another one by name is an error, because a process cannot change its engine.
 *
 * @param choice default: the environment variable WHYCONV_ENGINE, otherwise `auto`
 * @throws WhyconvError if `native` is requested and cannot start, if another engine is running, or if the choice is unknown
 * @example
 * ```ts
 * import { startEngine, tf } from 'whyconv';
 *
 * const { name } = await startEngine();
 * ['native', 'wasm'].includes(name); // => true
 * tf.tensor1d([1, 2, 3]).sum().dataSync()[0]; // => 6
 * await startEngine(name === 'wasm' ? 'native' : 'wasm'); // throws WhyconvError: the engine of a running process cannot be changed
 * ```
 */
export async function startEngine(choice: EngineChoice = choiceFromEnvironment()): Promise<EngineInfo> {
  started ??= start(choice).catch((error: unknown) => {
    started = undefined;
    throw error;
  });
  const running = await started;
  if (choice !== 'auto' && choice !== running.name) {
    throw new WhyconvError({
      what: 'the engine of a running process cannot be changed',
      found: `${running.name} is running, ${choice} was requested`,
      remedy: `start a new process with --engine ${choice} or WHYCONV_ENGINE=${choice}`,
    });
  }
  return running;
}

/**
 * The running engine.
 *
 * @throws WhyconvError before `startEngine` has finished
 *
 * @example
 * ```ts
 * import { currentEngine, startEngine } from 'whyconv';
 *
 * await startEngine();
 * currentEngine().threads >= 1; // => true
 * ```
 */
export function currentEngine(): EngineInfo {
  if (info) return info;
  throw new WhyconvError({ what: 'no engine has been started', remedy: 'await startEngine() first' });
}

/** Parses an engine's name from the command line or the environment. @throws UsageError */
export function parseEngineChoice(value: string, where: string): EngineChoice {
  return parseChoice('engine', choices, value, where);
}

function choiceFromEnvironment(): EngineChoice {
  return parseEngineChoice(process.env.WHYCONV_ENGINE || 'auto', 'WHYCONV_ENGINE');
}

async function start(choice: EngineChoice): Promise<EngineInfo> {
  if (choice === 'wasm') {
    info = await startWasm();
    return info;
  }
  try {
    info = await startNative();
  } catch (error) {
    if (choice === 'native') {
      throw new WhyconvError(
        {
          what: 'the native engine cannot start',
          found: messageOf(error),
          remedy: 'npm run engine installs it; --engine wasm works everywhere, but is slower',
        },
        { cause: error },
      );
    }
    info = await startWasm();
    warnAboutWasm(messageOf(error));
  }
  return info;
}

async function startWasm(): Promise<EngineInfo> {
  const { library, threads } = await startWasmBackend();
  return {
    name: 'wasm',
    tfjs: tf.version.tfjs,
    library,
    threads,
    threadsPerOperation: threads,
    device: 'cpu',
  };
}

async function startNative(): Promise<EngineInfo> {
  const addon = findAddon();
  if (!addon) throw new Error(explainMissingAddon());
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  const threads = planThreads();
  const takeBack = setThreads(threads);
  try {
    loadPackage(addon.path);
    await tf.setBackend('tensorflow');
  } catch (error) {
    takeBack();
    throw error;
  }
  const backend = nativeBackend();
  return {
    name: 'native',
    tfjs: tf.version.tfjs,
    library: backend.binding.TF_Version,
    threads: threads.total,
    threadsPerOperation: threads.perOperation,
    device: backend.isUsingGpuDevice ? 'gpu' : 'cpu',
  };
}

/** Measured training speed on two cores, images/s, wasm and native: small 1,346 and 9,209, medium 543 and 4,241. */
function warnAboutWasm(reason: string): void {
  const [why] = reason.split('\n');
  process.stderr.write(
    `whyconv: computing on the WebAssembly engine, about 7 times slower for CNNs than native TensorFlow (${why}). ` +
      '`npm run engine` installs the native engine.\n',
  );
}
