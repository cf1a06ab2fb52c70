import { MODELS, withoutSharing } from '../../models/index.js';
import type { ExperimentPlan } from '../experiment.js';
import { PROTOCOLS, type Protocol, SCHEDULES } from '../protocol.js';

/** Every combination of what the original did not publish; `replication` is one of them. */
export const unpublishedSettings: ExperimentPlan = {
  question:
    'Which unpublished settings, of batch size, learning rate and patience, reproduce the published results?',
  // One seed, as the original had: no verdict is read from it.
  seeds: () => 1,
  settings: ({ profile: { replication } }) =>
    replication
      ? [64, 32].flatMap((batchSize) =>
          [SCHEDULES.plateau, SCHEDULES.constant].flatMap((schedule) =>
            [5, 3].map((patience) => ({
              model: MODELS[replication.unpublished],
              protocol: { ...PROTOCOLS.replication, batchSize, schedule, patience },
            })),
          ),
        )
      : [],
};

const RATES = [3e-4, 1e-3, 3e-3, 6e-3, 1e-2];

/** Networks without weight sharing, on few images and on all: do they want another rate? */
const UNSHARED_IMAGES = [5_000, null];

/**
 * What the fast protocol was chosen among, one factor at a time around its first guess: peak rate, batch size, share of
 * warm-up, label smoothing, length. The choice is the highest validation accuracy, mean over the three networks, among the
 * settings that fit the time.
 */
export const SEARCH: readonly Partial<Protocol>[] = [
  ...RATES.map((learningRate) => ({ learningRate })),
  ...[32, 128].map((batchSize) => ({ batchSize })),
  ...[0.1, 0.4].map((warmup) => ({ schedule: { ...SCHEDULES.oneCycle, warmup } })),
  { labelSmoothing: 0.1 },
  ...[6, 10].map((epochs) => ({ epochs })),
];

const FIRST_GUESS: Protocol = {
  learningRate: 6e-3,
  schedule: SCHEDULES.oneCycle,
  batchSize: 64,
  epochs: 8,
  patience: null,
  labelSmoothing: 0,
};

export const protocolSearch: ExperimentPlan = {
  question: 'Which one-cycle protocol has the highest validation accuracy in a given time?',
  seeds: () => 1,
  settings: ({ profile }) =>
    profile.search
      ? [
          ...SEARCH.flatMap((change) =>
            (['baseline', 'small', 'medium'] as const).map((name) => ({
              model: MODELS[name],
              protocol: { ...FIRST_GUESS, ...change },
            })),
          ),
          ...UNSHARED_IMAGES.flatMap((images) =>
            RATES.flatMap((learningRate) =>
              [MODELS.baseline, withoutSharing(MODELS.small)].map((model) => ({
                model,
                images,
                protocol: { ...FIRST_GUESS, learningRate },
              })),
            ),
          ),
        ]
      : [],
};
