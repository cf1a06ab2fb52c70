import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { prunedPoints, redundancyRows } from '../../src/charts/index.js';

describe('rows of charts from measurements', () => {
  it('start without a filter removed, and lose from there', () => {
    const loss = (share: number, chosen: 'least' | 'random', mean: number) => ({
      share,
      chosen,
      mean,
    });
    const losses = [loss(0.25, 'least', 0.0625), loss(0.25, 'random', 0.125), loss(0.5, 'least', 0.25)];
    const points = prunedPoints('small', { accuracy: 0.75, losses });
    assert.deepEqual(
      points.map(({ model, chosen, share, accuracy }) => [model, chosen, share, accuracy]),
      [
        ['small', 'least', 0, 0.75],
        ['small', 'least', 0.25, 0.6875],
        ['small', 'least', 0.5, 0.5],
        ['small', 'random', 0, 0.75],
        ['small', 'random', 0.25, 0.625],
      ],
    );
  });
  it('tell the rank of a layer as it began and as it was trained', () => {
    const layer = { model: 'small', layer: 'conv1', filters: 8 };
    assert.deepEqual(redundancyRows('small', [{ layer: 'conv1', filters: 8, initial: 0.9, trained: 0.7 }]), [
      { ...layer, weights: 'initial', relativeRank: 0.9 },
      { ...layer, weights: 'trained', relativeRank: 0.7 },
    ]);
  });
});
