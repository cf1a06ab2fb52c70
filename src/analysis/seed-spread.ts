import { canonicalJson, type RunRecord, runKey } from '../training/index.js';
import type { ConditionResult } from './results.js';
import { mean } from './statistics.js';

/** What a network is evaluated on. */
export const PARTS = ['train', 'validation', 'test'] as const;
export type Part = (typeof PARTS)[number];

/** One number for each part, in the order of {@link PARTS}: the weights of a run's accuracies in a comparison. */
export type PartWeights = readonly [train: number, validation: number, test: number];

/** How the accuracies of a run vary with its seed. */
export interface Spread {
  /** Covariance of train, validation and test accuracy between seeds, 3 x 3. */
  readonly covariance: readonly (readonly [train: number, validation: number, test: number])[];
  /** Degrees of freedom it was estimated with; infinite where it is assumed. */
  readonly df: number;
  /** From these runs, from others that were recorded, or assumed. */
  readonly source: 'measured' | 'recorded' | 'assumed';
  /** Conditions of one class share one spread. */
  readonly class: string;
}

/** The spread between seeds for any condition. */
export type SeedSpread = (result: Pick<ConditionResult, 'condition' | 'images'>) => Spread;

type Runs = Pick<ConditionResult, 'condition' | 'images' | 'records'>;

/**
 * Standard deviation of an accuracy between seeds where nothing comparable was recorded: one point. Networks of this size on
 * CIFAR-10 are known to vary by a quarter of a point to one and a half (three seeds of `big` on 8,000 images: 46.3, 47.1
 * and 44.4 %, a deviation of 1.4; on all images about half a point), so that a point is rather too large than too small
 * where much is trained on, and of the right order elsewhere (if the true one were 1.5, 16 % of differences that are none would
 * be called). Train, validation and test accuracy are assumed to vary
 * independently, which makes a gap vary by 1.4 points: early stopping moves train accuracy more than the others.
 */
export const ASSUMED_SEED_DEVIATION = 0.01;

const ASSUMED: Omit<Spread, 'class'> = {
  covariance: PARTS.map((_, i) => PARTS.map((_, j) => (i === j ? ASSUMED_SEED_DEVIATION ** 2 : 0))) as never,
  df: Number.POSITIVE_INFINITY,
  source: 'assumed',
};

/**
 * The variance between seeds, pooled within conditions over comparable ones: the same dataset, protocol, precision and kind of
 * network, dense or convolutional, and training sets of about the same size (which round to the same power of four). Each
 * condition adds one degree of freedom less than it has seeds. Pooling turns the 2 degrees of freedom of three seeds into
 * dozens. It assumes that comparable conditions vary alike: two that vary three times as much as half of the others would
 * be called different in 10 % of cases instead of 5 %.
 *
 * Where no condition of a class has two seeds, the spread is that of comparable recorded runs, on whatever dataset; where
 * there are none, {@link ASSUMED_SEED_DEVIATION}.
 *
 * @param recorded runs from elsewhere; those on the same dataset are pooled with the others
 */
export function seedSpread(results: readonly Runs[], recorded: readonly Runs[] = []): SeedSpread {
  const here = pooledByClass([...results, ...recorded], classOf);
  const elsewhere = pooledByClass(recorded, classOnAnyDataset);
  return (result) => {
    const name = classOf(result);
    const found = here.get(name);
    if (found) return { ...found, source: 'measured', class: name };
    const other = elsewhere.get(classOnAnyDataset(result));
    return other ? { ...other, source: 'recorded', class: name } : { ...ASSUMED, class: name };
  };
}

/** Variance between seeds of a weighted sum of one run's accuracies. */
export function varianceOf(weights: PartWeights, { covariance }: Pick<Spread, 'covariance'>): number {
  let sum = 0;
  for (const [i, row] of covariance.entries())
    for (const [j, value] of row.entries()) sum += weights[i]! * weights[j]! * value;
  return sum;
}

type Subject = Parameters<SeedSpread>[0];

const classOf = (result: Subject): string => `${result.condition.dataset} ${classOnAnyDataset(result)}`;

function classOnAnyDataset({ condition, images }: Subject): string {
  const { learningRate, schedule, warmup, batchSize, patience, labelSmoothing, precision, head } = condition;
  return canonicalJson({
    protocol: { learningRate, schedule, warmup, batchSize, patience, labelSmoothing },
    precision,
    kind: head === 'dense' ? 'dense' : 'convolutional',
    size: Math.round(Math.log(images) / Math.log(4)),
  });
}

function pooledByClass(
  all: readonly Runs[],
  nameOf: (result: Subject) => string,
): Map<string, Pick<Spread, 'covariance' | 'df'>> {
  const sums = new Map<string, { products: number[][]; df: number }>();
  for (const { result, records } of distinctConditions(all)) {
    if (records.length < 2) continue;
    const name = nameOf(result);
    const sum = sums.get(name) ?? { products: PARTS.map(() => PARTS.map(() => 0)), df: 0 };
    sums.set(name, {
      products: added(sum.products, deviationProducts(records)),
      df: sum.df + records.length - 1,
    });
  }
  return new Map(
    [...sums].map(([name, { products, df }]) => [
      name,
      { covariance: products.map((row) => row.map((value) => value / df)) as never, df },
    ]),
  );
}

/** Each condition once with all its runs, each once, wherever they come from. */
function distinctConditions(all: readonly Runs[]): { result: Subject; records: RunRecord[] }[] {
  const found = new Map<string, { result: Subject; records: Map<string, RunRecord> }>();
  for (const result of all) {
    // A condition in words may leave out what a network of one's own differs in; its spec does not.
    const key = runKey({ ...result.records[0]!.spec, seed: 0 });
    const entry = found.get(key) ?? { result, records: new Map<string, RunRecord>() };
    found.set(key, entry);
    for (const record of result.records) entry.records.set(record.key, record);
  }
  return [...found.values()].map(({ result, records }) => ({ result, records: [...records.values()] }));
}

/** Sums of products of the deviations from the mean over seeds. */
function deviationProducts(records: readonly RunRecord[]): number[][] {
  const deviations = PARTS.map((part) => {
    const accuracies = records.map(({ results }) => results![part].accuracy);
    const center = mean(accuracies);
    return accuracies.map((accuracy) => accuracy - center);
  });
  return deviations.map((a) => deviations.map((b) => a.reduce((sum, value, s) => sum + value * b[s]!, 0)));
}

const added = (a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number[][] =>
  a.map((row, i) => row.map((value, j) => value + b[i]![j]!));
