import assert from 'node:assert/strict';
import { it } from 'node:test';
import { MODELS, withDropout } from '../../src/models/index.js';
import { dropoutLayers, dropoutMasks } from '../../src/training/index.js';
import { tinyCnn } from './fixtures.js';

const copied = (masks: Record<string, Float32Array>) =>
  Object.fromEntries(Object.entries(masks).map(([name, values]) => [name, values.slice()]));

it('each dropout layer has a feed of its own, of its input’s shape for a batch', () => {
  assert.deepEqual(dropoutLayers(MODELS.big, 64), [{ feed: 'mask/dropout1', shape: [64, 128], rate: 0.3 }]);
  assert.deepEqual(dropoutLayers(withDropout(MODELS.baseline, 0.4), 8), [
    { feed: 'mask/dropout1', shape: [8, 512], rate: 0.4 },
    { feed: 'mask/dropout2', shape: [8, 256], rate: 0.4 },
  ]);
  assert.deepEqual(dropoutLayers(MODELS.baseline, 64), []);
  const early = { ...tinyCnn, layers: [{ kind: 'dropout' as const, rate: 0.1 }, ...tinyCnn.layers] };
  assert.deepEqual(dropoutLayers(early, 2)[0]!.shape, [2, 32, 32, 3]);
});

for (const rate of [0, 0.1, 0.3, 0.5, 0.9]) {
  it(`a mask at rate ${rate} drops that share and scales the rest so that the mean stays`, () => {
    const next = dropoutMasks([{ feed: 'm', shape: [200, 100], rate }], 1, 1);
    const values = next().m!;
    const kept = Math.fround(1 / (1 - rate));
    assert.ok(
      values.every((v) => v === 0 || v === kept),
      'only 0 and 1 / (1 - rate)',
    );
    const dropped = values.filter((v) => v === 0).length / values.length;
    // Five standard deviations of a share of 20,000 draws.
    assert.ok(
      Math.abs(dropped - rate) <= 5 * Math.sqrt((rate * (1 - rate)) / values.length),
      `${dropped} dropped`,
    );
  });
}

it('seed and epoch fix the masks; each batch, epoch, seed and layer has others', () => {
  const layers = dropoutLayers(withDropout(MODELS.baseline, 0.5), 4);
  const draw = (seed: number, epoch: number) => {
    const next = dropoutMasks(layers, seed, epoch);
    return [copied(next()), copied(next())];
  };
  assert.deepEqual(draw(1, 1), draw(1, 1));
  const [first, second] = draw(1, 1);
  const distinct = [
    first!['mask/dropout1']!.subarray(0, 1024),
    first!['mask/dropout2']!,
    second!['mask/dropout2']!,
    draw(1, 2)[0]!['mask/dropout2']!,
    draw(2, 1)[0]!['mask/dropout2']!,
  ];
  assert.equal(new Set(distinct.map((values) => values.join())).size, distinct.length);
});

it('masks of two epochs, or of two batches, have nothing to do with each other', () => {
  const layer = [{ feed: 'm', shape: [100, 100], rate: 0.5 }];
  const batches = dropoutMasks(layer, 0, 1);
  const [a, b] = [batches().m!.slice(), batches().m!.slice()];
  const other = dropoutMasks(layer, 0, 2)().m!;
  for (const values of [b, other]) {
    const same = a.filter((v, i) => v === values[i]).length;
    // Half of 10,000, within five standard deviations of 50.
    assert.ok(Math.abs(same - 5000) < 250, `${same} of 10000 the same`);
  }
});
