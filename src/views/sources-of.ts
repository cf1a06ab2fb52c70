import { resultsByCondition, seedSpread, withEpochCosts } from '../analysis/index.js';
import { type FinishedRun, recordedRuns } from '../runs/index.js';
import { recordedEpochCosts, type Study } from '../study/index.js';
import type { Sources } from './sources.js';

/**
 * What was trained here, and what the repository's study recorded, which is about CIFAR-10 and shown next to it only.
 *
 * @param trained by experiment, as `study.runExperiments` gives it
 */
export async function sourcesOf(
  study: Pick<Study, 'dataset' | 'recorded' | 'costs'>,
  trained: Readonly<Record<string, readonly FinishedRun[]>>,
): Promise<Sources> {
  const cifar10 = study.dataset.name === 'cifar10';
  const recorded = withEpochCosts(resultsByCondition(await recordedRuns()), await recordedEpochCosts());
  const runs = Object.values(trained).flat();
  const here = withEpochCosts(resultsByCondition(runs.map(({ record }) => record)), study.costs);
  return {
    here,
    recorded: cifar10 && !study.recorded ? recorded : [],
    spread: seedSpread(here, recorded),
    own: study.recorded ? 'recorded' : 'here',
    cifar10,
  };
}
