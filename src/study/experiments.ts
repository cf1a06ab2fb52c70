import type { Precision } from '../engine/index.js';
import { MODELS, type ModelName, withDropout } from '../models/index.js';
import type { RunSpec, TransformSpec } from '../training/index.js';
import { type Budget, fitProfile, type Profile } from './profiles.js';
import { runSpec } from './protocol.js';

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
  'allImages',
  'filterSweep',
  'permutation',
] as const;
export type ExperimentName = (typeof EXPERIMENT_NAMES)[number];

/** What a study is of. */
export interface StudySubject {
  /** The dataset's fingerprint. */
  readonly dataset: string;
  /** Training images it has, of which some validate. */
  readonly images: number;
  readonly profile: Profile;
  /** The first seed: those of the runs count up from it. */
  readonly seed: number;
  /** Default float32. Runs in bf16 are other runs and say so in their labels. */
  readonly precision?: Precision | undefined;
}

/** The seed of the one fixed permutation of pixels, the same for train, validation and test and for every run. */
const PERMUTATION: TransformSpec = { kind: 'permutePixels', seed: 1, blockSize: null };

/** All experiments of notebooks 04 to 06 for a subject. */
export function experiments(subject: StudySubject): Experiment[] {
  const all = unmarked(subject);
  if (subject.precision !== 'bf16') return all;
  const mark = (run: LabelledRun): LabelledRun => ({ ...run, label: `${run.label} (bf16)` });
  return all.map((experiment) => ({ ...experiment, runs: experiment.runs.map(mark) }));
}

function unmarked({ profile: asked, ...rest }: StudySubject): Experiment[] {
  const profile = fitProfile(asked, rest.images);
  const subject = { ...rest, profile };
  const permuted: ModelName[] = ['baseline', profile.representative];
  return [
    {
      name: 'baseline',
      question: 'What does a flat dense network reach when it is given every image and may train on?',
      runs: runs(subject, profile.allImages, ['baseline']),
    },
    {
      name: 'sisterBaseline',
      question:
        'Do dropout 0.3 and 7 epochs, as in sister projects of the original, explain the published baseline?',
      runs: seedsOf(subject).map((seed) => ({
        label: 'baseline, sister setting',
        spec: runSpec({ ...subject, model: withDropout(MODELS.baseline, 0.3), budget: profile.sister, seed }),
      })),
    },
    {
      name: 'allImages',
      question: 'Given every image, does even the smallest CNN beat the dense baseline?',
      runs: runs(subject, profile.allImages, ['baseline', 'small']),
    },
    {
      name: 'filterSweep',
      question:
        'What does accuracy gain, and the generalization gap pay, as only the number of filters grows?',
      runs: runs(subject, profile.sweep, profile.models),
    },
    {
      name: 'permutation',
      question: 'What is left of the advantage when one fixed permutation of pixels destroys locality?',
      runs: runs(subject, profile.sweep, permuted, PERMUTATION),
    },
  ];
}

function runs(
  subject: StudySubject,
  budget: Budget,
  models: readonly ModelName[],
  transform?: TransformSpec,
): LabelledRun[] {
  return models.flatMap((name) =>
    seedsOf(subject).map((seed) => ({
      label: transform ? `permuted ${name}` : name,
      spec: runSpec({ ...subject, model: MODELS[name], budget, seed, ...(transform && { transform }) }),
    })),
  );
}

const seedsOf = ({ profile, seed }: StudySubject): number[] =>
  Array.from({ length: profile.seeds }, (_, i) => seed + i);
