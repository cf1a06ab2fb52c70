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
import { modelFileIn } from '../serve/index.js';

/** Options of the commands that take a trained network. */
export const NETWORK_OPTIONS = {
  model: { type: 'string' },
  run: { type: 'string' },
  weights: { type: 'string' },
} as const;

export const NETWORK_HELP = `  --model NAME     ${MODEL_NAMES.join(', ')}: the run of that architecture with the best validation accuracy
  --run KEY        a run, by the beginning of its key
  --weights FILE   a safetensors file of a run or of npm run export, or a folder that holds one`;

/** Where the platform puts the model: "SageMaker [...] extracts [...] to /opt/ml/model" (How SageMaker AI Loads Your Model Artifacts). */
const SAGEMAKER_MODEL = '/opt/ml/model';

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
