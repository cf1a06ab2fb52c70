import { MODELS, type ModelName } from '../../models/index.js';
import type { TransformSpec } from '../../training/index.js';
import { type ExperimentPlan, type Side, type StudySubject, seeded } from '../experiment.js';

/** Of one fixed permutation of pixels, the same for train, validation and test and for every run. */
const SEED = 1;
/** Pixels; the whole image, 32, is the experiment `permutation`. */
const BLOCKS = [2, 4, 8];

const compared = ({ profile }: StudySubject): ModelName[] => ['baseline', profile.representative];

const permuted = (
  { profile }: StudySubject,
  name: ModelName,
  blockSize: number | null,
  label: string,
): Side => {
  const transform: TransformSpec = { kind: 'permutePixels', seed: SEED, blockSize };
  return { label, model: MODELS[name], budget: profile.sweep, transform };
};

export const permutation: ExperimentPlan = {
  question: 'What is left of the advantage when one fixed permutation of pixels destroys locality?',
  runs: (subject) =>
    seeded(
      subject,
      compared(subject).map((name) => permuted(subject, name, null, `permuted ${name}`)),
    ),
};

export const blockPermutation: ExperimentPlan = {
  question: 'Up to what scale must order be lost before the CNN loses its advantage?',
  runs: (subject) =>
    seeded(
      subject,
      compared(subject).flatMap((name) =>
        BLOCKS.map((block) => permuted(subject, name, block, `${name}, blocks of ${block}`)),
      ),
    ),
};
