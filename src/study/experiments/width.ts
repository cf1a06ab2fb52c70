import { MODELS, type ModelName } from '../../models/index.js';
import { type ExperimentPlan, type Side, seeded } from '../experiment.js';
import type { Budget } from '../protocol.js';

/** Models of the study, labelled with their names. */
const models = (names: readonly ModelName[], budget: Budget): Side[] =>
  names.map((name) => ({ label: name, model: MODELS[name], budget }));

export const allImages: ExperimentPlan = {
  question: 'Given every image, does even the smallest CNN beat the dense baseline?',
  runs: (subject) => seeded(subject, models(['baseline', 'small'], subject.profile.allImages)),
};

export const filterSweep: ExperimentPlan = {
  question: 'What does accuracy gain, and the generalization gap pay, as only the number of filters grows?',
  runs: (subject) => seeded(subject, models(subject.profile.models, subject.profile.sweep)),
};
