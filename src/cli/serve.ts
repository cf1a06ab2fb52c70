import { parseArgs } from 'node:util';
import { UsageError } from '../base/errors.js';
import { parseChoice } from '../base/parse.js';
import { MODEL_NAMES } from '../models/index.js';
import {
  networkOfFile,
  networkOfModel,
  networkOfRun,
  preferredNetwork,
  type TrainedNetwork,
} from '../runs/index.js';
import { modelFileIn, startService } from '../serve/index.js';
import { usage } from './screen.js';

const HELP = `npm run serve -- [--model NAME | --run KEY | --weights FILE] [OPTIONS]

Answers with a trained network over HTTP: a page at /, and three dialects on one port, those of Amazon SageMaker (/ping,
/invocations, /models), TensorFlow Serving (/v1/models) and the Open Inference Protocol (/v2). /metrics is for Prometheus.
Without a choice it takes the model in /opt/ml/model, where SageMaker puts it; otherwise big, or the best CNN that has weights:
of this machine's runs, or of the recorded study in the repository.

  --model NAME     ${MODEL_NAMES.join(', ')}: the run of that architecture with the best validation accuracy
  --run KEY        a run, by the beginning of its key
  --weights FILE   a safetensors file of a run or of npm run export, or a folder that holds one
  --models FOLDER  the only folder that POST /models loads from (default /opt/ml/models)
  --port N         default: SAGEMAKER_BIND_TO_PORT, otherwise 8080; 0 takes a free one
  --host ADDRESS   default 0.0.0.0; 127.0.0.1 answers this machine alone
  --queue N        requests that may be in work at once; more are answered 503 (default 128)
  --quiet          log warnings and errors only
  --help           this text

Logs are JSON on stdout, a line per request. SIGTERM and Ctrl-C answer what is in work, then end (within 30 s).

Environment:
  SAGEMAKER_BIND_TO_PORT     the port
  SAGEMAKER_MULTI_MODEL      true: start without a model; POST /models loads them

Examples:
  npm run serve
  npm run serve -- --model small --port 9000
  curl -s -H 'Content-Type: image/png' --data-binary @cat.png localhost:8080/invocations
`;

/** Where the platform puts the model: "SageMaker [...] extracts [...] to /opt/ml/model" (How SageMaker AI Loads Your Model Artifacts). */
const SAGEMAKER_MODEL = '/opt/ml/model';

const OPTIONS = {
  model: { type: 'string' },
  run: { type: 'string' },
  weights: { type: 'string' },
  models: { type: 'string' },
  port: { type: 'string' },
  host: { type: 'string' },
  queue: { type: 'string' },
  quiet: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** The command `serve`: starts the service and runs until it is told to end. */
export async function run(args: string[]): Promise<void> {
  const options = usage('serve', () => parseArgs({ args, options: OPTIONS }).values);
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  const { SAGEMAKER_BIND_TO_PORT, SAGEMAKER_MULTI_MODEL } = process.env;
  const several = SAGEMAKER_MULTI_MODEL === 'true';
  const service = await startService({
    port: whole(options.port ?? (SAGEMAKER_BIND_TO_PORT || '8080'), '--port', 0, 65_535),
    host: options.host,
    modelsRoot: options.models,
    queue: options.queue === undefined ? undefined : whole(options.queue, '--queue', 1, 100_000),
    network: several ? undefined : chosenNetwork(options),
    logger: { level: options.quiet ? 'warn' : 'info' },
  }).catch((error: unknown) => {
    throw portError(error);
  });
  const ended = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
  try {
    await Promise.race([service.loaded.then(() => ended), ended]);
  } finally {
    await service.stop();
  }
}

/** How the network is found, once the port is open. @throws UsageError for more than one choice */
export function chosenNetwork(options: {
  readonly model?: string | undefined;
  readonly run?: string | undefined;
  readonly weights?: string | undefined;
}): () => Promise<TrainedNetwork> {
  const { model, run: key, weights } = options;
  const given = Object.entries({ model, run: key, weights }).filter(([, value]) => value !== undefined);
  if (given.length > 1)
    throw new UsageError({
      what: 'more than one network is chosen',
      found: given.map(([name]) => `--${name}`).join(' and '),
      expected: 'one of --model, --run and --weights',
    });
  if (weights !== undefined) return async () => networkOfFile((await modelFileIn(weights)) ?? weights);
  if (key !== undefined) return () => networkOfRun(key);
  if (model === undefined) return defaultNetwork;
  const name = parseChoice('model', MODEL_NAMES, model, '--model');
  return () => networkOfModel(name);
}

async function defaultNetwork(): Promise<TrainedNetwork> {
  const given = await modelFileIn(SAGEMAKER_MODEL);
  return given ? networkOfFile(given) : preferredNetwork();
}

function whole(value: string, where: string, least: number, most: number): number {
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= least && number <= most) return number;
  throw new UsageError({
    what: 'not a number that fits',
    where,
    found: value,
    expected: `a whole number from ${least} to ${most}`,
  });
}

function portError(error: unknown): unknown {
  const { code, address, port } = error as NodeJS.ErrnoException & { address?: string; port?: number };
  if (code !== 'EADDRINUSE' && code !== 'EACCES') return error;
  return new UsageError({
    what: code === 'EACCES' ? 'this port may not be opened' : 'the port is taken',
    found: `${address}:${port}`,
    remedy: 'choose another with --port',
  });
}
