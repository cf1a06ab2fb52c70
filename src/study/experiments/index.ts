import {
  EXPERIMENT_NAMES,
  type Experiment,
  type ExperimentName,
  type ExperimentPlan,
  plannedRuns,
  type StudySubject,
} from '../experiment.js';
import { fitProfile } from '../profiles.js';
import { baselineSettings, denseControlPlan } from './baseline.js';
import { augmentation, blockPermutation, dataSize, permutation, position, weightSharing } from './biases.js';
import { protocolSearch, unpublishedSettings } from './protocols.js';
import { dropout, heads } from './regularization.js';
import { filterSweep, replicationSweep } from './width.js';

const PLANS: Readonly<Record<ExperimentName, ExperimentPlan>> = {
  filterSweep,
  replicationSweep,
  baselineSettings,
  denseControl: denseControlPlan,
  unpublishedSettings,
  protocolSearch,
  permutation,
  blockPermutation,
  weightSharing,
  augmentation,
  dataSize,
  dropout,
  heads,
  position,
};

/**
 * All experiments of the study for a subject.
 *
 * @example
 * ```ts
 * import { experiments, profileFor } from 'whyconv';
 *
 * const images = { fingerprint: '0'.repeat(64), available: 50_000 };
 * const positions = { fingerprint: 'f'.repeat(64), available: 5_000 };
 * const [sweep] = experiments({ dataset: images, positions, profile: profileFor('quick', 'native'), seed: 0 });
 * sweep!.name; // => 'filterSweep'
 * sweep!.specs.map(({ model }) => model.name); // => ['baseline', 'small', 'medium', 'big']
 * ```
 */
export function experiments({ profile, ...rest }: StudySubject): Experiment[] {
  const subject = { ...rest, profile: fitProfile(profile, rest.dataset.available) };
  return EXPERIMENT_NAMES.map((name) => ({
    name,
    question: PLANS[name].question,
    specs: plannedRuns(PLANS[name], subject),
  }));
}
