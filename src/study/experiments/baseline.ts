import { denseControl, MODELS, withDropout } from '../../models/index.js';
import type { ExperimentPlan, PlannedSetting, StudySubject } from '../experiment.js';
import { PROTOCOLS, type Protocol } from '../protocol.js';

/** Dropout after both hidden layers, as in public repetitions of the original; it changes no parameter count. */
const WITH_DROPOUT = withDropout(MODELS.baseline, 0.3);

/** The study's protocols for long training in this profile, and the fast one at the rate that dense networks want. */
const longProtocols = ({ replication }: StudySubject['profile']): Protocol[] => [
  PROTOCOLS.fast,
  PROTOCOLS.fastLowRate,
  ...(replication ? [PROTOCOLS.replication] : []),
];

/** With and without dropout, trained long or for seven epochs. */
export const baselineSettings: ExperimentPlan = {
  question: 'Which of the two held back the published baseline, dropout 0.3 or a budget of 7 epochs?',
  settings: ({ profile, dataset }) => {
    // A fifth validates in those repetitions.
    const validation = profile.images === null ? Math.floor(dataset.available / 5) : profile.validation;
    const short = { protocol: PROTOCOLS.sevenEpochs, validation };
    const long = longProtocols(profile).map((protocol) => ({ protocol }));
    if (!profile.denseSettings) return long.map((how) => ({ model: MODELS.baseline, ...how }));
    const protocols: Omit<PlannedSetting, 'model'>[] = [...long, short];
    const withDropout = protocols.filter(({ protocol }) => protocol !== PROTOCOLS.fastLowRate);
    return [
      ...protocols.map((how) => ({ model: MODELS.baseline, ...how })),
      ...withDropout.map((how) => ({ model: WITH_DROPOUT, ...how })),
    ];
  },
};

export const denseControlPlan: ExperimentPlan = {
  question: 'What does a dense network reach that was tuned under the same protocol?',
  settings: ({ profile }) =>
    longProtocols(profile)
      .filter((protocol) => profile.denseSettings && protocol !== PROTOCOLS.fast)
      .flatMap((protocol) => [MODELS.baseline, denseControl()].map((model) => ({ model, protocol }))),
};
