import { denseControl, MODELS, withDropout } from '../../models/index.js';
import { type ExperimentPlan, type Side, type StudySubject, seeded } from '../experiment.js';
import { longOn } from './long.js';

/** Dropout after both hidden layers, as in public sister projects of the original; it changes no parameter count. */
const WITH_DROPOUT = withDropout(MODELS.baseline, 0.3);

const plain = ({ profile }: StudySubject): Side => ({
  label: 'baseline',
  model: MODELS.baseline,
  budget: profile.allImages,
});

const sister = ({ profile }: StudySubject): Side => ({
  label: 'baseline, sister setting',
  model: WITH_DROPOUT,
  budget: profile.sister,
});

export const baseline: ExperimentPlan = {
  question: 'What does a flat dense network reach when it is given every image and may train on?',
  runs: (subject) => seeded(subject, [plain(subject)]),
};

export const sisterBaseline: ExperimentPlan = {
  question:
    'Do dropout 0.3 and 7 epochs, as in sister projects of the original, explain the published baseline?',
  runs: (subject) => seeded(subject, [sister(subject)]),
};

/** All four of dropout or none, long or short; two of them are the runs above. */
export const baselineSettings: ExperimentPlan = {
  question: 'Which of the two hobbled the published baseline, dropout 0.3 or a budget of 7 epochs?',
  runs: (subject) =>
    seeded(subject, [
      plain(subject),
      { ...plain(subject), label: 'baseline, dropout 0.3', model: WITH_DROPOUT },
      { ...sister(subject), label: 'baseline, sister budget', model: MODELS.baseline },
      sister(subject),
    ]),
};

export const denseControlPlan: ExperimentPlan = {
  question: 'What does a flat dense network reach that was tuned under the same protocol?',
  runs: (subject) =>
    seeded(subject, [
      { ...longOn(subject), label: 'baseline', model: MODELS.baseline },
      { ...longOn(subject), label: 'dense control', model: denseControl() },
    ]),
};
