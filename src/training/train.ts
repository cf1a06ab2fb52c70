import { rm } from 'node:fs/promises';
import { HopelessError } from '../base/errors.js';
import {
  type ProcessorTime,
  processorTime,
  processorTimeSince,
  shareOfOthers,
} from '../base/processor-time.js';
import type { Dataset } from '../data/index.js';
import { compile, currentEngine, type HostArrays } from '../engine/index.js';
import { countParameters } from '../models/index.js';
import { batchesOf } from './batches.js';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from './checkpoint.js';
import { evaluate, type Run, trainEpoch } from './epoch.js';
import { confusionMatrix } from './evaluate.js';
import { environment } from './provenance.js';
import type { EpochRecord, Provenance, RunRecord, RunResults } from './run-record.js';
import { type RunSpec, runKey, TRAINING_SEMANTICS } from './run-spec.js';
import { keptEpoch, shouldContinue } from './schedule.js';
import { shardsOf } from './shards.js';
import { type RunTables, runTables } from './tables.js';
import { trainingProgram } from './training-program.js';
import { Yielder, type YieldOptions } from './yielder.js';

/** How {@link train} reports, stops and resumes. */
export interface TrainOptions extends YieldOptions {
  /** Called after each epoch, when its checkpoint is written. */
  readonly onEpoch?: (epoch: EpochRecord) => void;
  /** Stops the run at the next batch; the last epoch's checkpoint stays. */
  readonly signal?: AbortSignal;
  /**
   * Written after each epoch, and resumed from if it is of this run. It stays: delete it once the record is safe, as
   * {@link RunStore.put} does. Absent: not resumable.
   */
  readonly checkpointPath?: string;
  /** False runs steps eagerly on the native engine too. Default: see `CompileOptions`. */
  readonly compile?: boolean | undefined;
}

/** A finished run: what is kept of it, and the network itself. */
export interface TrainedRun {
  /** Everything there is to know about the run but its weights. */
  readonly record: RunRecord;
  /** Weights of the kept epoch by name; empty where the run diverged. */
  readonly weights: HostArrays;
}

/**
 * Trains a run from its spec: every random draw comes from the spec's seeds, so that a spec names one result. The test
 * set is evaluated once, with the weights that are kept.
 *
 * @throws InterruptedError when `signal` aborts. A loss that is not a number does not throw: the record says `diverged`.
 * @throws HopelessError where the spec is for another dataset, or a batch takes more images than there are
 * @example
 * ```ts
 * import { cnn, PROTOCOLS, runSpec, shapesDataset, startEngine, train } from 'whyconv';
 *
 * await startEngine();
 * const dataset = shapesDataset({ train: 300, test: 100, seed: 0 });
 * const setting = { model: cnn('mine', 4, 8), protocol: PROTOCOLS.fast, images: null, validation: 100, test: null };
 * const { fingerprint, train: images } = dataset;
 * const spec = runSpec(setting, { dataset: fingerprint, available: images.count, seed: 0, maxEpochs: 2 });
 * const { record, weights } = await train(spec, dataset);
 * record.history.map(({ epoch }) => epoch); // => [1, 2]
 * record.results!.test.count; // => 100
 * weights['conv1/kernel']!.length; // => 3 * 3 * 3 * 4
 * ```
 */
export async function train(
  spec: RunSpec,
  dataset: Dataset,
  options: TrainOptions = {},
): Promise<TrainedRun> {
  const key = runKey(spec);
  const found = options.checkpointPath ? await readCheckpoint(options.checkpointPath, key) : undefined;
  const data = runTables(dataset, spec);
  requireFit(spec, dataset, data);
  const program = compile(trainingProgram(spec, data.tables, shardsOf(currentEngine())), {
    compile: options.compile,
  });
  try {
    const run: Run = { spec, program, data, yielder: new Yielder(spec, options) };
    const trained = await trainEpochs(run, found ? resumed(found) : newCheckpoint(key), options);
    const results = trained.diverged ? undefined : await evaluateKept(run, trained.checkpoint);
    const record = makeRecord(run, dataset, trained.checkpoint, results);
    return { record, weights: results ? trained.checkpoint.best : {} };
  } finally {
    program.dispose();
  }
}

/** Removes a run's checkpoint once its record is safe. */
export const discardCheckpoint = (path: string): Promise<void> => rm(path, { force: true });

function requireFit(spec: RunSpec, dataset: Dataset, { rows }: RunTables): void {
  if (spec.dataset !== dataset.fingerprint) {
    throw new HopelessError({
      what: 'the run is specified for another dataset',
      found: `fingerprint ${dataset.fingerprint}`,
      expected: spec.dataset,
      remedy: 'give the dataset the spec was made for, or make a new spec',
    });
  }
  if (rows.train.length < spec.batchSize) {
    throw new HopelessError({
      what: 'there are fewer training images than a batch takes',
      found: `${rows.train.length} images`,
      expected: `at least ${spec.batchSize}, the batch size`,
      remedy: 'choose a smaller batch or more images',
    });
  }
}

const newCheckpoint = (key: string): Checkpoint => ({
  key,
  history: [],
  state: {},
  best: {},
  startedAt: new Date().toISOString(),
  seconds: 0,
  processors: { all: 0, busy: 0, own: 0 },
  resumed: 0,
});

const resumed = (found: Checkpoint): Checkpoint => ({ ...found, resumed: found.resumed + 1 });

async function trainEpochs(
  run: Run,
  start: Checkpoint,
  { checkpointPath, onEpoch }: TrainOptions,
): Promise<{ checkpoint: Checkpoint; diverged: boolean }> {
  let checkpoint = start;
  run.program.writeState(start.state);
  while (shouldContinue(run.spec, checkpoint.history)) {
    const began = processorTime();
    const epoch = await trainEpoch(run, checkpoint.history);
    const processors = plus(checkpoint.processors, processorTimeSince(began, processorTime()));
    const history = [...checkpoint.history, epoch];
    const seconds = checkpoint.seconds + epoch.seconds;
    if (![epoch.trainLoss, epoch.validationLoss ?? 0].every(Number.isFinite)) {
      return { checkpoint: { ...checkpoint, history, seconds, processors }, diverged: true };
    }
    const state = run.program.readState();
    const best = keptEpoch(run.spec, history) === epoch ? weightsOf(state) : checkpoint.best;
    checkpoint = { ...checkpoint, history, state, best, seconds, processors };
    if (checkpointPath) await writeCheckpoint(checkpointPath, checkpoint);
    onEpoch?.(epoch);
  }
  return { checkpoint, diverged: false };
}

const plus = (sum: ProcessorTime | undefined, more: ProcessorTime): ProcessorTime | undefined =>
  sum && { all: sum.all + more.all, busy: sum.busy + more.busy, own: sum.own + more.own };

/** Weights without the optimizer's state. */
const weightsOf = (state: HostArrays): HostArrays =>
  Object.fromEntries(Object.entries(state).filter(([name]) => !name.includes('adam/')));

async function evaluateKept(run: Run, { history, best }: Checkpoint): Promise<RunResults> {
  const { rows } = run.data;
  const at = (images: string) => ({ history, done: 0, at: `kept weights on ${images} images` });
  run.program.writeState(best);
  const test = await evaluate(run, rows.test, at('test'));
  return {
    keptEpoch: keptEpoch(run.spec, history)!.epoch,
    peakValidationAccuracy: Math.max(...history.map(({ validationAccuracy }) => validationAccuracy ?? 0)),
    train: (await evaluate(run, rows.train, at('training'))).score,
    validation: (await evaluate(run, rows.validation, at('validation'))).score,
    test: { ...test.score, confusion: confusionMatrix(test.logits, test.labels) },
  };
}

function makeRecord(
  run: Run,
  dataset: Dataset,
  checkpoint: Checkpoint,
  results: RunResults | undefined,
): RunRecord {
  return {
    version: 2,
    semantics: TRAINING_SEMANTICS,
    key: checkpoint.key,
    spec: run.spec,
    status: results ? 'complete' : 'diverged',
    parameters: countParameters(run.spec.model),
    history: checkpoint.history,
    ...(results && { results }),
    provenance: provenanceOf(run, dataset, checkpoint),
  };
}

function provenanceOf({ spec, program, data }: Run, dataset: Dataset, checkpoint: Checkpoint): Provenance {
  // An epoch that was given up says nothing about speed.
  const whole = checkpoint.history.filter(({ trainLoss }) => Number.isFinite(trainLoss));
  const images = whole.length * batchesOf(data.rows.train.length, spec) * spec.batchSize;
  const trainSeconds = whole.reduce((sum, epoch) => sum + epoch.trainSeconds, 0);
  const othersShare = (checkpoint.processors && shareOfOthers(checkpoint.processors)) ?? undefined;
  return {
    ...environment(),
    shards: shardsOf(currentEngine()),
    compiled: program.compiled,
    datasetOfficial: dataset.official,
    startedAt: checkpoint.startedAt,
    finishedAt: new Date().toISOString(),
    seconds: checkpoint.seconds,
    ...(othersShare !== undefined && { othersShare }),
    imagesPerSecond: trainSeconds > 0 ? images / trainSeconds : 0,
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
    resumed: checkpoint.resumed,
  };
}
