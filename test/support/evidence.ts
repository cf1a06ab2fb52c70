import type { Evidence, NamedRun } from '../../src/analysis/index.js';
import {
  MODELS,
  type ModelName,
  type ModelSpec,
  withDropout,
  withFlattenHead,
  withoutSharing,
} from '../../src/models/index.js';
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
  readonly blockPermutation: Readonly<Record<string, Accuracies>>;
  readonly weightSharing: Readonly<Record<string, Accuracies>>;
  readonly dataSize: Readonly<Record<string, Accuracies>>;
  readonly heads: Readonly<Record<string, Accuracies>>;
  readonly dropout: Readonly<Record<string, Accuracies>>;
  readonly baselineSettings: Readonly<Record<string, Accuracies>>;
  readonly denseControl: Readonly<Record<string, Accuracies>>;
  readonly equivariance: NonNullable<Evidence['equivariance']>;
  readonly filters: NonNullable<Evidence['filters']>;
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
  blockPermutation: {
    'baseline, blocks of 2': { test: 0.38 },
    'medium, blocks of 2': { test: 0.53 },
    'baseline, blocks of 8': { test: 0.38 },
    'medium, blocks of 8': { test: 0.44 },
  },
  weightSharing: {
    'baseline, 8000 images': { test: 0.38 },
    'small, locally connected, 8000 images': { test: 0.39 },
    'small, 8000 images': { test: 0.42 },
  },
  dataSize: {
    'baseline, 500 images': { test: 0.3 },
    'baseline, 2000 images': { test: 0.36 },
    'baseline, 8000 images': { test: 0.38 },
    'small, locally connected, 2000 images': { test: 0.35 },
    'small, locally connected, 8000 images': { test: 0.39 },
    'small, 500 images': { test: 0.31 },
    'small, 2000 images': { test: 0.4 },
    'small, 8000 images': { test: 0.42 },
  },
  heads: { 'medium, flatten head': { train: 0.7, validation: 0.54, test: 0.53 } },
  dropout: {
    'small, dropout 0': { train: 0.54, validation: 0.4, test: 0.4 },
    'small, dropout 0.3': { train: 0.44, validation: 0.42, test: 0.42 },
    'small, dropout 0.5': { train: 0.4, validation: 0.4, test: 0.4 },
    'big, dropout 0': { train: 0.88, validation: 0.68, test: 0.65 },
    'big, dropout 0.3': { train: 0.82, validation: 0.7, test: 0.66 },
    'big, dropout 0.5': { train: 0.8, validation: 0.72, test: 0.69 },
  },
  baselineSettings: {
    'baseline, dropout 0.3': { test: 0.43 },
    'baseline, sister budget': { test: 0.45 },
  },
  denseControl: { baseline: { test: 0.38 }, 'dense control': { test: 0.51 } },
  equivariance: {
    beforePooling: 2e-7,
    wholeStrides: 3e-7,
    otherShifts: 0.2,
    changeBefore: 0.5,
    changeAfter: 0.3,
    changeReduction: { n: 32, mean: 0.2, sd: 0.1, low: 0.164, high: 0.236 },
    record: 'a'.repeat(64),
  },
  filters: [madeFilters('small', 0.08), madeFilters('big', 0.04), madeFilters('extra_big', 0.01)],
};

/** Filters whose removal costs so much, with a spread of 0.2 over 400 images. */
export function madeFilters(
  label: string,
  lost: number,
  seed = 0,
  accuracy = 0.6,
): MadeStudy['filters'][number] {
  return {
    label,
    seed,
    record: `${label} ${seed}`,
    images: 400,
    accuracy,
    ranks: [{ layer: 'conv1', filters: 8, initial: 0.95, trained: 0.9 }],
    losses: [madeLoss('magnitude', lost), madeLoss('random', 2 * lost)],
  };
}

function madeLoss(
  order: 'magnitude' | 'random',
  mean: number,
): MadeStudy['filters'][number]['losses'][number] {
  return { fraction: 0.25, order, n: 400, mean, sd: 0.2, low: mean - 0.02, high: mean + 0.02, draws: null };
}

/** The evidence of a made-up study on CIFAR-10, `medium` standing for the CNN. */
export function madeEvidence(study: MadeStudy): Evidence {
  const { seeds, equivariance, filters, ...experiments } = study;
  const runs = Object.entries(experiments).map(([name, labels]) => [
    name,
    Object.entries(labels).flatMap(([label, accuracies]) =>
      Array.from({ length: seeds }, (_, seed) => madeRun(name, label, accuracies, seed)),
    ),
  ]);
  return {
    dataset: 'cifar10',
    runs: Object.fromEntries(runs),
    representative: 'medium',
    equivariance,
    filters,
  };
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

/** Every label of an experiment is a run of its own: equal specs would be one record. */
function kindOf(experiment: string, label: string): MadeRun {
  const name = label.replace('permuted ', '').replace(/,.*/, '') as ModelName;
  const number = Number(/[\d.]+/.exec(label)?.[0]);
  const local = label.includes('locally connected');
  const model: ModelSpec = local ? withoutSharing(MODELS[name]) : MODELS[name];
  const counts = { train: 8000, validation: 5000, test: 10_000 };
  switch (experiment) {
    case 'sisterBaseline':
      return { model: withDropout(model, 0.3), maxEpochs: 7 };
    case 'baselineSettings':
      return label.includes('dropout') ? { model: withDropout(model, 0.3) } : { model, maxEpochs: 7 };
    case 'denseControl':
      return { model: label === 'baseline' ? model : { ...MODELS.baseline, name: 'dense_control' }, counts };
    case 'filterSweep':
      return { model, counts };
    case 'heads':
      return { model: withFlattenHead(model), counts };
    case 'dropout':
      return { model: number === 0.3 ? model : withDropout(model, number), counts };
    case 'permutation':
      return { model, counts, transform: PERMUTED };
    case 'blockPermutation':
      return { model, counts, transform: { ...PERMUTED, blockSize: number } };
    case 'weightSharing':
    case 'dataSize':
      return { model, counts: { ...counts, train: number } };
    default:
      return { model };
  }
}
