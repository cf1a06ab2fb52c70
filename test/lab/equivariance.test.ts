import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { random } from '../../src/base/random.js';
import { IMAGE_BYTES, shiftImages } from '../../src/data/index.js';
import { startEngine, tf } from '../../src/engine/index.js';
import { equivarianceErrors, type Move, moveErrors } from '../../src/lab/equivariance.js';
import { type FeatureMaps, withFeatures } from '../../src/lab/features.js';
import { equivarianceEvidence, layerEquivariance } from '../../src/lab/index.js';
import { cnn, initialWeights, type ModelSpec, receptiveField } from '../../src/models/index.js';

const spec = cnn('tiny', 4, 6);
const weights = initialWeights(spec, 1);
const stream = random(5, 'noise');
const noise = Uint8Array.from({ length: 3 * IMAGE_BYTES }, () => stream.integer(0, 255));
const largest = (values: readonly number[]) => Math.max(...values);

describe('equivariance of a stack of layers', () => {
  let tensors = 0;
  before(async () => {
    await startEngine('wasm');
    tensors = tf.memory().numTensors;
  });
  after(() => assert.equal(tf.memory().numTensors, tensors, 'no tensor is left behind'));

  const errors = (layer: string, shifts: number[]) =>
    withFeatures(spec, weights, layer, (features) =>
      equivarianceErrors(features, noise, receptiveField(spec, layer), shifts),
    );
  const ofMove = (layer: string, { axis, by }: Move) =>
    withFeatures(spec, weights, layer, async (features) => {
      const moved = axis === 'x' ? shiftImages(noise, by, 0, 'zero') : shiftImages(noise, 0, by, 'zero');
      return moveErrors(await features(noise), await features(moved), receptiveField(spec, layer), {
        axis,
        by,
      });
    });

  it('convolutions commute with every shift, whatever its direction', async () => {
    for (const axis of ['x', 'y'] as const) {
      for (const by of [0, 1, 3, -2, -8]) {
        const found = await ofMove('conv2', { axis, by });
        assert.ok(largest(found.errors) < 1e-5, `${axis} by ${by}: ${found.errors}`);
        assert.deepEqual([found.featureShift, found.positions], [by, 32 - 4 - Math.abs(by)]);
        assert.equal(found.errors.length, 3, 'one value per image');
      }
    }
  });

  it('a pooled stack commutes with shifts by its stride and with no others', async () => {
    const [none, one, two, three, four] = await errors('pool1', [0, 1, 2, 3, 4]);
    for (const even of [none, two, four]) assert.ok(largest(even!.errors) < 1e-5);
    for (const odd of [one, three]) assert.ok(Math.min(...odd!.errors) > 0.05, String(odd!.errors));
    assert.equal((await ofMove('pool1', { axis: 'y', by: -4 })).featureShift, -2);
  });

  it('two poolings commute with shifts by four only', async () => {
    const found = await errors('pool2', [1, 2, 4, 8]);
    assert.deepEqual(
      found.map((row) => largest(row.errors) < 1e-5),
      [false, false, true, true],
    );
  });

  it('a shift that leaves nothing to compare is refused', async () => {
    await assert.rejects(errors('conv5', [20]), /shift by 20 pixels leaves no position/);
  });

  it('the error stays finite where an image has no features: all or nothing has changed', () => {
    const field = { size: 1, jump: 1, offset: 0 };
    const maps = (value: number): FeatureMaps => ({
      data: new Float32Array(32 * 32).fill(value),
      shape: [1, 32, 32, 1],
    });
    const move = { axis: 'x', by: 1 } as const;
    assert.deepEqual(moveErrors(maps(0), maps(0), field, move).errors, [0]);
    assert.deepEqual(moveErrors(maps(0), maps(5), field, move).errors, [1]);
  });
});

describe('equivariance of all layers, as evidence', () => {
  before(() => startEngine('wasm'));

  it('layers are measured at shifts of 1 to 8 pixels after each convolution and pooling, and leaves no tensor behind', async () => {
    const tensors = tf.memory().numTensors;
    const rows = await layerEquivariance(spec, weights, noise);
    assert.equal(tf.memory().numTensors, tensors);
    const layers = [...new Set(rows.map(({ layer }) => layer))];
    assert.deepEqual(layers, ['conv1', 'conv2', 'pool1', 'conv3', 'conv4', 'pool2', 'conv5']);
    const of = (name: string) => rows.filter(({ layer }) => layer === name);
    assert.deepEqual(
      layers.map((name) => of(name)[0]!.stride),
      [1, 1, 2, 2, 2, 4, 4],
    );
    assert.deepEqual(
      of('pool2').map(({ shift }) => shift),
      [1, 2, 3, 4, 5, 6, 7, 8],
    );
    // By hand: conv5 sees 24 pixels from 4 p - 10 on: position 4 sees 6 to 29 and position 3 sees 2 to 25, so that nothing
    // is clear of a shift by 7 to the right.
    assert.deepEqual(
      of('conv5').map(({ shift }) => shift),
      [1, 2, 3, 4, 5, 6],
    );
    for (const { layer, stride, shift, error } of rows)
      assert.ok(shift % stride === 0 ? error < 1e-5 : error > 0.01, `${layer}, shift ${shift}: ${error}`);
    const evidence = equivarianceEvidence(rows);
    assert.ok(evidence.beforePooling < 1e-5 && evidence.wholeStrides < 1e-5 && evidence.otherShifts > 0.01);
    const [before, after] = [of('conv2')[0]!, of('pool1')[0]!];
    assert.deepEqual([evidence.changeBefore, evidence.changeAfter], [before.change, after.change]);
    assert.equal(evidence.changeReduction.n, 3, 'images');
    assert.ok(Math.abs(evidence.changeReduction.mean - (before.change - after.change)) < 1e-12);
  });

  it('the change in place is that of the features themselves, mean over four directions', async () => {
    // The first layer passes its first channel on: features are the red pixels, and the change can be read off them.
    const passing: ModelSpec = {
      name: 'passing',
      inputShape: [32, 32, 3],
      layers: [
        { kind: 'conv2d', filters: 1, kernelSize: 1, activation: 'linear' },
        { kind: 'flatten' },
        { kind: 'dense', units: 10, activation: 'linear' },
      ],
    };
    const [, , ...dense] = initialWeights(passing, 0);
    const [first] = await layerEquivariance(
      passing,
      [Float32Array.of(1, 0, 0), new Float32Array(1), ...dense],
      noise,
    );
    const red = (n: number, y: number, x: number) => noise[n * IMAGE_BYTES + (y * 32 + x) * 3];
    for (const [n, found] of first!.changes.entries()) {
      let sum = 0;
      for (const [dx, dy] of [
        [1, 0],
        [-1, 0],
        [0, 1],
        [0, -1],
      ] as const) {
        let [difference, size] = [0, 0];
        for (let y = 0; y < 32; y++)
          for (let x = 0; x < 32; x++) {
            const from =
              y - dy < 0 || y - dy > 31 || x - dx < 0 || x - dx > 31 ? undefined : red(n, y - dy, x - dx);
            if (from === undefined) continue;
            difference += (from - red(n, y, x)!) ** 2;
            size += red(n, y, x)! ** 2;
          }
        sum += Math.sqrt(difference / size);
      }
      assert.ok(Math.abs(found - sum / 4) < 1e-5, `image ${n}`);
    }
  });

  it('the evidence is the worst error that should be 0, the least that should not, and the changes around the first pooling', () => {
    const row = (layer: string, stride: number, shift: number, error: number, changes = [0, 0]) => ({
      layer,
      stride,
      shift,
      error,
      change: (changes[0]! + changes[1]!) / 2,
      errors: [error, error],
      changes,
    });
    const rows = [
      row('conv1', 1, 1, 1e-7, [0.7, 0.7]),
      row('conv2', 1, 1, 2e-7, [0.5, 0.75]),
      row('conv2', 1, 2, 3e-7, [0.8, 0.8]),
      row('pool1', 2, 1, 0.3, [0.25, 0.25]),
      row('pool1', 2, 2, 2e-7, [0.5, 0.5]),
      row('conv3', 2, 1, 0.25, [0.2, 0.2]),
      row('pool2', 4, 2, 0.2),
      row('pool2', 4, 4, 1e-7),
    ];
    const { changeReduction, ...extremes } = equivarianceEvidence(rows);
    assert.deepEqual(extremes, {
      beforePooling: 3e-7,
      wholeStrides: 2e-7,
      otherShifts: 0.2,
      changeBefore: 0.625,
      changeAfter: 0.25,
    });
    // Of 0.25 and 0.5: sd 0.25 / sqrt 2, and t(0.975, 1) = 12.706.
    assert.deepEqual([changeReduction.n, changeReduction.mean], [2, 0.375]);
    assert.ok(Math.abs(changeReduction.high! - (0.375 + (12.7062 * 0.25) / 2)) < 1e-4);
    assert.throws(() => equivarianceEvidence([]), RangeError);
    const odd = rows.filter(({ stride, shift }) => shift % stride !== 0 || stride === 1);
    assert.throws(() => equivarianceEvidence(odd), /whole stride/);
  });
});
