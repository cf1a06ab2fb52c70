import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Prediction } from '../../src/notebook/index.js';
import {
  blocksView,
  capacityReading,
  chapterReading,
  dataSizePrediction,
  dataSizeReading,
  dataSizes,
  dataSizeTable,
  dataSizeView,
  localityPredictions,
  localityReading,
  localityTable,
  permutationView,
  positionsPrediction,
  positionsReading,
  positionsView,
  resultsByBlock,
  sharingPredictions,
  sharingReading,
  sharingResults,
  sharingTable,
  sharingView,
} from '../../src/views/index.js';
import { but, convincing, type MadeStudy, type World } from '../support/evidence.js';
import { assertPredicted, held } from './predictions.js';
import { madeResults, nothing, POSITIONS } from './runs.js';
import { chartRows, textOf } from './study.js';

const EXPERIMENTS = ['permutation', 'blockPermutation', 'weightSharing', 'dataSize', 'position'] as const;
const all = (accuracy: number) => ({ train: accuracy, validation: accuracy, test: accuracy });

/** The bets of a convolution pay, but not on positions. The low rate is worth two points to the baseline. */
const expected: World = (condition) => {
  const { dataset, head, protocol } = condition;
  if (dataset === POSITIONS) return all(head === 'dense' ? 0.98 : 0.1);
  const { test } = convincing(condition);
  return all(test + (head === 'dense' && protocol === 'fastLowRate' ? 0.02 : 0));
};

/** Everything the other way round. */
const reversed: World = ({ dataset, head, sharing, block }) => {
  if (dataset === POSITIONS) return all(head === 'dense' ? 0.1 : 0.9);
  if (head === 'dense') return all(block === 1 ? 0.6 : 0.3);
  if (!sharing) return all(0.5);
  return all(block === 1 ? 0.35 : block === 32 ? 0.4 : 0.25);
};

/** No condition differs from another. */
const level: World = () => all(0.3);

/** Everything the chapter shows. */
function chapter(study: MadeStudy) {
  const { results, compare } = madeResults(EXPERIMENTS, study);
  const [permuted, blocks] = [resultsByBlock(results.permutation), resultsByBlock(results.blockPermutation)];
  const sharing = sharingResults(results.weightSharing, compare);
  const sizes = dataSizes(results.dataSize, compare);
  const predictions: Prediction[] = [
    ...localityPredictions(permuted, blocks, compare),
    ...sharingPredictions(sharing),
    dataSizePrediction(sizes),
    positionsPrediction(results.position, compare),
  ];
  const views = {
    permutation: permutationView(permuted, compare),
    permutationTable: localityTable(permuted, compare),
    blocks: blocksView(blocks, compare),
    blocksTable: localityTable(blocks, compare),
    sharing: sharingView(sharing, compare),
    sharingTable: sharingTable(sharing, compare),
    capacity: capacityReading(sharing),
    sizes: dataSizeView(sizes, compare),
    sizesTable: dataSizeTable(sizes, compare),
    positions: positionsView(results.position, compare),
    reading: chapterReading([
      localityReading(permuted, compare),
      sharingReading(sharing),
      dataSizeReading(sizes),
      positionsReading(results.position, compare),
    ]),
  };
  return { predictions, views };
}

const found = chapter({ world: expected });
const contrary = chapter({ world: reversed });

describe('the chapter on locality, weight sharing and data', () => {
  it('settles what it predicts, in the direction of the numbers', () => {
    assertPredicted('06-locality-sharing-data.ipynb', found.predictions);
    assert.deepEqual(held(found.predictions), [true, true, true, true, true, true]);
    assert.deepEqual(held(contrary.predictions), [false, false, false, false, false, false]);
    assert.deepEqual(held(chapter({ world: level, deviation: 0 }).predictions), Array(6).fill(null));
  });

  it('reads the lead of the CNN with the images as they are and permuted, against the better rate of the baseline', () => {
    assert.match(
      found.views.reading,
      /images as they are, `small` is ahead of the baseline at the low rate: \+10\.\d points/,
    );
    assert.match(
      contrary.views.reading,
      /images as they are, `small` is behind the baseline.*permuted, `small` is ahead of the baseline/,
    );
  });

  it('says which of two networks is ahead as the numbers do, and what the intervals rest on', () => {
    assert.match(
      found.views.reading,
      /`small` is ahead of the LCN.*the LCN (at the low rate )?is ahead of the baseline at/,
    );
    assert.match(found.views.reading, /the baseline at the low rate is ahead of `small`/);
    assert.match(found.views.reading, / Basis: one seed; 95 % intervals over images .*\.$/);
    assert.doesNotMatch(
      contrary.views.reading,
      /`small` is ahead of the LCN|the LCN (at the low rate )?is ahead|places decide the class, the baseline (at the low rate )?is ahead/,
    );
    assert.match(
      contrary.views.reading,
      /`small` is behind the LCN.*the LCN (at the low rate )?is behind the baseline/,
    );
    assert.match(
      contrary.views.reading,
      /places decide the class, the baseline (at the low rate )?is behind `small`/,
    );
    assert.match(chapter({ world: level, deviation: 0 }).views.reading, /cannot be told apart/);
  });

  it('names the scale from which on the CNN has no clear lead', () => {
    const world = but(expected, { head: 'pooled', block: 8 }, all(0.2));
    assert.match(
      textOf(chapter({ world }).views.blocks),
      /no clear lead over the baseline from blocks of 8 × 8 on/,
    );
    assert.match(
      textOf(contrary.views.blocks),
      /no clear lead over the baseline even with the images as they are/,
    );
    const never = but(expected, { head: 'pooled' }, all(0.8));
    assert.match(
      textOf(chapter({ world: never }).views.blocks),
      /keeps a clear lead over the baseline at every scale/,
    );
  });

  it('shows the baseline at both rates next to the CNN wherever they are compared', () => {
    for (const view of [
      found.views.permutation,
      found.views.blocks,
      found.views.sizes,
      found.views.sharing,
    ]) {
      const models = new Set(chartRows2(view).map(({ model }) => model));
      for (const model of ['baseline', 'baseline, low rate', 'small']) assert.ok(models.has(model), model);
    }
    for (const view of [found.views.permutationTable, found.views.blocksTable])
      assert.match(textOf(view), /"lead of small over":\{"baseline":"\+.*?","baseline, low rate":"\+/);
  });

  it('picks the better of two rates by validation accuracy, never by test accuracy', () => {
    const query = { model: 'small', sharing: false, protocol: 'fastLowRate' } as const;
    const world = but(expected, query, { validation: 0.1, test: 0.9 });
    const { views, predictions } = chapter({ world });
    assert.match(views.reading, /`small` is ahead of the LCN:/);
    assert.equal(predictions[2]!.held, true);
  });

  it('compares parameters with accuracy, as they are', () => {
    assert.match(found.views.capacity, /LCN has 1\.2 times the parameters of the baseline/);
    assert.match(found.views.capacity, /140 times the parameters of `small` and 1\.0 times its operations/);
  });

  it('says how many images reach what the baseline reaches on the most, or that none of the sizes does', () => {
    assert.match(
      textOf(found.views.sizes),
      /What the baseline at the low rate reaches on 5,000 images, 4[01]\.\d %, is reached by: LCN on at most 2,500 images; LCN, middle rate on at most 2,500 images; small on at most 1,300 images/,
    );
    assert.match(textOf(contrary.views.sizes), /small on no size tried/);
  });

  it('averages seeds and says so', () => {
    const { views, predictions } = chapter({ world: expected, seeds: 3 });
    assert.deepEqual(held(predictions), [true, true, true, true, true, true]);
    assert.match(views.reading, /Basis: 3 seeds; 95 % intervals over seeds and images\.$/);
  });

  it('leaves out what did not finish, and settles nothing by it', () => {
    const { views, predictions } = chapter({
      world: expected,
      diverged: ({ sharing, head, block }) => !sharing || (head === 'dense' && block === 32),
    });
    assert.deepEqual(held(predictions), [null, true, null, null, true, true]);
    for (const view of [views.permutation, views.sharing, views.capacity])
      assert.match(textOf(view), /are missing/);
    assert.doesNotMatch(views.reading, /LCN|permuted/);
    const { results, compare } = nothing;
    assert.deepEqual(resultsByBlock(results), []);
    assert.equal(dataSizes(results, compare), undefined);
    assert.match(textOf(positionsView(results, compare)), /are missing/);
  });
});

/** Rows of the first layer that has data of its own, where the chart has none. */
function chartRows2(view: Parameters<typeof chartRows>[0]) {
  const { chart } = view as unknown as { chart: { data?: unknown; layer: unknown[] } };
  return chart.data ? chartRows(view) : chartRows({ ...(view as object), chart: chart.layer[0] } as never);
}
