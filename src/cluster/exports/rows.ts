import { type Condition, conditionOf, describeRun } from '../../study/index.js';
import type { EpochRecord, Provenance, RunRecord } from '../../training/index.js';

/** One epoch of one run. */
export interface EpochRow extends EpochRecord {
  readonly key: string;
  /** In words: "small, 2,500 images, seed 0". */
  readonly run: string;
}

type Scores = {
  readonly [name in `${'train' | 'validation' | 'test'}${'Loss' | 'Accuracy'}`]: number | null;
};

/** One run: what was varied, what came of it, and where it was computed. Losses in nats, accuracies 0 to 1. */
export interface RunRow
  extends Omit<Condition, 'dataset'>,
    Scores,
    Pick<
      Provenance,
      | 'engine'
      | 'device'
      | 'cpu'
      | 'threads'
      | 'commit'
      | 'startedAt'
      | 'finishedAt'
      | 'seconds'
      | 'imagesPerSecond'
    > {
  readonly key: string;
  readonly run: string;
  readonly dataset: string;
  readonly seed: number;
  readonly status: RunRecord['status'];
  readonly parameters: number;
  readonly epochsTrained: number;
  /** Null where the run diverged, as all scores are. */
  readonly keptEpoch: number | null;
}

export const epochRows = ({ key, spec, history }: RunRecord): EpochRow[] =>
  history.map((epoch) => ({ key, run: describeRun(spec), ...epoch }));

export function runRow({ key, spec, status, parameters, history, results, provenance }: RunRecord): RunRow {
  const { engine, device, cpu, threads, commit, startedAt, finishedAt, seconds, imagesPerSecond } =
    provenance;
  return {
    ...{ key, run: describeRun(spec), ...conditionOf(spec), seed: spec.seed, status, parameters },
    epochsTrained: history.length,
    keptEpoch: results?.keptEpoch ?? null,
    trainLoss: results?.train.loss ?? null,
    trainAccuracy: results?.train.accuracy ?? null,
    validationLoss: results?.validation.loss ?? null,
    validationAccuracy: results?.validation.accuracy ?? null,
    testLoss: results?.test.loss ?? null,
    testAccuracy: results?.test.accuracy ?? null,
    ...{ engine, device, cpu, threads, commit, startedAt, finishedAt, seconds, imagesPerSecond },
  };
}

/** Unix time in milliseconds at the end of each epoch: the sittings of a resumed run count as one, which ends when it ended. */
export function epochTimes({ history, provenance }: RunRecord): number[] {
  const total = history.reduce((sum, { seconds }) => sum + seconds, 0);
  let spent = 0;
  return history.map(({ seconds }) => {
    spent += seconds;
    return Math.round(Date.parse(provenance.finishedAt) - 1000 * (total - spent));
  });
}
