import { MODELS, type ModelName, withoutSharing } from '../../models/index.js';
import { type ExperimentPlan, type Side, type StudySubject, seeded } from '../experiment.js';
import { longOn, mostImages } from './long.js';

const ofStudy = (name: ModelName): Pick<Side, 'label' | 'model'> => ({ label: name, model: MODELS[name] });

const BASELINE = ofStudy('baseline');
/** `small` without its weight sharing: the same windows and channels, kernels of their own at each position. */
const TWIN: Pick<Side, 'label' | 'model'> = {
  label: 'small, locally connected',
  model: withoutSharing(MODELS.small),
};

/** A network on so many images; its label tells how many. */
const sized = (
  subject: StudySubject,
  { label, model }: Pick<Side, 'label' | 'model'>,
  train: number,
): Side => ({
  label: `${label}, ${train} images`,
  model,
  ...longOn(subject, train),
});

export const weightSharing: ExperimentPlan = {
  question:
    'What does it bring that one detector serves every position: `small` against its locally connected twin?',
  runs: (subject) =>
    seeded(
      subject,
      [BASELINE, TWIN, ofStudy('small')].map((network) => sized(subject, network, mostImages(subject))),
    ),
};

/** Its largest size shares the runs of `weightSharing`. */
export const dataSize: ExperimentPlan = {
  question: 'How many images does each kind of network need: does convolution generalize from fewer?',
  runs: (subject) => {
    const { cnns, fewer } = subject.profile.dataSize;
    const sizes = [...fewer, mostImages(subject)];
    const networks = [BASELINE, TWIN, ...cnns.map(ofStudy)];
    return seeded(
      subject,
      networks.flatMap((network) => sizes.map((train) => sized(subject, network, train))),
    );
  },
};
