import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { comparisons } from '../../src/analysis/index.js';
import { shapesDataset } from '../../src/data/index.js';
import { startEngine } from '../../src/engine/index.js';
import { type ShiftMeasurement, shiftRobustness } from '../../src/lab/index.js';
import { initialWeights } from '../../src/models/index.js';
import type { FigureOptions } from '../../src/notebook/index.js';
import type { GuessFigure, MoveFigure, ScrambleFigure } from '../../src/play/index.js';
import type { Study } from '../../src/study/index.js';
import type { RunRecord } from '../../src/training/index.js';
import { dataSizes, guessView, moveView, scrambleView, turnView } from '../../src/views/index.js';
import { convincing } from '../support/evidence.js';
import { madeResults } from './runs.js';

const { results, compare } = madeResults(['weightSharing', 'augmentation', 'blockPermutation', 'dataSize'], {
  world: convincing,
});
const dataset = shapesDataset({ train: 1, test: 60, seed: 0 });

/** A study whose networks have the weights that they begin with; the chosen ones have none. */
const studyWithout = (missing: (record: RunRecord) => boolean = () => false): Study =>
  ({
    dataset,
    store: {
      folder: 'nowhere',
      weights: async (record: RunRecord) =>
        missing(record) ? undefined : initialWeights(record.spec.model, record.spec.seed),
    },
  }) as unknown as Study;

function measurement(fill: 'zero' | 'wrap', right: number): ShiftMeasurement {
  const answers = [0, 1, 2, 4, 8].map((shift) => {
    const correct = Uint8Array.from({ length: 100 }, (_, i) => (i < right - shift ? 4 : 0));
    return { shift, correct, kept: correct };
  });
  const judged = { dataset: '0'.repeat(64), splitSeed: 0, validation: 5000 };
  return { judged, fill, answers, rows: shiftRobustness(answers) };
}

const shifted = results.augmentation
  .filter(({ condition }) => condition.shift === 0)
  .map((result) => ({
    result,
    runs: [{ seed: 0, zero: measurement('zero', 60), wrap: measurement('wrap', 80) }],
  }));

describe('figures to move', () => {
  before(() => startEngine('wasm'));

  it('show the networks there are, with what was measured of them, and say why one is not there', async () => {
    const { play, caption, svg } = (await moveView(studyWithout(), shifted)) as FigureOptions;
    const { networks, images, measured } = play as MoveFigure;
    assert.deepEqual(
      networks.map(({ name }) => name),
      ['baseline, low rate', 'small'],
    );
    assert.deepEqual(
      measured.zero[0]!.points.map(({ accuracy }) => accuracy),
      [0.6, 0.59, 0.58, 0.56, 0.52],
    );
    assert.equal(measured.wrap[1]!.points.at(-1)!.accuracy, 0.72);
    assert.match(caption, /locally connected network was not trained in this run/);
    assert.match(
      caption,
      /Of 60 test images, this leaves the most probable class what it was for: baseline, low rate \d+\.\d % \(5 to 6 bits\), small \d+\.\d % \(float16\)/,
    );
    assert.ok(images.indices.length >= 1);
    for (const [i, index] of images.indices.entries())
      assert.equal(images.labels[i], dataset.test.labels[index]);
    assert.match(svg!, /^<svg/);
  });

  it('say which networks have no weights at hand, and are not there where none has', async () => {
    const isDense = ({ spec }: RunRecord) => spec.model.name === 'baseline';
    const { play, caption } = (await moveView(studyWithout(isDense), shifted)) as FigureOptions;
    assert.deepEqual(
      (play as MoveFigure).networks.map(({ name }) => name),
      ['small'],
    );
    assert.equal((play as MoveFigure).measured.zero.length, 2, 'the curves are records');
    assert.match(
      caption,
      /Without weights at hand, and so not shown: baseline, low rate \(the profile `quick` trains them\)\./,
    );
    assert.equal(
      typeof (await moveView(
        studyWithout(() => true),
        shifted,
      )),
      'string',
    );
    assert.equal(typeof (await turnView(studyWithout(), undefined, [])), 'string');
  });

  it('scrambled images are answered for by the CNNs that learned from such images', async () => {
    const few = results.blockPermutation.filter(({ condition }) => condition.head !== 'dense');
    const { play } = (await scrambleView(studyWithout(), undefined, few)) as FigureOptions;
    const { networks, orders, measured } = play as ScrambleFigure;
    assert.deepEqual(Object.keys(orders), ['1', '2', '4', '8', '16', '32']);
    const blocks = few.map(({ condition }) => condition.block).sort((a, b) => a - b);
    assert.deepEqual(
      networks.map(({ block }) => block ?? 1).sort((a, b) => a - b),
      blocks,
    );
    assert.deepEqual(
      measured[0]!.points.map(({ x }) => x),
      blocks,
    );
  });

  it('a curve to be guessed is that of the narrowest CNN, next to all that were measured', async () => {
    const sizes = dataSizes(results.dataSize, compare);
    const { play, svg } = (await guessView(sizes, comparisons(results.dataSize))) as FigureOptions;
    const { name, measured } = play as GuessFigure;
    assert.equal(name, 'small');
    const small = measured.find((curve) => curve.name === name)!;
    const own = results.dataSize.filter(({ condition }) => condition.model === 'small' && condition.sharing);
    assert.deepEqual(
      small.points.map(({ x, accuracy }) => [x, Math.round(1e6 * accuracy)]),
      own
        .map(({ images, testAccuracy }) => [images, Math.round(1e6 * testAccuracy.mean)])
        .sort((a, b) => a[0]! - b[0]!),
    );
    assert.ok(svg!.includes('var(--chart-model-small'));
    assert.equal(typeof (await guessView(undefined, compare)), 'string');
  });
});
