import type { Evidence, NamedRun } from '../../src/analysis/index.js';
import { MODELS, type ModelName, withDropout } from '../../src/models/index.js';
import { type MadeRun, madeRecord, PERMUTED } from './records.js';

/** Accuracies of one label, one number for every seed or one a seed. */
export interface Accuracies {
  readonly train?: number | readonly number[];
  readonly validation?: number | readonly number[];
  readonly test?: number | readonly number[];
}

/** What a made-up study found; a label left out has no records. */
export interface MadeStudy {
  readonly seeds: number;
  readonly baseline: Readonly<Record<string, Accuracies>>;
  readonly sisterBaseline: Readonly<Record<string, Accuracies>>;
  readonly allImages: Readonly<Record<string, Accuracies>>;
  readonly filterSweep: Readonly<Record<string, Accuracies>>;
  readonly permutation: Readonly<Record<string, Accuracies>>;
  readonly equivariance: NonNullable<Evidence['equivariance']>;
}

/** A study whose records support every claim that records can support, and refute C7. */
export const CONVINCING: MadeStudy = {
  seeds: 1,
  baseline: { baseline: { test: 0.47 } },
  sisterBaseline: { 'baseline, sister setting': { test: 0.39 } },
  allImages: { baseline: { test: 0.47 }, small: { test: 0.63 } },
  filterSweep: {
    baseline: { train: 0.5, validation: 0.38, test: 0.38 },
    small: { train: 0.44, validation: 0.42, test: 0.42 },
    medium: { train: 0.62, validation: 0.56, test: 0.55 },
    big: { train: 0.82, validation: 0.7, test: 0.66 },
    extra_big: { train: 0.92, validation: 0.72, test: 0.69 },
  },
  permutation: { 'permuted baseline': { test: 0.38 }, 'permuted medium': { test: 0.4 } },
  equivariance: { beforePooling: 2e-7, afterPoolingEven: 3e-7, afterPoolingOdd: 0.2, record: 'a'.repeat(64) },
};

/** The evidence of a made-up study on CIFAR-10, `medium` standing for the CNN. */
export function madeEvidence(study: MadeStudy): Evidence {
  const { seeds, equivariance, ...experiments } = study;
  const runs = Object.entries(experiments).map(([name, labels]) => [
    name,
    Object.entries(labels).flatMap(([label, accuracies]) =>
      Array.from({ length: seeds }, (_, seed) => madeRun(name, label, accuracies, seed)),
    ),
  ]);
  return { dataset: 'cifar10', runs: Object.fromEntries(runs), representative: 'medium', equivariance };
}

function madeRun(experiment: string, label: string, accuracies: Accuracies, seed: number): NamedRun {
  const at = (values: number | readonly number[] | undefined) =>
    typeof values === 'number' ? values : values?.[seed];
  const run = Object.fromEntries(
    (['train', 'validation', 'test'] as const)
      .map((part) => [part, at(accuracies[part])] as const)
      .filter(([, value]) => value !== undefined),
  );
  return { label, record: madeRecord({ ...kindOf(experiment, label), ...run, seed }) };
}

function kindOf(experiment: string, label: string): MadeRun {
  const name = label.replace('permuted ', '').replace(/,.*/, '') as ModelName;
  if (experiment === 'sisterBaseline') return { model: withDropout(MODELS[name], 0.3), maxEpochs: 7 };
  const counts = { train: 8000, validation: 5000, test: 10_000 };
  if (experiment === 'filterSweep') return { model: MODELS[name], counts };
  if (experiment === 'permutation') return { model: MODELS[name], counts, transform: PERMUTED };
  return { model: MODELS[name] };
}
