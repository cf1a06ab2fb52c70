import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  equivarianceErrors,
  equivarianceEvidence,
  featuresOf,
  layerEquivariance,
  shiftRobustness,
} from '../../src/analysis/index.js';
import { random } from '../../src/base/random.js';
import { IMAGE_BYTES } from '../../src/data/index.js';
import { startEngine, tf } from '../../src/engine/index.js';
import { buildModel, cnn, initialWeights, type ModelSpec, receptiveField } from '../../src/models/index.js';

const spec = cnn('tiny', 4, 6);
const stream = random(5, 'noise');
const noise = Uint8Array.from({ length: 3 * IMAGE_BYTES }, () => stream.integer(0, 255));

describe('translation', () => {
  let model: tf.LayersModel;
  let before0 = 0;
  before(async () => {
    await startEngine('wasm');
    before0 = tf.memory().numTensors;
    model = buildModel(spec, 1);
  });
  after(() => {
    model.dispose();
    assert.equal(tf.memory().numTensors, before0, 'no tensor is left behind');
  });
  const errors = async (layer: string, shifts: number[]) =>
    equivarianceErrors(featuresOf(model, layer, 2), noise, receptiveField(spec, layer), shifts);

  it('convolutions commute with every shift', async () => {
    for (const { error, columns, shift, featureShift } of await errors('conv2', [0, 1, 2, 3, 8])) {
      assert.ok(error < 1e-5, `shift ${shift}: ${error}`);
      assert.equal(featureShift, shift);
      assert.equal(columns, 32 - 4 - shift);
    }
  });
  it('a pooled stack commutes with shifts by its stride and with no others', async () => {
    const [none, one, two, three, four] = await errors('pool1', [0, 1, 2, 3, 4]);
    for (const even of [none, two, four]) assert.ok(even!.error < 1e-5);
    for (const odd of [one, three]) assert.ok(odd!.error > 0.05, String(odd!.error));
    assert.deepEqual([two!.featureShift, four!.featureShift], [1, 2]);
  });
  it('two poolings commute with shifts by four only', async () => {
    const found = await errors('pool2', [1, 2, 4, 8]);
    assert.deepEqual(
      found.map(({ error }) => error < 1e-5),
      [false, false, true, true],
    );
  });
  it('says when a shift leaves nothing to compare, and when a layer has no maps', async () => {
    await assert.rejects(errors('conv5', [20]), /shift of 20 pixels leaves no column/);
    assert.throws(() => featuresOf(model, 'dense1'), /gives no feature maps/);
  });
});

describe('equivariance of all layers, as evidence', () => {
  before(() => startEngine('wasm'));

  it('measures shifts of 1 to 8 pixels after each convolution and pooling, and leaves no tensor behind', async () => {
    const tensors = tf.memory().numTensors;
    const rows = await layerEquivariance(spec, initialWeights(spec, 1), noise);
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
    // By hand: conv5 sees 24 pixels from 4 p - 10 on, so position 4 sees 6 to 29, and nothing clear of a shift by 7.
    assert.deepEqual(
      of('conv5').map(({ shift }) => shift),
      [1, 2, 3, 4, 5, 6],
    );
    for (const { layer, stride, shift, error } of rows)
      assert.ok(shift % stride === 0 ? error < 1e-5 : error > 0.01, `${layer}, shift ${shift}: ${error}`);
    const { beforePooling, wholeStrides, otherShifts, changeBefore, changeAfter } =
      equivarianceEvidence(rows);
    assert.ok(beforePooling < 1e-5 && wholeStrides < 1e-5 && otherShifts > 0.01);
    assert.deepEqual([changeBefore, changeAfter], [of('conv2')[0]!.change, of('pool1')[0]!.change]);
  });
  it('the change in place is that of the features themselves', async () => {
    // The first layer passes its first channel on: features are the red pixels, and the change can be read off them.
    const passing: ModelSpec = {
      name: 'passing',
      inputShape: [32, 32, 3],
      layers: [
        { kind: 'conv2d', filters: 1, kernelSize: 1, activation: 'linear' },
        { kind: 'maxPool2d', size: 2 },
        { kind: 'flatten' },
        { kind: 'dense', units: 10, activation: 'linear' },
      ],
    };
    const [, , ...dense] = initialWeights(passing, 0);
    const rows = await layerEquivariance(
      passing,
      [Float32Array.of(1, 0, 0), new Float32Array(1), ...dense],
      noise,
    );
    const red = (n: number, y: number, x: number) => noise[n * IMAGE_BYTES + (y * 32 + x) * 3]!;
    let [difference, size] = [0, 0];
    for (let n = 0; n < 3; n++)
      for (let y = 0; y < 32; y++)
        for (let x = 1; x < 32; x++) {
          difference += (red(n, y, x - 1) - red(n, y, x)) ** 2;
          size += red(n, y, x) ** 2;
        }
    const [first] = rows;
    assert.ok(Math.abs(first!.change - Math.sqrt(difference / size)) < 1e-5);
  });
  it('takes the worst error that should be 0, the least that should not, and the changes around the first pooling', () => {
    const row = (layer: string, stride: number, shift: number, error: number, change = 0) => ({
      layer,
      stride,
      shift,
      error,
      change,
    });
    const rows = [
      row('conv1', 1, 1, 1e-7, 0.7),
      row('conv2', 1, 1, 2e-7, 0.6),
      row('conv2', 1, 2, 3e-7, 0.8),
      row('pool1', 2, 1, 0.3, 0.4),
      row('pool1', 2, 2, 2e-7, 0.5),
      row('conv3', 2, 1, 0.25, 0.2),
      row('pool2', 4, 2, 0.2),
      row('pool2', 4, 4, 1e-7),
    ];
    assert.deepEqual(equivarianceEvidence(rows), {
      beforePooling: 3e-7,
      wholeStrides: 2e-7,
      otherShifts: 0.2,
      changeBefore: 0.6,
      changeAfter: 0.4,
    });
    assert.throws(() => equivarianceEvidence([]), RangeError);
    const odd = rows.filter(({ stride, shift }) => shift % stride !== 0 || stride === 1);
    assert.throws(() => equivarianceEvidence(odd), /whole stride/);
  });
});

describe('robustness to shifts', () => {
  /** Class 1 if the brightest column lies in the right half: a predictor whose answer is known for any shift. */
  const side = (images: Uint8Array) =>
    Float32Array.from({ length: (2 * images.length) / IMAGE_BYTES }, (_, i) => {
      const image = images.subarray(Math.floor(i / 2) * IMAGE_BYTES, (Math.floor(i / 2) + 1) * IMAGE_BYTES);
      const column = Math.floor(image.indexOf(255) / 3) % 32;
      return Number(column >= 16 === (i % 2 === 1));
    });
  /** One image a column, with that column white. */
  const bars = new Uint8Array(8 * IMAGE_BYTES);
  const columns = [8, 10, 13, 15, 16, 18, 21, 23];
  columns.forEach((column, n) => {
    for (let y = 0; y < 32; y++)
      bars.fill(255, n * IMAGE_BYTES + (y * 32 + column) * 3, n * IMAGE_BYTES + (y * 32 + column) * 3 + 3);
  });
  const labels = Uint8Array.from(columns, (column) => Number(column >= 16));

  it('averages over directions: vertical shifts change nothing, horizontal ones what crosses the middle', async () => {
    const rows = await shiftRobustness(side, { images: bars, labels, count: 8 }, { shifts: [0, 1, 3, 8] });
    // By hand: crossing to the right of the middle: 15 at 1; 13, 15 at 3; all four left ones at 8. The same leftwards.
    assert.deepEqual(rows, [
      { shift: 0, accuracy: 1, agreement: 1 },
      { shift: 1, accuracy: 1 - 2 / 32, agreement: 1 - 2 / 32 },
      { shift: 3, accuracy: 1 - 4 / 32, agreement: 1 - 4 / 32 },
      { shift: 8, accuracy: 1 - 8 / 32, agreement: 1 - 8 / 32 },
    ]);
  });
  it('covers 0 to 8 pixels unless told otherwise', async () => {
    const rows = await shiftRobustness(side, { images: bars, labels, count: 8 });
    assert.deepEqual(
      rows.map(({ shift }) => shift),
      [0, 1, 2, 3, 4, 5, 6, 7, 8],
    );
  });
});
