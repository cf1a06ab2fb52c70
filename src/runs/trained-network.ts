import { existsSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { WhyconvError } from '../base/errors.js';
import { formatPercent } from '../base/format.js';
import { MODEL_NAMES, MODELS, type ModelName, type ModelSpec, parseModelSpec } from '../models/index.js';
import { canonicalJson, type RunRecord, readTensorFile, type TensorFile } from '../training/index.js';
import { RECORDED_FOLDER, RunStore } from './store.js';
import { weightsIn } from './weights-in.js';

/** A network with its weights, ready to answer. */
export interface TrainedNetwork {
  readonly model: ModelSpec;
  /** In the order of `weightShapes(model)`. */
  readonly weights: readonly Float32Array[];
  /** Key of the run it comes from; null where the file of weights does not name one. */
  readonly key: string | null;
  /** For people: "big, seed 0, validation accuracy 76.2 %" or the name of a file. */
  readonly source: string;
}

/** The stores that are searched: this machine's runs, then the study in the repository. */
export const trainedStores = (): RunStore[] => [new RunStore(), new RunStore(RECORDED_FOLDER)];

/** What is served unless something else is asked for; where it has no weights, the best CNN that has. */
const PREFERRED: ModelName = 'big';

/**
 * The network of a run, by its key or the beginning of it.
 *
 * @throws WhyconvError where no run or several have this key, the run has no weights, or its images were transformed: whoever
 * asks the network would have to permute pixels first
 */
export async function networkOfRun(
  key: string,
  stores: readonly RunStore[] = trainedStores(),
): Promise<TrainedNetwork> {
  const found = new Map<string, { record: RunRecord; store: RunStore }>();
  for (const store of stores)
    for (const record of await store.list())
      if (record.key.startsWith(key) && !found.has(record.key)) found.set(record.key, { record, store });
  const [only, ...others] = found.values();
  if (!only || others.length > 0) {
    throw new WhyconvError({
      what: only ? 'several runs have a key that begins like this' : 'no run has this key',
      where: stores.map(({ folder }) => folder).join(', '),
      found: key,
      ...(only && { expected: `one of ${[...found.keys()].map((each) => each.slice(0, 12)).join(', ')}` }),
      remedy: 'npm run study -- --list shows the runs; a record is the file <key>.json',
    });
  }
  return loadRun(only.record, stores);
}

/** The network with the best validation accuracy of those trained as published: all images, untransformed, in float32. */
export async function networkOfModel(
  name: ModelName,
  stores: readonly RunStore[] = trainedStores(),
): Promise<TrainedNetwork> {
  const [best] = await candidates([name], stores);
  if (best) return loadRun(best, stores);
  const others = await modelsWithWeights(stores);
  throw new WhyconvError({
    what: `no trained weights of ${name} are here`,
    where: stores.map(({ folder }) => folder).join(', '),
    found: others.length > 0 ? `weights of ${others.join(', ')}` : 'no weights at all',
    remedy: 'npm run study -- --only filterSweep trains them; or choose another --model',
  });
}

/** `big`, or the CNN with the best validation accuracy that has weights. */
export async function preferredNetwork(
  stores: readonly RunStore[] = trainedStores(),
): Promise<TrainedNetwork> {
  const [preferred] = await candidates([PREFERRED], stores);
  const [best] = preferred
    ? [preferred]
    : await candidates(
        MODEL_NAMES.filter((name) => name !== 'baseline'),
        stores,
      );
  if (best) return loadRun(best, stores);
  return networkOfModel(PREFERRED, stores);
}

/** The models of the study that have trained weights. */
export async function modelsWithWeights(stores: readonly RunStore[] = trainedStores()): Promise<ModelName[]> {
  const layers = new Set(
    (await candidates(MODEL_NAMES, stores)).map(({ spec }) => canonicalJson(spec.model.layers)),
  );
  return MODEL_NAMES.filter((name) => layers.has(canonicalJson(MODELS[name].layers)));
}

/** The network of a safetensors file: of a run, or written by `npm run export -- --to safetensors`. */
export async function networkOfFile(path: string): Promise<TrainedNetwork> {
  if (!existsSync(path) || !statSync(path).isFile()) {
    throw new WhyconvError({
      what: 'there is no such file of weights',
      where: path,
      expected: 'a .safetensors file, or a folder that holds one',
      remedy: 'check the path; npm run export -- --to safetensors writes such a file',
    });
  }
  const file = await readTensorFile(path).catch((error: unknown) => {
    if (!(error instanceof WhyconvError)) throw error;
    // Nobody makes it again by itself, as a run's would be.
    throw new WhyconvError({ ...error.parts, remedy: 'copy or export it again' }, { cause: error });
  });
  const model = modelOf(file, path);
  const what = `this file does not hold the weights of ${model.name}`;
  const weights = weightsIn(file, model, { what, where: path });
  return { model, weights, key: file.metadata.key ?? null, source: basename(path) };
}

/** The architecture that a file names itself, as JSON or by the name of a model of the study. */
function modelOf({ metadata }: TensorFile, path: string): ModelSpec {
  if (metadata.spec !== undefined)
    return parseModelSpec(parseJson(metadata.spec), `${path}, metadata "spec"`);
  const known = MODEL_NAMES.find((name) => name === metadata.model);
  if (known) return MODELS[known];
  throw new WhyconvError({
    what: 'this file does not say which architecture its weights are for',
    where: path,
    found: `metadata ${JSON.stringify(metadata)}`,
    expected: `"spec" (an architecture as JSON) or "model": ${MODEL_NAMES.join(', ')}`,
    remedy: 'npm run export -- --to safetensors writes such a file',
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function candidates(names: readonly ModelName[], stores: readonly RunStore[]): Promise<RunRecord[]> {
  const layers = new Set(names.map((name) => canonicalJson(MODELS[name].layers)));
  const found: RunRecord[] = [];
  for (const store of stores)
    for (const record of await store.list()) {
      const { model, split, transform, precision } = record.spec;
      const plain = split.train === null && transform.kind === 'none' && precision === 'float32';
      if (plain && record.results && layers.has(canonicalJson(model.layers)) && store.hasWeights(record))
        found.push(record);
    }
  return found.sort((a, b) => b.results!.validation.accuracy - a.results!.validation.accuracy);
}

async function loadRun(record: RunRecord, stores: readonly RunStore[]): Promise<TrainedNetwork> {
  const { model, transform, seed } = record.spec;
  if (transform.kind !== 'none') {
    throw new WhyconvError({
      what: 'this network was trained on permuted pixels and cannot answer for images as they are',
      where: `${record.key}.json`,
      remedy: 'choose a run on untransformed images',
    });
  }
  const store = stores.find((each) => each.hasWeights(record));
  const weights = await store?.weights(record);
  if (!weights) {
    throw new WhyconvError({
      what: `the weights of this run of ${model.name} are not here`,
      where: stores.map(({ folder }) => folder).join(', '),
      found: `${record.key}.json without ${record.key}.safetensors next to it`,
      remedy: 'train it (npm run study), or copy the file of weights next to the record',
    });
  }
  const accuracy = record.results
    ? `, validation accuracy ${formatPercent(record.results.validation.accuracy)}`
    : '';
  return { model, weights, key: record.key, source: `${model.name}, seed ${seed}${accuracy}` };
}
