import { comparisonsWith, formatContrast, term } from '../analysis/index.js';
import { formatCount, formatPercent } from '../base/format.js';
import { accuracyBySource } from '../charts/index.js';
import { countParameters, MODELS } from '../models/index.js';
import type { Prediction, View } from '../notebook/show.js';
import { nowhereTrained, orDash, type Sources, testBySource } from './sources.js';
import { accuraciesOf, type SweepRow, sweepRows } from './sweep.js';

/** The models that were trained under the published study's own protocol, here or in the recorded study. */
const replicatedOf = (sources: Sources): SweepRow[] =>
  sweepRows(sources, 'replication').filter(({ here, recorded }) => here ?? recorded);

/** The sweep under the published study's protocol next to the fast one, where some source has it. */
export function replicationViews(sources: Sources): View[] {
  const rows = replicatedOf(sources);
  if (rows.length === 0)
    return [nowhereTrained(sources, 'the sweep under the replication protocol', 'replicationSweep')];
  const isHere = rows.some(({ here }) => here);
  const fast = sweepRows(sources, 'fast');
  return [
    ...(isHere ? [] : ['The profile of this run leaves out this sweep; the recorded study has it.']),
    {
      chart: accuracyBySource(rows.flatMap(accuraciesOf)),
      caption: `Does the sweep reach the published figures under their own protocol? ${rows.map(distance).join('; ')}.`,
      alt: 'Test accuracy of each model under the replication protocol, one mark per source.',
    },
    {
      rows: rows.map(({ name, model, published, ...found }) => {
        const other = fast.find((row) => row.model === model);
        return {
          model: name,
          parameters: formatCount(countParameters(MODELS[model])),
          replication: testBySource(sources.own, found),
          fast: testBySource(sources.own, { here: other?.here, recorded: other?.recorded }),
          published: orDash(published?.testAccuracy, formatPercent),
        };
      }),
      caption: 'Test accuracy under both protocols.',
    },
  ];
}

function distance({ name, here, recorded, published }: SweepRow): string {
  const { mean } = (here ?? recorded)!.testAccuracy;
  return `${name} ${formatPercent(mean)}${published ? ` (published ${formatPercent(published.testAccuracy)})` : ''}`;
}

/** How near to a published accuracy counts as reached. */
const NEAR = 0.02;

/** By the runs made here, otherwise by the recorded ones. */
export function replicationPrediction(sources: Sources, id: string): Prediction {
  const rows = replicatedOf(sources).filter(({ model, published }) => model !== 'baseline' && published);
  const isHere = rows.some(({ here }) => here);
  const { contrast } = comparisonsWith(sources.spread);
  const distances = rows.flatMap(({ name, here, recorded, published }) => {
    const result = isHere ? here : recorded;
    return result ? [{ name, off: contrast([term(result, 1)], published!.testAccuracy) }] : [];
  });
  const near = distances.map(({ off }) =>
    off.low > -NEAR && off.high < NEAR ? true : off.high < -NEAR || off.low > NEAR ? false : null,
  );
  const held = near.includes(false) ? false : near.length === 0 || near.includes(null) ? null : true;
  return {
    text: `${id}. Under the replication protocol every CNN comes within ${(100 * NEAR).toFixed(0)} points of its published test accuracy.`,
    held,
    because:
      distances.length === 0
        ? 'no runs under that protocol'
        : `${isHere ? '' : 'recorded study: '}${distances.map(({ name, off }) => `${name} ${formatContrast(off)}`).join('; ')}`,
  };
}
