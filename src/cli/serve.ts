import { parseArgs } from 'node:util';
import { codeOf, type ErrorParts, UsageError } from '../base/errors.js';
import { startService } from '../serve/index.js';
import { chosenNetwork, NETWORK_HELP, NETWORK_OPTIONS } from './network-choice.js';
import { usage } from './screen.js';

const HELP = `npm run serve -- [--model NAME | --run KEY | --weights FILE] [OPTIONS]

Answers with a trained network over HTTP: a page at /, and three dialects on one port, those of Amazon SageMaker (/ping,
/invocations, /models), TensorFlow Serving (/v1/models) and the Open Inference Protocol (/v2). /metrics is for Prometheus.
Without a choice it takes the model in /opt/ml/model, where SageMaker puts it; otherwise big, or the best CNN that has weights:
of this machine's runs, or of the recorded study in the repository.

${NETWORK_HELP}
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
  curl -s -H 'Content-Type: image/png' --data-binary @truck.png localhost:8080/invocations
`;

const OPTIONS = {
  ...NETWORK_OPTIONS,
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
  const place = {
    port: whole(options.port ?? (SAGEMAKER_BIND_TO_PORT || '8080'), '--port', 0, 65_535),
    host: options.host,
  };
  const service = await startService({
    ...place,
    modelsRoot: options.models,
    queue: options.queue === undefined ? undefined : whole(options.queue, '--queue', 1, 100_000),
    network: several ? undefined : chosenNetwork(options),
    logLevel: options.quiet ? 'warn' : 'info',
  }).catch((error: unknown) => {
    throw portError(error, place);
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

const NO_ADDRESS = {
  what: 'this is no address of this machine',
  expected:
    '0.0.0.0 (everyone can ask), 127.0.0.1 (this machine alone), or another address or name that it has',
  remedy: 'choose another with --host, or leave it out',
};
/** What a person can choose otherwise where the system refuses the port or the address. */
const REFUSED: Readonly<Record<string, Pick<ErrorParts, 'what' | 'expected' | 'remedy'>>> = {
  EADDRINUSE: { what: 'the port is taken', remedy: 'choose another with --port' },
  EACCES: { what: 'this port may not be opened', remedy: 'choose another with --port' },
  EADDRNOTAVAIL: NO_ADDRESS,
  ENOTFOUND: NO_ADDRESS,
  EAI_AGAIN: NO_ADDRESS,
  EINVAL: NO_ADDRESS,
};

function portError(error: unknown, { host, port }: { host?: string | undefined; port: number }): unknown {
  const refused = REFUSED[codeOf(error) ?? ''];
  if (!refused) return error;
  return new UsageError({ ...refused, found: `${host ?? '0.0.0.0'}:${port}` });
}
