import { batchesOf, epochInputs } from './batches.js';
import { predictLogits, scoreLogits } from './evaluate.js';
import type { EpochRecord, Evaluation } from './run-record.js';
import type { RunSpec } from './run-spec.js';
import { isValidated, learningRate } from './schedule.js';
import type { RunTables } from './tables.js';
import type { TrainingProgram } from './training-program.js';
import type { Position, Yielder } from './yielder.js';

/** What one run works with while it lasts. */
export interface Run {
  readonly spec: RunSpec;
  readonly program: TrainingProgram;
  readonly data: RunTables;
  readonly yielder: Yielder;
}

/** Trains the epoch after `history` and evaluates it on the validation images, where it is to be. */
export async function trainEpoch(run: Run, history: readonly EpochRecord[]): Promise<EpochRecord> {
  const began = performance.now();
  const training = await trainBatches(run, { history, began });
  const trainSeconds = (performance.now() - began) / 1000;
  const epoch = history.length + 1;
  const at = { history, began, done: 1, at: 'validating' };
  const validation = isValidated(run.spec, epoch)
    ? (await evaluate(run, run.data.rows.validation, at)).score
    : undefined;
  return {
    epoch,
    learningRate: learningRate(run.spec, history),
    ...training,
    validationLoss: validation?.loss ?? null,
    validationAccuracy: validation?.accuracy ?? null,
    trainSeconds,
    seconds: (performance.now() - began) / 1000,
  };
}

/** One pass over the training images, in an order of its own; given up where the loss stops being a number. */
async function trainBatches(
  { spec, program, data, yielder }: Run,
  start: Pick<Position, 'history' | 'began'>,
): Promise<{ trainLoss: number; trainAccuracy: number }> {
  const epoch = start.history.length + 1;
  const batches = batchesOf(data.rows.train.length, spec);
  let [loss, correct, batch] = [0, 0, 0];
  const rateAt = (done: number) => learningRate(spec, start.history, done);
  for (const inputs of epochInputs(spec, data.rows.train, epoch, rateAt)) {
    const outputs = program.run('train', inputs);
    loss += outputs.loss![0]!;
    correct += outputs.correct![0]!;
    batch++;
    await yielder.yieldToEventLoop(() => ({
      ...start,
      done: batch / batches,
      at: `batch ${batch}/${batches}`,
    }));
    if (!Number.isFinite(loss)) break;
  }
  return { trainLoss: loss / batches, trainAccuracy: correct / (batches * spec.batchSize) };
}

/** Logits and scores of rows of the run's table, dropout off. */
export async function evaluate(
  { spec, program, data, yielder }: Run,
  rows: Uint32Array,
  position: Position,
): Promise<{ score: Evaluation; logits: Float32Array; labels: Uint8Array }> {
  const labels = Uint8Array.from(rows, (row) => data.tables.labels[row]!);
  const logits = await predictLogits(program, rows, outputsOf(spec), () =>
    yielder.yieldToEventLoop(() => position),
  );
  return { score: scoreLogits(logits, labels), logits, labels };
}

function outputsOf({ model }: RunSpec): number {
  const last = model.layers.at(-1);
  return last?.kind === 'dense' ? last.units : 0;
}
