/**
 * What must not compile, next to what must: the build fails where a line under `@ts-expect-error` compiles, or another does
 * not. Nothing here is run.
 */
import {
  accuracyBySource,
  type ChartSpec,
  type CompileOptions,
  cnn,
  compile,
  type Dataset,
  figure,
  judgeClaims,
  type LayerSpec,
  loadDataset,
  MODELS,
  type ModelSpec,
  one,
  openStudy,
  PROTOCOLS,
  type ProgramDefinition,
  parseModelSpec,
  parseRunRecord,
  type RunRecord,
  type RunSpec,
  recordedRuns,
  resultsByCondition,
  runKey,
  runSpec,
  type Setting,
  type Study,
  shiftImages,
  show,
  startEngine,
  train,
  unvaried,
  where,
  withDropout,
} from '../../src/index.js';

export function models(): void {
  const layer: LayerSpec = { kind: 'conv2d', filters: 8, kernelSize: 3, activation: 'relu' };
  // @ts-expect-error: a kind of layer that there is not
  const unknown: LayerSpec = { kind: 'conv3d', filters: 8, kernelSize: 3, activation: 'relu' };
  // @ts-expect-error: a field of another kind of layer
  const mixed: LayerSpec = { kind: 'flatten', units: 10 };
  // @ts-expect-error: a dense layer without an activation
  const bare: LayerSpec = { kind: 'dense', units: 10 };
  // @ts-expect-error: an activation that there is not
  const sigmoid: LayerSpec = { kind: 'dense', units: 10, activation: 'sigmoid' };

  const model: ModelSpec = { name: 'mine', inputShape: [32, 32, 3], layers: [layer] };
  // @ts-expect-error: an image without channels
  const flat: ModelSpec = { name: 'mine', inputShape: [32, 32], layers: [layer] };
  // @ts-expect-error: a model without a name
  const nameless: ModelSpec = { inputShape: [32, 32, 3], layers: [layer] };

  withDropout(MODELS.small, 0.3);
  // @ts-expect-error: a model of the study that there is not
  withDropout(MODELS.huge, 0.3);
  // @ts-expect-error: a name where a spec belongs
  withDropout('small', 0.3);
  // @ts-expect-error: the number of filters of one block only
  cnn('mine', 8);
  // @ts-expect-error: what is from outside is parsed with its place
  parseModelSpec({});

  // @ts-expect-error: specs are read-only
  model.name = 'yours';
  // @ts-expect-error: their layers, too
  model.layers.push(layer);
  // @ts-expect-error: and the study's models
  MODELS.small = model;
  use(unknown, mixed, bare, sigmoid, flat, nameless);
}

export async function runs(spec: RunSpec, dataset: Dataset, record: RunRecord): Promise<void> {
  const setting: Setting = {
    model: MODELS.small,
    protocol: PROTOCOLS.fast,
    images: null,
    validation: 100,
    test: null,
  };
  runSpec(setting, { dataset: dataset.fingerprint, available: 1_000, seed: 0 });
  // @ts-expect-error: a run without a seed
  runSpec(setting, { dataset: dataset.fingerprint, available: 1_000 });
  // @ts-expect-error: a misspelt option
  runSpec(setting, { dataset: dataset.fingerprint, available: 1_000, seed: 0, maxEpoch: 3 });
  // @ts-expect-error: a dataset in place of its fingerprint
  runSpec(setting, { dataset, available: 1_000, seed: 0 });
  // @ts-expect-error: a protocol that there is not
  runSpec({ ...setting, protocol: PROTOCOLS.slow }, { dataset: '', available: 1_000, seed: 0 });
  // @ts-expect-error: absent is not the same as all images
  runSpec({ ...setting, images: undefined }, { dataset: '', available: 1_000, seed: 0 });

  runKey({ ...spec, seed: 1 });
  const { seed: _, ...seedless } = spec;
  // @ts-expect-error: a spec without a seed is no run
  runKey(seedless);
  // @ts-expect-error: a schedule with the fields of another
  runKey({ ...spec, optimizer: { ...spec.optimizer, schedule: { kind: 'oneCycle', patience: 2 } } });
  // @ts-expect-error: a precision that there is not
  runKey({ ...spec, precision: 'float16' });

  await train(spec, dataset, { onEpoch: ({ validationLoss }) => validationLoss });
  // @ts-expect-error: the images without where they are from
  await train(spec, dataset.train);
  // @ts-expect-error: a misspelt option
  await train(spec, dataset, { onEpochs: () => undefined });
  // @ts-expect-error: an epoch may not have been validated
  await train(spec, dataset, { onEpoch: ({ validationLoss }) => validationLoss.toFixed(3) });

  // @ts-expect-error: records are read-only
  record.spec.seed = 1;
  // @ts-expect-error: their history, too
  record.history.push(record.history[0]!);
  // @ts-expect-error: and what they came to
  record.results!.test.accuracy = 1;
  // @ts-expect-error: a run that diverged has no results
  record.results.test;
  const parsed = parseRunRecord('{}', 'record.json');
  // @ts-expect-error: a record may be outdated
  parsed.results;
}

export async function study(opened: Study): Promise<void> {
  await openStudy({ profile: 'smoke', data: 'synthetic' });
  // @ts-expect-error: a profile that there is not
  await openStudy({ profile: 'slow' });
  // @ts-expect-error: no profile
  await openStudy({ data: 'synthetic' });
  // @ts-expect-error: a seed is a number
  await openStudy({ profile: 'smoke', seed: '0' });

  const { filterSweep } = await opened.runExperiments(['filterSweep']);
  // @ts-expect-error: an experiment that there is not
  await opened.runExperiments(['filterSwep']);
  // @ts-expect-error: an experiment that was not asked for
  (await opened.runExperiments(['filterSweep'])).dropout;
  await opened.runSettings([{ model: MODELS.small, images: 320 }]);
  // @ts-expect-error: a setting without a model
  await opened.runSettings([{ images: 320 }]);
  // @ts-expect-error: a misspelt field
  await opened.runSettings([{ model: MODELS.small, image: 320 }]);
  // @ts-expect-error: a study is read-only
  opened.seed = 1;

  const results = resultsByCondition(filterSweep.map(({ record }) => record));
  one(results, { ...unvaried('small'), protocol: 'fast' });
  // @ts-expect-error: a value of no condition
  one(results, { protocol: 'slow' });
  // @ts-expect-error: a field of no condition
  where(results, { filters: 8 });
  // @ts-expect-error: a model of the study that there is not
  unvaried('huge');
  // @ts-expect-error: claims are judged by evidence, not by results
  judgeClaims(results);
  // @ts-expect-error: a promise is no list
  resultsByCondition(recordedRuns());
}

export async function data(images: Uint8Array): Promise<void> {
  shiftImages(images, 1, 0, 'wrap');
  // @ts-expect-error: a filling that there is not
  shiftImages(images, 1, 0, 'mirror');
  // @ts-expect-error: pixels are bytes
  shiftImages(new Float32Array(3072), 1, 0, 'wrap');
  const dataset = await loadDataset({ synthetic: 'only' });
  // @ts-expect-error: a misspelt value
  await loadDataset({ synthetic: 'always' });
  // @ts-expect-error: half a size
  await loadDataset({ synthetic: 'only', syntheticSize: { train: 100 } });
  // @ts-expect-error: a dataset is read-only
  dataset.official = true;
}

export async function programs(definition: ProgramDefinition<'step'>): Promise<void> {
  await startEngine('wasm');
  // @ts-expect-error: an engine that there is not
  await startEngine('webgpu');
  const program = compile(definition);
  program.run('step', { feeds: {} });
  // @ts-expect-error: a function that the program does not have
  program.run('evaluate', { feeds: {} });
  // @ts-expect-error: feeds are float32
  program.run('step', { feeds: { rate: [0.1] } });
  // @ts-expect-error: rows are indices
  program.run('step', { rows: Float32Array.of(0) });
  // @ts-expect-error: a misspelt option
  const options: CompileOptions = { compiled: false };
  use(options);
}

export async function shown(chart: ChartSpec): Promise<void> {
  await figure({ chart, caption: 'What?', alt: 'A chart.' });
  // @ts-expect-error: a figure without a text alternative
  await figure({ chart, caption: 'What?' });
  // @ts-expect-error: numbers are no view
  await show(3);
  accuracyBySource([{ model: 'small', source: 'here', accuracy: 0.6 }]);
  // @ts-expect-error: a source that there is not
  accuracyBySource([{ model: 'small', source: 'elsewhere', accuracy: 0.6 }]);
}

/** Constants that are only compiled. */
function use(..._: unknown[]): void {}
