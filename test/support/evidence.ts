import { divergedRuns, resultsByCondition, seedSpread } from '../../src/analysis/index.js';
import { random } from '../../src/base/random.js';
import { type Evidence, type Judgement, judgeClaims, type RunMeasurements } from '../../src/claims/index.js';
import type { Precision } from '../../src/engine/index.js';
import { type ShiftMeasurement, shiftRobustness } from '../../src/lab/index.js';
import {
  type Condition,
  conditionOf,
  experiments,
  fitProfile,
  matches,
  type Profile,
  profileFor,
} from '../../src/study/index.js';
import type { RunRecord, RunSpec } from '../../src/training/index.js';
import { madeRecord } from './records.js';

/** Accuracies of a condition, 0 to 1. */
export interface Accuracies {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

/** How things are: the expected accuracies of every condition. */
export type World = (condition: Condition) => Accuracies;

/** A study that never was: all runs of a profile's experiments, with what the world says about them. */
export interface MadeStudy {
  readonly world: World;
  /** Default: full with all experiments but those that judge nothing; each run has this many seeds. */
  readonly profile?: Profile;
  readonly seeds?: number;
  readonly dataset?: { readonly name: 'cifar10' | 'shapes'; readonly train: number; readonly test: number };
  readonly precision?: Precision;
  /** Whether the processor computes in bfloat16. */
  readonly bfloat16?: boolean;
  /** Standard deviation of the accuracies between seeds; default 0.003. */
  readonly deviation?: number;
  /** Runs that have no record. */
  readonly without?: (condition: Condition, seed: number) => boolean;
  readonly diverged?: (condition: Condition, seed: number) => boolean;
  /** What was measured on a trained network; nothing by default. */
  readonly measured?: (condition: Condition, seed: number) => RunMeasurements;
  readonly recorded?: readonly RunRecord[];
}

export const CIFAR10 = { name: 'cifar10', train: 50_000, test: 10_000 } as const;
const FULL: Profile = { ...profileFor('full', 'native'), search: false };

/** What is measured and trained in a fabricated study is looked up by its content: worlds differ in a few conditions. */
const made = new Map<string, RunRecord>();

export function madeEvidence(study: MadeStudy): Evidence {
  const { world, profile = FULL, seeds = 3, dataset = CIFAR10, precision, deviation = 0.003 } = study;
  const subject = { fingerprint: '0'.repeat(64), available: dataset.train };
  const { cheap: _, ...uniform } = profile;
  const all = experiments({
    dataset: subject,
    positions: { fingerprint: 'f'.repeat(64), available: 5000 },
    profile: { ...uniform, seeds },
    seed: 0,
    precision,
    bfloat16: study.bfloat16,
  });
  const specs = all.flatMap(({ specs }) => specs);
  const records = specs.flatMap((spec) => {
    const condition = conditionOf(spec);
    if (study.without?.(condition, spec.seed)) return [];
    const diverged = study.diverged?.(condition, spec.seed) ?? false;
    return [recordOf(spec, world(condition), { deviation, diverged, test: dataset.test, ...subject })];
  });
  const results = resultsByCondition(records);
  const measured = results.flatMap(({ condition, records: runs }) =>
    runs.map(({ key, spec }) => [key, study.measured?.(condition, spec.seed) ?? {}] as const),
  );
  return {
    dataset: { name: dataset.name, ...subject },
    profile: fitProfile(profile, dataset.train),
    results,
    diverged: divergedRuns(records),
    spread: seedSpread(results, resultsByCondition(study.recorded ?? [])),
    measured: Object.fromEntries(measured),
  };
}

const ledgers = new WeakMap<Evidence, Judgement[]>();

/** The judgement on one claim; a ledger is judged once. */
export function judged(evidence: Evidence, id: string): Judgement {
  const ledger = ledgers.get(evidence) ?? judgeClaims(evidence);
  ledgers.set(evidence, ledger);
  return ledger.find((judgement) => judgement.id === id)!;
}

interface Making {
  readonly deviation: number;
  readonly diverged: boolean;
  readonly available: number;
  readonly test: number;
}

function recordOf(spec: RunSpec, expected: Accuracies, making: Making): RunRecord {
  const { deviation, diverged, available, test } = making;
  const name = JSON.stringify([spec, expected, making]);
  const found = made.get(name);
  if (found) return found;
  const rng = random(spec.seed, 'outcome', JSON.stringify(conditionOf(spec)));
  // Train, validation and test accuracy of a run vary together, and a little apart.
  const shared = 0.8 * deviation * rng.normal();
  const drawn = (value: number) => Math.min(1, Math.max(0, value + shared + 0.6 * deviation * rng.normal()));
  const record = madeRecord({
    spec,
    diverged,
    train: drawn(expected.train),
    validation: drawn(expected.validation),
    test: drawn(expected.test),
    counts: {
      train: spec.split.train ?? available - spec.split.validation,
      validation: spec.split.validation,
      test: spec.split.test ?? test,
    },
  });
  made.set(name, record);
  return record;
}

/** The world, but for the conditions that a query matches; what is left out of the accuracies stays. */
export const but =
  (world: World, query: Partial<Condition>, accuracies: Partial<Accuracies>): World =>
  (condition) =>
    matches(condition, query) ? { ...world(condition), ...accuracies } : world(condition);

/** Accuracy on all images, and train minus validation accuracy, of the networks as they are. */
const NETWORKS: Readonly<Record<string, readonly [accuracy: number, gap: number]>> = {
  baseline: [0.45, 0.08],
  small: [0.62, 0.02],
  medium: [0.7, 0.05],
  big: [0.78, 0.09],
  extra_big: [0.8, 0.14],
  dense_control: [0.46, 0.09],
};

/** A world in which every claim holds that runs can support, and C7 does not. */
export const convincing: World = (condition) => {
  const [accuracy, gap] = outcomeOf(condition);
  return { train: accuracy + gap, validation: accuracy, test: accuracy };
};

function outcomeOf(condition: Condition): readonly [accuracy: number, gap: number] {
  const { model, sharing, head, dropout, block, images, protocol } = condition;
  const [whole, gap] = NETWORKS[model]!;
  const isDense = head === 'dense';
  const fewer = images === null ? 0 : Math.log2(45_000 / images);
  const size = -(isDense ? 0.02 : 0.03) * fewer;
  const permuted = isDense ? 0 : -((whole - 0.5) * Math.log2(block)) / 5;
  const seven = protocol === 'sevenEpochs' ? -0.03 : 0;
  if (isDense) return [whole + size + seven - (dropout > 0 ? 0.05 : 0), gap];
  if (head === 'flattened') return [whole + size - 0.02, gap + 0.08];
  // The narrower the network, the more of its gap dropout takes; the widest gains from more.
  const taken = { small: 0.7, medium: 0.5, big: 0.3, extra_big: 0.2 }[model]!;
  const gaps = new Map([
    [0, gap / (1 - taken)],
    [0.3, gap],
    [0.5, 0.8 * gap],
  ]);
  const gain = dropout === 0.5 ? 0.03 : 0;
  return [whole + size + permuted + gain - (sharing ? 0 : 0.05), gaps.get(dropout)!];
}

/** Measurements that support C10 and C11. */
export function convincingMeasurements(condition: Condition, seed: number): RunMeasurements {
  const lost = { small: 0.08, medium: 0.04, big: 0.01, extra_big: 0.001 }[condition.model];
  const wobble = 0.001 * ((seed % 3) - 1);
  const shifted = condition.sharing ? 0.1 : 0.2;
  return {
    equivariance: {
      beforePooling: 2e-7,
      wholeStrides: 3e-7,
      otherShifts: 0.2,
      changeBefore: 0.5,
      changeAfter: 0.3,
      changeReduction: { mean: 0.2 + wobble, sd: 0.05, n: 32 },
    },
    ...(lost !== undefined && {
      filters: {
        accuracy: 0.6,
        guess: 0.1,
        loss: { mean: lost + wobble, sd: 0.06, n: 2000 },
        randomLoss: 2 * lost,
        removable: 0.25,
        ranks: { initial: 0.95, trained: 0.9 },
      },
    }),
    shifts: madeShifts(shifted + wobble),
  };
}

const shifts = new Map<number, ShiftMeasurement>();

/** Of 2,000 images, all classified correctly unshifted, and so many wrongly when they are shifted by 8 pixels. */
function madeShifts(lost: number): ShiftMeasurement {
  const known = shifts.get(lost);
  if (known) return known;
  const images = 2000;
  const answers = [0, 8].map((shift) => {
    const wrong = shift === 0 ? 0 : Math.round(lost * images);
    const correct = Uint8Array.from({ length: images }, (_, i) => (i < wrong ? 0 : 4));
    return { shift, correct, kept: correct };
  });
  const judged = { dataset: '0'.repeat(64), splitSeed: 0, validation: 5000 };
  const found: ShiftMeasurement = { judged, fill: 'wrap', answers, rows: shiftRobustness(answers) };
  shifts.set(lost, found);
  return found;
}
