import { MODELS, type ModelName } from '../../models/index.js';
import { type ExperimentPlan, type Side, type StudySubject, seeded } from '../experiment.js';
import type { DataSizes } from '../profile.js';
import { SCHEDULES } from '../protocol.js';
import { LOCALLY_CONNECTED } from './weight-sharing.js';

export const dataSize: ExperimentPlan = {
  question: 'How many images does each kind of network need: does convolution generalize from fewer?',
  runs: (subject) => {
    const { cnns, sizes } = subject.profile.dataSize;
    const ofStudy = (name: ModelName) => ({ label: name, model: MODELS[name] });
    const models = [ofStudy('baseline'), LOCALLY_CONNECTED, ...cnns.map(ofStudy)];
    const sides = models.flatMap(({ label, model }) =>
      sizes.map((size) => ({ label: `${label}, ${size.train} images`, model, ...onImages(subject, size) })),
    );
    return seeded(subject, sides);
  },
};

/**
 * The sweep's budget on fewer images, every wait stretched with its epochs. All images that are left beside those that
 * validate are written `null`, as the sweep writes them: equal runs have equal specs.
 */
function onImages(
  { profile: { sweep }, images }: StudySubject,
  { train, maxEpochs }: DataSizes['sizes'][number],
): Pick<Side, 'budget' | 'schedule'> {
  const stretched = (epochs: number) => Math.round((epochs * maxEpochs) / sweep.maxEpochs);
  const all = images - sweep.split.validation;
  return {
    budget: {
      ...sweep,
      split: { ...sweep.split, train: train === all ? null : train },
      maxEpochs,
      patience: stretched(sweep.patience),
    },
    schedule: { ...SCHEDULES.plateau, patience: stretched(SCHEDULES.plateau.patience) },
  };
}
