import type { Precision } from '../engine/index.js';
import type { RunSpec } from '../training/index.js';
import type { Profile } from './profile.js';
import { type RunChoice, runSpec } from './protocol.js';

/** A question and the runs that answer it. */
export interface Experiment {
  readonly name: ExperimentName;
  readonly question: string;
  readonly runs: readonly LabelledRun[];
}

export interface LabelledRun {
  /** Which side of the comparison it is: a model's name, "permuted baseline". */
  readonly label: string;
  readonly spec: RunSpec;
}

export const EXPERIMENT_NAMES = [
  'baseline',
  'sisterBaseline',
  'baselineSettings',
  'denseControl',
  'allImages',
  'filterSweep',
  'dropout',
  'heads',
  'hiddenSetting',
  'permutation',
  'blockPermutation',
  'weightSharing',
  'dataSize',
  'position',
] as const;
export type ExperimentName = (typeof EXPERIMENT_NAMES)[number];

/** An experiment before it is known what a study is of. */
export interface ExperimentPlan {
  readonly question: string;
  readonly runs: (subject: StudySubject) => LabelledRun[];
}

/** What a study is of. */
export interface StudySubject {
  /** The dataset's fingerprint. */
  readonly dataset: string;
  /** Training images it has, of which some validate. */
  readonly images: number;
  /** Fingerprint of the synthetic set in which only the position of things tells the class. */
  readonly positions: string;
  readonly profile: Profile;
  /** The first seed: those of the runs count up from it. */
  readonly seed: number;
  /** Default float32. Runs in bf16 are other runs and say so in their labels. */
  readonly precision?: Precision | undefined;
}

/** One side of a comparison: all of a run but its seed; on the study's dataset where it names none. */
export type Side = Omit<RunChoice, 'dataset' | 'seed' | 'precision'> & {
  readonly label: string;
  readonly dataset?: string;
};

/**
 * Each side with each seed.
 *
 * @param seeds how many; default: the profile's
 */
export function seeded(
  subject: StudySubject,
  sides: readonly Side[],
  seeds: number = subject.profile.seeds,
): LabelledRun[] {
  const { dataset, seed, precision } = subject;
  return sides.flatMap(({ label, ...side }) =>
    Array.from({ length: seeds }, (_, i) => ({
      label,
      spec: runSpec({ dataset, ...side, precision, seed: seed + i }),
    })),
  );
}
