import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bestByValidation, summarize } from '../../src/analysis/index.js';
import { CIFAR10_CLASSES } from '../../src/data/index.js';
import type { EffectiveReceptiveField, FilterOrder, FilterRun, Pruning } from '../../src/lab/index.js';
import {
  cnnsByWidth,
  confusionViews,
  dropoutByWidth,
  dropoutTable,
  dropoutViews,
  effectiveFieldViews,
  featureMapsView,
  headResults,
  headsViews,
  insidePredictions,
  insideReading,
  type MeasuredWidth,
  mistakesViews,
  pruningViews,
} from '../../src/views/index.js';
import { but, convincing, type World } from '../support/evidence.js';
import { assertPredicted, held } from './predictions.js';
import { madeResults, nothing } from './runs.js';
import { textOf } from './study.js';

const IMAGES = 500;
const cifar10 = { name: 'cifar10', classes: CIFAR10_CLASSES } as const;

/** A width that loses a share of its answers without a quarter of a layer's filters. @param lost by seed */
const width = (model: string, accuracy: number, ...lost: readonly number[]): MeasuredWidth => ({
  model,
  runs: lost.map((of, seed) => ({ ...filters(accuracy, of), seed })),
});

function filters(accuracy: number, lost: number): Omit<FilterRun, 'seed'> {
  const loss = (order: FilterOrder, fraction: number) => {
    const values = Array.from({ length: IMAGES }, (_, i) => Number(i < lost * IMAGES));
    return { fraction, order, ...summarize(values), draws: null };
  };
  const losses = (['magnitude', 'random'] as const).flatMap((order) => [loss(order, 0.25), loss(order, 0.5)]);
  const correct = Array.from({ length: IMAGES }, (_, i) => Number(i < accuracy * IMAGES));
  const fraction = { fraction: lost < 0.01 ? 0.5 : 0, low: 0, high: 0 };
  const pruning: Pruning = {
    images: IMAGES,
    accuracy: summarize(correct),
    layers: [],
    losses,
    together: [],
    removable: { alone: fraction, together: fraction },
  };
  return { pruning, ranks: [{ layer: 'conv1', filters: 8, initial: 0.9, trained: 0.8 }], guess: 0.1 };
}

/** A receptive field of 24 pixels a side, of which some hold most of the gradient. */
function field(layer: string, effectiveSide: number, seen = { first: 4, last: 27 }): EffectiveReceptiveField {
  return {
    layer,
    expected: { first: 4, last: 27 },
    rows: seen,
    columns: seen,
    weights: new Float32Array(1024),
    byDistance: [{ distance: 0, weight: 1 }],
    effectiveSide,
  };
}

const EXPERIMENTS = ['filterSweep', 'heads', 'dropout'] as const;

/** Everything the chapter finds. */
function found(world: World, widths: readonly MeasuredWidth[], fields: readonly EffectiveReceptiveField[]) {
  const { results, compare } = madeResults(EXPERIMENTS, { world });
  const heads = headResults(results.heads, compare);
  const dropout = dropoutByWidth(results.dropout, compare);
  const best = bestByValidation(cnnsByWidth(results.filterSweep))!;
  return { inside: { fields, widths, heads, dropout, best }, results, compare };
}

const WIDE = [width('small', 0.6, 0.2), width('big', 0.8, 0)];
const NARROW = [width('small', 0.6, 0), width('big', 0.8, 0.2)];
/** Wide enough apart for one seed on few images. */
const clear: World = but(but(convincing, { dropout: 0 }, { train: 0.9 }), { dropout: 0.5 }, { train: 0.72 });
const expected = found(clear, WIDE, [field('conv1', 3), field('conv5', 14)]);
/** The pooled head and dropout overfit, and the flattened head is the more accurate one as well. */
const opposite: World = [
  [{ head: 'pooled' }, { train: 0.9, validation: 0.5, test: 0.4 }],
  [{ head: 'flattened' }, { train: 0.6, validation: 0.55, test: 0.55 }],
  [{ dropout: 0 }, { train: 0.55, validation: 0.5 }],
  [{ dropout: 0.5 }, { train: 0.95, validation: 0.5 }],
].reduce<World>(
  (world, [query, accuracies]) => but(world, query as object, accuracies as object),
  convincing,
);
const contrary = found(opposite, NARROW, [field('conv1', 3), field('conv5', 24)]);

describe('the chapter on what is inside the networks', () => {
  it('settles what it predicts, in the direction of the numbers', () => {
    const predictions = insidePredictions(expected.inside, cifar10);
    assertPredicted('08-inside-the-networks.ipynb', predictions);
    // One seed and 500 images: a point of margin is within the interval.
    assert.deepEqual(held(predictions), [true, null, true, true, false]);
    assert.deepEqual(held(insidePredictions(contrary.inside, cifar10)), [false, false, false, false, false]);
  });

  it('names the most confused pair, and leaves it open for images of other classes', () => {
    const [, , , , pair] = insidePredictions(expected.inside, cifar10);
    assert.match(pair!.because, /^airplane and automobile, [\d,]+ of 10,000 test images by `big/);
    const shapes = { name: 'shapes', classes: CIFAR10_CLASSES } as const;
    assert.equal(insidePredictions(expected.inside, shapes).at(-1)!.held, null);
  });

  it('discusses gap and test accuracy of the heads where they are compared, as the numbers are', () => {
    const text = textOf(...headsViews(expected.inside.heads, expected.compare));
    assert.match(text, /The flattened head has the larger gap/);
    assert.doesNotMatch(text, /A smaller gap is not a better network/);
    const flatWins = but(clear, { head: 'flattened' }, { train: 0.9, validation: 0.7, test: 0.7 });
    const { inside, compare } = found(flatWins, WIDE, []);
    const both = textOf(...headsViews(inside.heads, compare));
    assert.match(
      both,
      /flattened head has the larger gap.*flattened head is the more accurate one.*A smaller gap is not a better network/s,
    );
    const other = textOf(...headsViews(contrary.inside.heads, contrary.compare));
    assert.match(other, /The pooled head has the larger gap.*the flattened head is the more accurate one/s);
    assert.doesNotMatch(other, /A smaller gap is not a better network/);
  });

  it('says who can do without filters as the numbers do, and nothing of a network at chance', () => {
    assert.match(insideReading(expected.inside, expected.compare), /`small` loses more than it/);
    assert.match(
      insideReading(contrary.inside, contrary.compare),
      /a quarter of a layer’s filters costs `big` more than a point.*`small` loses less than it/,
    );
    const guessing = { ...expected.inside, widths: [width('small', 0.1, 0), width('big', 0.1, 0)] };
    assert.equal(insidePredictions(guessing, cifar10)[1]!.held, null);
    assert.match(insideReading(guessing, expected.compare), /at chance has no accuracy to lose/);
    const oneOfTwo = [width('small', 0.5, 0), width('big', 0.5, 0)].map(({ model, runs }) => ({
      model,
      runs: runs.map((run) => ({ ...run, guess: 0.5 })),
    }));
    assert.equal(insidePredictions({ ...expected.inside, widths: oneOfTwo }, cifar10)[1]!.held, null);
    assert.match(JSON.stringify(pruningViews(oneOfTwo)), /"guess":0\.5\b/);
    const one = { ...expected.inside, widths: WIDE.slice(0, 1) };
    assert.equal(insidePredictions(one, cifar10)[1]!.held, null);
  });

  it('is about filters over all seeds that were measured, and names how many', () => {
    const widths = [width('small', 0.6, 0.2, 0.22, 0.18), width('big', 0.8, 0, 0.004)];
    const views = textOf(...pruningViews(widths));
    assert.match(views, /Means over seeds\./);
    assert.match(views, /"seeds":3,"images":"500".*"−20\.0 \[/);
    const [, redundant] = insidePredictions({ ...expected.inside, widths }, cifar10);
    assert.match(
      redundant!.because,
      /loss of big: \+0\.8 points .*loss of small − loss of big, of the 2 seeds that both have: \+20\.8 points/,
    );
    const reading = insideReading({ ...expected.inside, widths }, expected.compare);
    assert.match(reading, /This rests on 2 seeds; 95 % intervals over seeds and images\..*Basis: one seed/);
  });

  it('shows what dropout takes off the gap by width, narrow to wide', () => {
    const { inside, compare } = expected;
    assert.deepEqual(
      inside.dropout.map(({ model }) => model),
      ['small', 'medium'],
    );
    assert.match(
      textOf(...dropoutViews(inside.dropout, compare)),
      /small \+[\d.]+ points .* at 0\.3 and \+[\d.]+ points .* at 0\.5; medium \+/,
    );
    const table = dropoutTable(inside.dropout, compare) as { rows: readonly object[] };
    assert.equal(table.rows.length, 6);
    assert.match(textOf(...dropoutViews([], compare)), /nothing to show/);
    assert.deepEqual(dropoutByWidth(nothing.results, nothing.compare), []);
    assert.match(
      textOf(...dropoutViews(contrary.inside.dropout, contrary.compare)),
      /small −[\d.]+ points .* at 0\.3 and −/,
    );
  });

  it('says where units depend on pixels outside their field', () => {
    assert.match(
      textOf(...effectiveFieldViews(expected.inside.fields)),
      /24 × 24 pixels; 14 × 14 in the middle hold 95 %.*No unit depends on a pixel outside/s,
    );
    const beyond = [field('conv5', 14, { first: 3, last: 27 })];
    assert.match(
      textOf(...effectiveFieldViews(beyond)),
      /\*\*Units depend on pixels outside their field in conv5\.\*\*/,
    );
  });

  it('counts the filters that respond nowhere', () => {
    const maps = Float32Array.of(0, 1, 0, 0, 2, 0, 0, 3, 0, 0, 4, 0);
    assert.match(
      textOf(featureMapsView('conv1', { maps, shape: [2, 2, 3] })),
      /3 maps of 2 × 2.*: 2 of them respond nowhere/,
    );
    assert.match(
      textOf(featureMapsView('conv1', { maps: maps.fill(1), shape: [2, 2, 3] })),
      /every filter responds/,
    );
  });

  it('shows pictures and classes of confident mistakes, or that there are none', () => {
    const judged = { images: new Uint8Array(2 * 3072), labels: Uint8Array.of(3, 5), count: 2 };
    const mistake = { index: 1, label: 5, predicted: 3, confidence: 0.9 };
    assert.match(
      textOf(...mistakesViews(judged, [mistake], 'small', CIFAR10_CLASSES)),
      /"dog".*"cat".*"90\.0 %"/,
    );
    assert.match(textOf(...mistakesViews(judged, [], 'small', CIFAR10_CLASSES)), /misclassifies none/);
  });

  it('is about the most accurate CNN by validation, with the baseline next to it', () => {
    const { inside, results } = expected;
    assert.equal(inside.best.condition.model, 'big');
    const baseline = results.filterSweep.find(({ condition }) => condition.model === 'baseline')!;
    assert.match(
      textOf(...confusionViews(inside.best, baseline, CIFAR10_CLASSES)),
      /`big.*confuses airplane and automobile.*for the baseline it is airplane/s,
    );
    assert.match(textOf(...pruningViews(WIDE)), /small 80\.0 % \(90\.0 % before training\).*big 50\.0 %/s);
    assert.match(textOf(...pruningViews([])), /nothing to show/);
  });
});
