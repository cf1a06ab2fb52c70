import { WhyconvError } from '../base/errors.js';
import { modelTotals } from '../models/index.js';
import type { EpochRecord, RunRecord } from '../training/index.js';
import { mean, type Summary, summarize } from './statistics.js';

/** A run under the name it has in a comparison. */
export interface NamedRun {
  readonly label: string;
  readonly record: RunRecord;
}

/** What the runs of one label, one a seed, came to. Accuracies 0 to 1, losses in nats. */
export interface LabelResult {
  readonly label: string;
  readonly parameters: number;
  /** Forward pass, per image. */
  readonly flops: number;
  /** Finished runs, in the order of their seeds. */
  readonly records: readonly RunRecord[];
  readonly trainAccuracy: Summary;
  readonly validationAccuracy: Summary;
  readonly peakValidationAccuracy: Summary;
  readonly testAccuracy: Summary;
  readonly validationLoss: Summary;
  readonly testLoss: Summary;
  /** Train minus validation accuracy of the best weights, dropout off. */
  readonly gap: Summary;
  /** Wall-clock of training and evaluation. */
  readonly seconds: Summary;
  readonly imagesPerSecond: number;
  readonly epochs: number;
}

/** One result a label, in order of first appearance. Runs that diverged have no results and are left out. */
export function summarizeRuns(runs: readonly NamedRun[]): LabelResult[] {
  const labels = [...new Set(runs.map(({ label }) => label))];
  return labels.flatMap((label) => {
    const records = runs
      .filter((run) => run.label === label && run.record.results)
      .map(({ record }) => record)
      .sort((a, b) => a.spec.seed - b.spec.seed);
    return records.length > 0 ? [summarizeLabel(label, records)] : [];
  });
}

/**
 * The result of that label.
 *
 * @throws WhyconvError where none is there, as when every run of it diverged
 */
export function resultOf(results: readonly LabelResult[], label: string): LabelResult {
  const found = results.find((result) => result.label === label);
  if (found) return found;
  throw new WhyconvError({
    what: 'no finished run has that label',
    found: label,
    expected: results.map((result) => result.label).join('; ') || 'none: there is no finished run',
  });
}

function summarizeLabel(label: string, records: readonly RunRecord[]): LabelResult {
  const over = (pick: (results: NonNullable<RunRecord['results']>) => number) =>
    summarize(records.map(({ results }) => pick(results!)));
  const { parameters, flops } = modelTotals(records[0]!.spec.model);
  return {
    label,
    parameters,
    flops,
    records,
    trainAccuracy: over(({ train }) => train.accuracy),
    validationAccuracy: over(({ validation }) => validation.accuracy),
    peakValidationAccuracy: over((results) => results.peakValidationAccuracy),
    testAccuracy: over(({ test }) => test.accuracy),
    validationLoss: over(({ validation }) => validation.loss),
    testLoss: over(({ test }) => test.loss),
    gap: over(({ train, validation }) => train.accuracy - validation.accuracy),
    seconds: summarize(records.map(({ provenance }) => provenance.seconds)),
    imagesPerSecond: mean(records.map(({ provenance }) => provenance.imagesPerSecond)),
    epochs: mean(records.map(({ history }) => history.length)),
  };
}

/** An epoch of a run, for curves; `best` marks the epoch whose weights were kept. */
export interface RunEpoch extends EpochRecord {
  readonly model: string;
  readonly seed: number;
  readonly best: boolean;
}

export function epochsOf(runs: readonly NamedRun[]): RunEpoch[] {
  return runs.flatMap(({ label, record }) =>
    record.history.map((epoch) => ({
      ...epoch,
      model: label,
      seed: record.spec.seed,
      best: epoch.epoch === record.results?.keptEpoch,
    })),
  );
}
