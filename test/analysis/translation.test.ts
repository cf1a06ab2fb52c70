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
import { buildModel, cnn, initialWeights, receptiveField } from '../../src/models/index.js';

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

describe('equivariance of a first block, as evidence', () => {
  before(() => startEngine('wasm'));

  it('measures shifts of 1 to 8 pixels before and after pooling, and leaves no tensor behind', async () => {
    const tensors = tf.memory().numTensors;
    const rows = await layerEquivariance(spec, initialWeights(spec, 1), noise);
    assert.equal(tf.memory().numTensors, tensors);
    const shifts = [1, 2, 3, 4, 5, 6, 7, 8];
    assert.deepEqual(
      rows.map(({ layer, pooled, shift }) => [layer, pooled, shift]),
      [...shifts.map((shift) => ['conv2', false, shift]), ...shifts.map((shift) => ['pool1', true, shift])],
    );
    const { beforePooling, afterPoolingEven, afterPoolingOdd } = equivarianceEvidence(rows);
    assert.ok(beforePooling < 1e-5 && afterPoolingEven < 1e-5 && afterPoolingOdd > 0.05);
  });
  it('takes the worst error that should be 0 and the least that should not', () => {
    const rows = [
      { layer: 'conv2', pooled: false, shift: 1, error: 1e-7 },
      { layer: 'conv2', pooled: false, shift: 2, error: 3e-7 },
      { layer: 'pool1', pooled: true, shift: 1, error: 0.3 },
      { layer: 'pool1', pooled: true, shift: 2, error: 2e-7 },
      { layer: 'pool1', pooled: true, shift: 3, error: 0.2 },
      { layer: 'pool1', pooled: true, shift: 4, error: 1e-7 },
    ];
    assert.deepEqual(equivarianceEvidence(rows), {
      beforePooling: 3e-7,
      afterPoolingEven: 2e-7,
      afterPoolingOdd: 0.2,
    });
    assert.throws(() => equivarianceEvidence([]), RangeError);
    assert.throws(() => equivarianceEvidence(rows.filter(({ shift }) => shift % 2 === 1)), /even shift/);
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
