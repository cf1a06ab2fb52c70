import { formatCount, formatPercent } from '../base/format.js';
import type { TableView } from '../notebook/show.js';
import type { FinishedRun } from '../runs/index.js';

/** Runs that a reader asked for, one row per run, in their order. */
export const ownRunsTable = (runs: readonly FinishedRun[]): TableView => ({
  rows: runs.map(({ record: { spec, parameters, results, history, provenance } }) => {
    const accuracy = (of: 'train' | 'validation' | 'test') =>
      results ? formatPercent(results[of].accuracy) : 'diverged';
    return {
      model: spec.model.name,
      parameters: formatCount(parameters),
      'peak rate': `${spec.optimizer.learningRate}`,
      epochs: history.length,
      accuracy: { train: accuracy('train'), validation: accuracy('validation'), test: accuracy('test') },
      'time, s': provenance.seconds.toFixed(1),
    };
  }),
  caption: `${trainingImages(runs)}, seed ${runs[0]?.record.spec.seed ?? '–'}.`,
});

function trainingImages(runs: readonly FinishedRun[]): string {
  const images = runs[0]?.record.spec.split.train ?? null;
  return images === null
    ? 'All training images that do not validate'
    : `${formatCount(images)} training images`;
}
