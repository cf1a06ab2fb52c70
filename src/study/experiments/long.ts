import type { Side, StudySubject } from '../experiment.js';
import { SCHEDULES } from '../protocol.js';

/** Images that the long budget trains on. */
export const mostImages = ({ profile: { long }, images }: StudySubject): number =>
  long.split.train ?? images - long.split.validation;

/** The rate is halved after so much of the patience of early stopping, as in the protocol: 2 of 5 epochs. */
const PLATEAU = 2 / 5;

/**
 * The long budget on so many of its images. Fewer need more epochs to converge, by the root of how many fewer, since an epoch
 * is fewer steps; and every wait is stretched with the epochs: two epochs of 8 steps without a better validation loss say
 * nothing. (`small` on 500 images, 112 epochs: test accuracy 0.25 with the protocol's patience in epochs, 0.32 and still
 * rising with three times as much.) All images that are left beside those that validate are written as the budget writes
 * them: equal runs have equal specs.
 */
export function longOn(
  subject: StudySubject,
  train: number = mostImages(subject),
): Pick<Side, 'budget' | 'schedule'> {
  const { long } = subject.profile;
  const most = mostImages(subject);
  const maxEpochs = Math.round(long.maxEpochs * Math.sqrt(most / train));
  const stretched = (epochs: number) => Math.round((epochs * maxEpochs) / long.maxEpochs);
  return {
    budget: {
      ...long,
      split: { ...long.split, train: train === most ? long.split.train : train },
      maxEpochs,
      patience: stretched(long.patience),
    },
    schedule: { ...SCHEDULES.plateau, patience: stretched(PLATEAU * long.patience) },
  };
}
