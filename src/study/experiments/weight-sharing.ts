import { MODELS, withoutSharing } from '../../models/index.js';
import { type ExperimentPlan, type Side, seeded } from '../experiment.js';

/** `small` without its weight sharing: the same windows and channels, kernels of their own at each position. */
export const LOCALLY_CONNECTED: Pick<Side, 'label' | 'model'> = {
  label: 'small, locally connected',
  model: withoutSharing(MODELS.small),
};

export const weightSharing: ExperimentPlan = {
  question:
    'What does it bring that one detector serves every position: `small` against its locally connected twin?',
  runs: (subject) => seeded(subject, [{ ...LOCALLY_CONNECTED, budget: subject.profile.sweep }]),
};
