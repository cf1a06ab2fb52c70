import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  checkDataset,
  type DatasetCheck,
  type DistanceCorrelation,
  shapesDataset,
} from '../../src/data/index.js';
import {
  blockCorrelationTable,
  channelTable,
  checksReading,
  checksTable,
  classGrid,
  correlationView,
  dataPredictions,
  dataReading,
  directionTable,
  meanImagesView,
} from '../../src/views/index.js';
import { assertPredicted, held } from './predictions.js';

const check = (name: string, passed: boolean): DatasetCheck => ({ name, passed, found: 'f', expected: 'e' });
const CHECKS = [check('labels', true), check('balance', true)];

const measured = (means: readonly number[]): DistanceCorrelation[] =>
  means.map((mean, i) => ({
    distance: i + 1,
    horizontal: mean + 0.01,
    vertical: mean - 0.01,
    mean,
    pairs: 100,
  }));
const FALLING = measured([0.9, 0.6, 0.3]);
const FLAT = measured([0.31, 0.3, 0.32]);
const NORMAL = { original: FALLING, permuted: FLAT };
const REVERSED = { original: measured([0.3, 0.6, 0.9]), permuted: FALLING };

describe('the views of the dataset', () => {
  it('name each check with its result, and the ones that fail', () => {
    const checks = [check('labels', true), check('balance', false)];
    assert.deepEqual(
      checksTable(checks).rows.map(({ check: name, result }) => [name, result]),
      [
        ['labels', 'pass'],
        ['balance', '**FAIL**'],
      ],
    );
    assert.equal(checksReading(CHECKS), 'All 2 checks pass.');
    assert.equal(checksReading(checks), '**1 of 2 checks fail**: balance.');
  });

  it('predict what the chapter predicts, and hold where the numbers say so', () => {
    const predictions = dataPredictions(CHECKS, NORMAL);
    assertPredicted('01-dataset-checks.ipynb', predictions);
    assert.deepEqual(held(predictions), [true, true, true]);
    assert.match(predictions[1]!.because, /0\.900 at 1 pixel to 0\.300 at 3, falling at each step/);
  });

  it('cross every prediction where the numbers are reversed, and claim nothing that they deny', () => {
    const checks = [check('labels', false)];
    const predictions = dataPredictions(checks, REVERSED);
    assert.deepEqual(held(predictions), [false, false, false]);
    assert.match(predictions[1]!.because, /not falling at each step/);
    const reading = dataReading(checks, REVERSED);
    assert.match(reading, /^\*\*Reading\.\*\* \*\*The data are not as they should be/);
    assert.match(reading, /Nearby pixels are not more related than distant ones/);
    assert.doesNotMatch(reading, /saves|is the reason/);
  });

  it('read a falling correlation as the reason for locality, with its numbers', () => {
    const reading = dataReading(CHECKS, NORMAL);
    assert.match(
      reading,
      /^\*\*Reading\.\*\* The data are complete\. .* at 0\.90, one 3 pixels away at 0\.30\./,
    );
    assert.match(correlationView(NORMAL).caption, /Neighbors correlate at 0\.900, pixels 3 apart at 0\.300/);
  });

  it('call a correlation that falls and rises again not falling', () => {
    const bumpy = { original: measured([0.9, 0.3, 0.5]), permuted: FLAT };
    assert.deepEqual(held(dataPredictions(CHECKS, bumpy)), [true, false, true]);
  });

  it('tabulate correlations by block and by direction, at some distances', () => {
    const blocks = [1, 4].map((block) => ({ block, correlation: FALLING }));
    assert.deepEqual(blockCorrelationTable(blocks, [1, 3]).rows, [
      { 'permuted within': 'nothing', distance: { '1 px': '0.900', '3 px': '0.300' } },
      { 'permuted within': '4 × 4 pixels', distance: { '1 px': '0.900', '3 px': '0.300' } },
    ]);
    assert.deepEqual(directionTable(NORMAL, [2]).rows, [
      {
        'distance, pixels': 2,
        original: { 'next to each other': '0.610', 'above each other': '0.590' },
        permuted: { 'next to each other': '0.310', 'above each other': '0.290' },
      },
    ]);
  });

  it('show the synthetic set as well: its checks, its channels, its classes', () => {
    const dataset = shapesDataset({ train: 200, test: 50, seed: 0 });
    assert.match(checksReading(checkDataset(dataset)), /checks pass/);
    const grid = classGrid(dataset, 3);
    assert.match(grid.caption, /first 3 training images of each class/);
    assert.match(grid.alt, /30 small images/);
    const channels = channelTable({
      mean: [0.1, 0.2, 0.3],
      deviation: [0.4, 0.5, 0.6],
      least: 3,
      greatest: 250,
    });
    assert.deepEqual(channels.rows[2], { channel: 'blue', mean: '0.3000', 'standard deviation': '0.6000' });
    assert.match(channels.caption!, /between 3 and 250/);
    const means = dataset.classes.map(() => new Float32Array(3072).fill(12.6));
    assert.ok(meanImagesView(means, dataset.classes).png!.length > 0);
  });
});
