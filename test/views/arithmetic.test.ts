import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  cnn,
  denseBaseline,
  MODELS,
  type ModelSpec,
  stageVolumes,
  withoutSharing,
} from '../../src/models/index.js';
import { architectureFacts } from '../../src/study/index.js';
import {
  arithmeticPredictions,
  arithmeticReading,
  costTable,
  derivationTable,
  diagramView,
  factsTable,
  loopsPrediction,
  receptiveFieldView,
  sharesView,
  volumesReading,
  workView,
} from '../../src/views/index.js';
import { assertPredicted, held } from './predictions.js';

const { baseline, big, small } = MODELS;
const NORMAL = { baseline, cnn: big, volumes: stageVolumes(big) };
/** A baseline with little in its first layer, and a "CNN" whose weights depend on the size of the image. */
const REVERSED = {
  baseline: {
    ...denseBaseline(),
    layers: [
      { kind: 'flatten' },
      { kind: 'dense', units: 4, activation: 'relu' },
      { kind: 'dense', units: 10_000, activation: 'relu' },
      { kind: 'dense', units: 10, activation: 'linear' },
    ],
  } satisfies ModelSpec,
  cnn: withoutSharing(big),
  volumes: [1000, 1000, 1100],
};

describe('the views of parameter arithmetic', () => {
  it('predict what the chapter predicts; the claim about constant volumes is the one that fails', () => {
    const ones = Float32Array.of(1);
    const predictions = [loopsPrediction(ones, ones), ...arithmeticPredictions(NORMAL)];
    assertPredicted('03-parameter-arithmetic.ipynb', predictions);
    assert.deepEqual(held(predictions), [true, true, true, false]);
    assert.equal(predictions[1]!.because, '92.16 % in dense1');
    assert.equal(predictions[3]!.because, '32,768 → 16,384 → 8,192');
  });

  it('turn every prediction around with the numbers', () => {
    assert.deepEqual(held(arithmeticPredictions(REVERSED)), [false, false, true]);
  });

  it('read volumes as constant only where they are, within a factor of one and a half', () => {
    assert.match(volumesReading([32_768, 16_384, 8192]), /It does not: 32,768 → 16,384 → 8,192/);
    assert.match(volumesReading([1000, 1000, 1100]), /It does: 1,000/);
    assert.doesNotMatch(volumesReading([1000, 1000, 1100]), /does not|Pooling divides/);
    assert.match(volumesReading([1000, 1501]), /It does not/);
  });

  it('say of the baseline that it has no lack of parameters only where it has more', () => {
    assert.match(
      arithmeticReading(NORMAL),
      /10\.9 times the parameters of `big`.*not for lack of parameters/,
    );
    const fewer = arithmeticReading({ ...NORMAL, baseline: small, cnn: big });
    assert.match(fewer, /0\.09 times the parameters.*may be for lack of parameters/);
    assert.doesNotMatch(fewer, /it is not for lack/);
  });

  it('compare counted and built parameters, and mark a model where they differ', () => {
    const { rows } = costTable([small, big], [14_450, 1]);
    assert.deepEqual(
      rows.map(({ parameters }) => parameters),
      [
        { 'by formula': '14,450', 'in the built model': '14,450', agree: 'yes' },
        { 'by formula': '157,226', 'in the built model': '1', agree: '**NO**' },
      ],
    );
  });

  it('name the largest layer of each model with its share', () => {
    const { caption } = sharesView([baseline, big]);
    assert.match(caption, /`baseline` 92\.2 % in dense1, `big` 47\.0 % in conv5\./);
  });

  it('derive the parameters of the layers that have any', () => {
    const { rows, caption } = derivationTable(cnn('mine', 12, 24));
    assert.deepEqual(
      rows.map(({ layer }) => layer),
      ['conv1', 'conv2', 'conv3', 'conv4', 'conv5', 'dense1', 'dense2'],
    );
    assert.equal(rows[0]![' '], '336');
    assert.match(String(rows[0]!.parameters), /3\}\^\{2\} \\times 3\+1/);
    const total = rows.reduce((sum, row) => sum + Number(String(row[' ']).replaceAll(',', '')), 0);
    assert.match(caption!, new RegExp(`\`mine\`.*: ${total.toLocaleString('en-US')} parameters`));
  });

  it('take what each layer sees and does from the model', () => {
    assert.match(
      receptiveFieldView(big).caption,
      /second convolution sees 5 × 5 pixels, the last one 24 × 24 pixels/,
    );
    assert.match(
      workView(big).caption,
      /in conv2, on maps of 32 × 32 × 32: 32\.3 % .* 5\.9 % of the parameters; conv4, on maps of 16 × 16 × 64: 32\.3 %/,
    );
    assert.match(diagramView(small).caption, /`small` have\? 14,450 parameters/);
  });

  it('put a dash where the original study printed nothing', () => {
    const rows = factsTable(architectureFacts()).rows;
    assert.equal(rows.find(({ statement }) => String(statement).includes('flatten head'))?.published, '–');
    assert.equal(rows[0]!.value, '1,573,376');
  });
});
