import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PNG } from 'pngjs';
import { layerMatrix, MODELS, withoutSharing } from '../../src/models/index.js';
import {
  agreementReading,
  capacityTable,
  filteredView,
  largestDifference,
  loopsPrediction,
  matricesView,
} from '../../src/views/index.js';

describe('the views of what a convolution computes', () => {
  it('compare loops and library by their largest difference, and say where they disagree', () => {
    const byHand = Float32Array.of(1, 2, 3);
    assert.equal(largestDifference(byHand, [1, 2.5, 2]), 1);
    assert.equal(largestDifference(byHand, [1, 2]), Number.POSITIVE_INFINITY);
    assert.match(agreementReading(byHand, byHand), /agree: the largest of 3 differences is 0\./);
    assert.equal(loopsPrediction(byHand, [1, 2, 3 + 1e-7]).held, true);
    assert.match(agreementReading(byHand, [1, 2, 4]), /\*\*disagree|disagree\*\*/);
    const wrong = loopsPrediction(byHand, [1, 2, 4]);
    assert.deepEqual([wrong.held, wrong.because], [false, 'largest difference 1.0e+0']);
  });

  it('show the image, its brightness and the response: white and black for the extremes, mid-gray for 0', () => {
    const pixels = new Uint8Array(32 * 32 * 3).fill(200);
    const gray = new Float32Array(32 * 32).fill(0.5);
    const response = new Float32Array(32 * 32);
    response[0] = 4;
    response[1] = -4;
    const view = filteredView({ pixels, gray, response, name: 'ship' });
    const { width, data } = PNG.sync.read(Buffer.from(view.png!));
    const levelAt = (x: number, y: number) => data[(y * width + x) * 4];
    const [step, scale] = [32 * 6 + 12, 6];
    assert.equal(width, 3 * step - 12);
    assert.deepEqual([levelAt(0, 0), levelAt(step, 0)], [200, 128]);
    assert.deepEqual(
      [0, 1, 2].map((column) => levelAt(2 * step + column * scale, 0)),
      [255, 0, 128],
    );
    assert.match(view.caption, /class ship/);
  });

  it('caption the matrices with the weights of each', () => {
    const matrices = (['dense', 'convolution'] as const).map((layer) => layerMatrix(layer, { side: 4 }));
    const { caption, alt, svg } = matricesView(matrices);
    assert.match(caption, /4 × 4 image.*Weights to learn: dense 256, convolution 9\.$/);
    assert.match(alt, /16 × 16 matrices/);
    assert.match(svg!, /^<svg/);
  });

  it('weigh the parameters of each network against the training images', () => {
    const specs = [MODELS.baseline, withoutSharing(MODELS.small), MODELS.small];
    const { rows, caption } = capacityTable(specs, 14_450);
    assert.deepEqual(
      rows.map(({ network }) => network),
      ['`baseline`', '`small` without sharing', '`small`'],
    );
    assert.deepEqual(rows[2], {
      network: '`small`',
      parameters: '14,450',
      'parameters per training image': '1.00',
    });
    assert.match(caption!, /14,450 training images/);
  });
});
