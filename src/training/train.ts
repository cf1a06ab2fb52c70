import { rm } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { InterruptedError, WhyconvError } from '../base/errors.js';
import type { OnProgress } from '../base/progress.js';
import { random, shuffle } from '../base/random.js';
import type { Dataset } from '../data/index.js';
import { compile, type HostArrays, type Program } from '../engine/index.js';
import { countParameters } from '../models/index.js';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from './checkpoint.js';
import { dropoutLayers, dropoutMasks } from './dropout.js';
import { confusionMatrix, predictLogits, scoreLogits } from './evaluate.js';
import { environment } from './provenance.js';
import type { EpochRecord, Evaluation, RunRecord, RunResults } from './run-record.js';
import { type RunSpec, runKey } from './run-spec.js';
import { bestEpoch, learningRate, trainsOn } from './schedule.js';
import { type RunTables, runTables } from './tables.js';
import { trainingProgram } from './training-program.js';

export interface TrainOptions {
  readonly onProgress?: OnProgress;
  /** Called after each epoch. */
  readonly onEpoch?: (epoch: EpochRecord) => void;
  /** Stops the run at the next batch; the last epoch's checkpoint stays. */
  readonly signal?: AbortSignal;
  /** Written after each epoch, taken up if it is of this run, removed at the end. Absent: not resumable. */
  readonly checkpointPath?: string;
  /** False runs steps eagerly on the native engine too. */
  readonly compile?: boolean;
}

export interface TrainedRun {
  readonly record: RunRecord;
  /** Weights of the best epoch by name; empty where the run diverged. */
  readonly weights: HostArrays;
}

type TrainingProgram = Program<'train' | 'evaluate'>;

/** What one run works with while it lasts. */
interface Run {
  readonly spec: RunSpec;
  readonly key: string;
  readonly program: TrainingProgram;
  readonly data: RunTables;
  readonly options: TrainOptions;
}

/** How long the event loop may wait for training: kernels must answer heartbeats, Ctrl-C must arrive. */
const TURN_MS = 50;

/**
 * Trains a run from its spec: every random draw comes from the spec's seeds, so that a spec names one result. The test
 * set is evaluated once, with the weights of the epoch of lowest validation loss.
 *
 * @throws InterruptedError when `signal` aborts. A loss that is not a number does not throw: the record says `diverged`.
 */
export async function train(
  spec: RunSpec,
  dataset: Dataset,
  options: TrainOptions = {},
): Promise<TrainedRun> {
  requireFit(spec, dataset);
  const key = runKey(spec);
  const found = options.checkpointPath ? await readCheckpoint(options.checkpointPath, key) : undefined;
  const data = runTables(dataset, spec);
  const program = compile(trainingProgram(spec, data.tables), { compile: options.compile ?? true });
  try {
    const run: Run = { spec, key, program, data, options };
    const { checkpoint, diverged } = await trainEpochs(run, found ? resumed(found) : newCheckpoint(key));
    const results = diverged ? undefined : evaluateBest(run, checkpoint);
    const record = makeRecord(run, dataset, checkpoint, results);
    return { record, weights: results ? checkpoint.best : {} };
  } finally {
    program.dispose();
  }
}

/** Removes a run's checkpoint once its record is safe. */
export const discardCheckpoint = (path: string): Promise<void> => rm(path, { force: true });

function requireFit(spec: RunSpec, dataset: Dataset): void {
  if (spec.dataset !== dataset.fingerprint) {
    throw new WhyconvError({
      what: 'the run is specified for another dataset',
      found: `fingerprint ${dataset.fingerprint}`,
      expected: spec.dataset,
      remedy: 'give the dataset the spec was made for, or make a new spec',
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
  resumed: 0,
});

const resumed = (found: Checkpoint): Checkpoint => ({ ...found, resumed: found.resumed + 1 });

async function trainEpochs(
  run: Run,
  start: Checkpoint,
): Promise<{ checkpoint: Checkpoint; diverged: boolean }> {
  let checkpoint = start;
  run.program.writeState(start.state);
  while (trainsOn(run.spec, checkpoint.history)) {
    const began = performance.now();
    const epoch = await trainEpoch(run, checkpoint.history, began);
    const history = [...checkpoint.history, epoch];
    if (!Number.isFinite(epoch.trainLoss) || !Number.isFinite(epoch.validationLoss)) {
      return { checkpoint: { ...checkpoint, history }, diverged: true };
    }
    const state = run.program.readState();
    const best = bestEpoch(history) === epoch ? weightsOf(state) : checkpoint.best;
    const seconds = checkpoint.seconds + (performance.now() - began) / 1000;
    checkpoint = { ...checkpoint, history, state, best, seconds };
    if (run.options.checkpointPath) await writeCheckpoint(run.options.checkpointPath, checkpoint);
    run.options.onEpoch?.(epoch);
  }
  return { checkpoint, diverged: false };
}

/** Weights without the optimizer's state. */
const weightsOf = (state: HostArrays): HostArrays =>
  Object.fromEntries(Object.entries(state).filter(([name]) => !name.includes('adam/')));

async function trainEpoch(run: Run, history: readonly EpochRecord[], began: number): Promise<EpochRecord> {
  const { spec, program, data } = run;
  const epoch = history.length + 1;
  const rate = learningRate(spec.optimizer, history);
  const order = Int32Array.from(data.rows.train);
  shuffle(order, random(spec.seed, 'order', epoch));
  const nextMasks = dropoutMasks(dropoutLayers(spec.model, spec.batchSize), spec.seed, epoch);
  // A graph has one batch size: the images left over sit this epoch out, others the next.
  const batches = Math.floor(order.length / spec.batchSize);
  const sum = { loss: 0, correct: 0 };
  let turn = performance.now();
  for (let batch = 0; batch < batches; batch++) {
    const rows = order.subarray(batch * spec.batchSize, (batch + 1) * spec.batchSize);
    const { loss, correct } = program.run('train', {
      rows,
      feeds: { learningRate: Float32Array.of(rate), ...nextMasks() },
    });
    sum.loss += loss![0]!;
    sum.correct += correct![0]!;
    if (!Number.isFinite(sum.loss)) break;
    if (performance.now() - turn > TURN_MS) {
      await takeTurn(run, history, began, (batch + 1) / batches, `batch ${batch + 1}/${batches}`);
      turn = performance.now();
    }
  }
  const trainSeconds = (performance.now() - began) / 1000;
  const validation = evaluate(run, data.rows.validation).score;
  return {
    epoch,
    learningRate: rate,
    trainLoss: sum.loss / batches,
    trainAccuracy: sum.correct / (batches * spec.batchSize),
    validationLoss: validation.loss,
    validationAccuracy: validation.accuracy,
    trainSeconds,
    seconds: (performance.now() - began) / 1000,
  };
}

/** Lets the event loop turn, reports progress, and stops where that was asked for. */
async function takeTurn(
  run: Run,
  history: readonly EpochRecord[],
  began: number,
  done: number,
  at: string,
): Promise<void> {
  const { spec, options } = run;
  const here = (performance.now() - began) / 1000;
  const perEpoch =
    history.length > 0
      ? history.reduce((sum, { seconds }) => sum + seconds, 0) / history.length
      : here / done;
  const left = spec.maxEpochs - history.length - done;
  options.onProgress?.({
    task: `${spec.model.name}, seed ${spec.seed}`,
    fraction: (history.length + done) / spec.maxEpochs,
    detail: `epoch ${history.length + 1}/${spec.maxEpochs}, ${at}`,
    secondsLeft: left * perEpoch,
  });
  await nextTurn();
  if (!options.signal?.aborted) return;
  throw new InterruptedError({
    what: 'training was interrupted',
    where: `${spec.model.name}, seed ${spec.seed}, epoch ${history.length + 1}`,
    found:
      options.checkpointPath && history.length > 0
        ? `a checkpoint of epoch ${history.length}`
        : 'no finished epoch',
    remedy: 'run the same command again: it goes on from the last finished epoch',
  });
}

function evaluate(
  run: Run,
  rows: Uint32Array,
): { score: Evaluation; logits: Float32Array; labels: Uint8Array } {
  const labels = Uint8Array.from(rows, (row) => run.data.tables.labels[row]!);
  const logits = predictLogits(run.program, rows, outputsOf(run.spec));
  return { score: scoreLogits(logits, labels), logits, labels };
}

function outputsOf({ model }: RunSpec): number {
  const last = model.layers.at(-1);
  return last?.kind === 'dense' ? last.units : 0;
}

function evaluateBest(run: Run, { history, best }: Checkpoint): RunResults {
  run.program.writeState(best);
  const test = evaluate(run, run.data.rows.test);
  return {
    bestEpoch: bestEpoch(history)!.epoch,
    peakValidationAccuracy: Math.max(...history.map(({ validationAccuracy }) => validationAccuracy)),
    train: evaluate(run, run.data.rows.train).score,
    validation: evaluate(run, run.data.rows.validation).score,
    test: { ...test.score, confusion: confusionMatrix(test.logits, test.labels) },
  };
}

function makeRecord(
  run: Run,
  dataset: Dataset,
  checkpoint: Checkpoint,
  results: RunResults | undefined,
): RunRecord {
  const { spec, program, data } = run;
  const { history, startedAt, seconds } = checkpoint;
  const images = history.length * Math.floor(data.rows.train.length / spec.batchSize) * spec.batchSize;
  return {
    version: 1,
    key: run.key,
    spec,
    status: results ? 'complete' : 'diverged',
    parameters: countParameters(spec.model),
    history,
    ...(results && { results }),
    provenance: {
      ...environment(),
      compiled: program.compiled,
      datasetOfficial: dataset.official,
      startedAt,
      finishedAt: new Date().toISOString(),
      seconds,
      imagesPerSecond: images / history.reduce((sum, { trainSeconds }) => sum + trainSeconds, 0),
      peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
      resumed: checkpoint.resumed,
    },
  };
}
