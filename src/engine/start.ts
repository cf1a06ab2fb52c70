import { messageOf, WhyconvError } from '../base/errors.js';
import { parseChoice } from '../base/parse.js';
import { explainMissingAddon, linkFromCache } from './install/index.js';
import { supplyRemovedUtilFunctions } from './node-compat.js';
import { tf } from './tf.js';
import { planThreads, setThreads } from './threads.js';
import { startWasmBackend } from './wasm/backend.js';

const choices = ['auto', 'native', 'wasm'] as const;

/** `auto` takes the native engine where it is installed and loads, else wasm. */
export type EngineChoice = (typeof choices)[number];

/** What computes, for the record of each run. */
export interface EngineInfo {
  readonly name: 'native' | 'wasm';
  /** Version of TensorFlow.js. */
  readonly tfjs: string;
  /** Version of TensorFlow's library, or of the WebAssembly package. */
  readonly library: string;
  /** That compute at once. */
  readonly threads: number;
  /** That one operation is spread over. */
  readonly threadsPerOperation: number;
  readonly device: 'cpu' | 'gpu';
  /** Set where convolutions run in less than float32. */
  readonly precision?: string;
}

/** What the package's backend object tells about itself. */
interface NativeBackend {
  readonly binding: { readonly TF_Version: string };
  readonly isUsingGpuDevice: boolean;
}

let started: Promise<EngineInfo> | undefined;
let info: EngineInfo | undefined;

/**
 * Starts the engine that `tf` computes on and returns what it is. The first call decides; later calls return the
 * same, and asking for another by name is an error, because a process cannot change its engine.
 *
 * @param choice default: the environment variable WHYCONV_ENGINE, else `auto`
 * @throws WhyconvError if `native` is asked for and not installed, or the choice is unknown
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
      found: `${running.name} is running, ${choice} was asked for`,
      remedy: `start a new process with --engine ${choice} or WHYCONV_ENGINE=${choice}`,
    });
  }
  return running;
}

/** The engine that runs. @throws WhyconvError before `startEngine` has finished */
export function currentEngine(): EngineInfo {
  if (info) return info;
  throw new WhyconvError({ what: 'no engine has been started', remedy: 'await startEngine() first' });
}

/** Parses an engine's name from a command line or the environment. */
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
          remedy: 'npm run engine installs it; --engine wasm works everywhere, but slower',
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
  await linkFromCache();
  const missing = explainMissingAddon();
  if (missing) throw new Error(missing);
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  supplyRemovedUtilFunctions();
  const threads = planThreads();
  const takeBack = setThreads(threads);
  try {
    require('@tensorflow/tfjs-node-gpu');
    await tf.setBackend('tensorflow');
  } catch (error) {
    takeBack();
    throw error;
  }
  const backend = tf.backend() as unknown as NativeBackend;
  return {
    name: 'native',
    tfjs: tf.version.tfjs,
    library: backend.binding.TF_Version,
    threads: threads.total,
    threadsPerOperation: threads.perOperation,
    device: backend.isUsingGpuDevice ? 'gpu' : 'cpu',
  };
}

/** Figures: images a second of training steps on two cores, small 1,346 against 9,209, medium 543 against 4,241. */
function warnAboutWasm(reason: string): void {
  const [why] = reason.split('\n');
  process.stderr.write(
    `whyconv: computing on the WebAssembly engine, about 7 times slower for CNNs than native TensorFlow (${why}). ` +
      '`npm run engine` installs the native one.\n',
  );
}
