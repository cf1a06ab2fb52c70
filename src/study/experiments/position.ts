import { MODELS } from '../../models/index.js';
import { type ExperimentPlan, seeded } from '../experiment.js';

export const position: ExperimentPlan = {
  question: 'When is convolution the wrong prior: where only the position of things tells the class?',
  runs: (subject) => {
    const { positions: dataset, profile } = subject;
    const sides = (['baseline', profile.representative] as const).map((name) => ({
      label: `${name} on positions`,
      model: MODELS[name],
      budget: profile.positions,
      dataset,
    }));
    return seeded(subject, sides);
  },
};
