import { MODELS } from '../../models/index.js';
import { type ExperimentPlan, type Side, seeded } from '../experiment.js';
import { SCHEDULES } from '../protocol.js';

/** The sweep's own setting is among them, and shares its run: plateau, patience 5, and its batch. */
export const hiddenSetting: ExperimentPlan = {
  question:
    'Which setting that was not published, of batch, learning rate and patience, explains the published figures?',
  runs: (subject) => {
    const { hiddenSetting: tried, sweep } = subject.profile;
    const sides = tried.batchSizes.flatMap((batchSize) =>
      tried.schedules.flatMap((schedule) =>
        tried.patiences.map(
          (patience): Side => ({
            label: `${tried.model}, batch ${batchSize}, ${schedule}, patience ${patience}`,
            model: MODELS[tried.model],
            budget: { ...sweep, patience },
            batchSize,
            schedule: SCHEDULES[schedule],
          }),
        ),
      ),
    );
    return seeded(subject, sides, tried.seeds);
  },
};
