import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { openStudy, RunStore, type Study } from '../../src/index.js';
import {
  equivarianceEvidence,
  infer,
  type LayerEquivariance,
  measureEquivariance,
  measurePruning,
  measureRanks,
  measureShifts,
  validationImages,
} from '../../src/lab/index.js';
import { initialWeights, type ModelSpec, weightShapes } from '../../src/models/index.js';
import {
  type RunRecord,
  scoreLogits,
  splitIndices,
  type TrainedRun,
  train,
} from '../../src/training/index.js';
import { tinySpec } from '../training/fixtures.js';

/** 4 x 4 positions of 8 maps. */
const FEATURES = 128;
const conv = (filters: number) => ({ kind: 'conv2d', filters, kernelSize: 3, activation: 'relu' }) as const;
const tiny: ModelSpec = {
  name: 'tiny',
  inputShape: [32, 32, 3],
  layers: [
    conv(4),
    conv(4),
    { kind: 'maxPool2d', size: 2 },
    conv(6),
    { kind: 'maxPool2d', size: 2 },
    { kind: 'maxPool2d', size: 2 },
    conv(8),
    { kind: 'flatten' },
    { kind: 'dense', units: 10, activation: 'linear' },
  ],
};

/**
 * Filters drawn from a seed, and a head fitted to images in closed form, by the distance of standardized features to
 * each class's mean: a network that knows something and, unlike one trained by gradients, is the same on every machine.
 */
async function fittedWeights(images: Uint8Array, labels: Uint8Array): Promise<Float32Array[]> {
  const weights = initialWeights(tiny, 1);
  const features = await infer(tiny, weights, images, { upTo: 'flatten1' });
  const rows = Array.from(labels, (label, i) => ({
    label,
    x: [...features.subarray(i * FEATURES, (i + 1) * FEATURES)],
  }));
  const average = (of: readonly (readonly number[])[]) =>
    Array.from({ length: FEATURES }, (_, j) => of.reduce((sum, x) => sum + x[j]! / of.length, 0));
  const means = Array.from({ length: 10 }, (_, k) =>
    average(rows.filter(({ label }) => label === k).map(({ x }) => x)),
  );
  const spread = average(rows.map(({ label, x }) => x.map((value, j) => (value - means[label]![j]!) ** 2)));
  const variances = spread.map((variance) => variance + 0.01);
  const kernel = variances.flatMap((variance, j) => means.map((mean) => mean[j]! / variance));
  const bias = means.map((mean) => mean.reduce((sum, value, j) => sum - value ** 2 / variances[j]! / 2, 0));
  return [...weights.slice(0, -2), Float32Array.from(kernel), Float32Array.from(bias)];
}

let folder: string;
let study: Study;
let trained: TrainedRun;
let run: RunRecord;
let weights: Float32Array[];
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whyconv-lab-'));
  study = await openStudy({
    profile: 'smoke',
    data: 'synthetic',
    engine: 'wasm',
    store: new RunStore(folder),
  });
  const split = { seed: 0, train: 20, validation: 100, test: 20 };
  const spec = tinySpec(study.dataset, { model: tiny, split, maxEpochs: 1 });
  trained = await train(spec, study.dataset);
  run = trained.record;
  const { images, labels } = validationImages(study, run, 100);
  weights = await fittedWeights(images, labels);
});
after(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
  await rm(folder, { recursive: true, force: true });
  await put(weights);
});

const put = (values: readonly Float32Array[]) =>
  study.store.put({
    ...trained,
    weights: Object.fromEntries(weightShapes(tiny).map(({ name }, i) => [name, values[i]!])),
  });
const kept = async () => (await readdir(folder)).filter((name) => name.endsWith('.measurement.json'));

/** Numbers that a change of an algorithm changes; engines and machines differ by rounding, which may flip an answer or two. */
function close(found: readonly number[], expected: readonly number[], tolerance: number, what: string): void {
  assert.equal(found.length, expected.length, what);
  for (const [i, value] of found.entries())
    assert.ok(
      Math.abs(value - expected[i]!) <= tolerance,
      `${what}: [${found.join(', ')}], known are [${expected.join(', ')}]`,
    );
}
const ANSWERS = 0.0051;

/** Versions of the measurements that are kept, by name. */
async function versions(): Promise<Record<string, number>> {
  const files = await Promise.all((await kept()).map((file) => readFile(join(folder, file), 'utf8')));
  return Object.fromEntries(
    files
      .map((text) => JSON.parse(text) as { name: string; from: { version: number } })
      .map(({ name, from }) => [name, from.version]),
  );
}

describe('a version of a measurement has these numbers for a known network', () => {
  it('equivariance: errors by shift, and changes in place by one pixel, before and after pooling', async () => {
    const rows = await measureEquivariance(study, run);
    assert.deepEqual(await versions(), { equivarianceByLayer: 1 });
    const of = (layer: string, pick: (row: LayerEquivariance) => number) =>
      rows.filter((row) => row.layer === layer).map(pick);
    close(
      of('conv2', ({ error }) => error),
      Array(8).fill(0),
      1e-5,
      'errors of conv2',
    );
    close(of('pool1', ({ error }) => error).slice(0, 4), [0.202, 0, 0.204, 0], 0.001, 'errors of pool1');
    close(of('conv3', ({ error }) => error).slice(0, 2), [0.231, 0], 0.001, 'errors of conv3');
    close(of('pool3', ({ error }) => error).slice(0, 2), [0.138, 0.117], 0.001, 'errors of pool3');
    close(of('conv2', ({ change }) => change).slice(0, 2), [0.347, 0.391], 0.001, 'changes of conv2');
    const { n, mean, sd, low, high } = equivarianceEvidence(rows).changeReduction;
    close(
      [n, mean, sd!, low!, high!],
      [32, 0.142, 0.067, 0.118, 0.166],
      0.001,
      'the reduction of the change',
    );
  });

  it('pruning: losses by magnitude and at random, of one layer and of all, with their intervals', async () => {
    const { images, accuracy, losses, together, removable } = await measurePruning(study, run);
    assert.deepEqual(await versions(), { pruning: 1 });
    close([images, accuracy.mean, accuracy.low!], [100, 0.25, 0.164], ANSWERS, 'the whole network');
    const means = [0.06, 0.1025, 0.115, 0.115, 0.12, 0.12, 0.14, /* at random: */ 0.0589, 0.0938];
    close(
      losses.map(({ mean }) => mean),
      means,
      ANSWERS,
      'one layer',
    );
    const [quarter, random] = [losses[1]!, losses[7]!];
    close([quarter.low!, quarter.high!], [0.0209, 0.1841], ANSWERS, 'the interval of a quarter');
    close([random.draws!.n, random.draws!.sd!], [20, 0.025], ANSWERS, 'the spread of draws');
    close(
      together.map(({ mean }) => mean),
      Array(7).fill(0.15),
      ANSWERS,
      'all layers',
    );
    assert.deepEqual(removable.alone, { fraction: 0, low: 0, high: 0 });
  });

  it('shift robustness: accuracy, consistency and loss, with black and with wrapped filling', async () => {
    const [zero, wrap] = [await measureShifts(study, run, 'zero'), await measureShifts(study, run, 'wrap')];
    assert.deepEqual(await versions(), { shiftRobustness: 1 });
    assert.deepEqual(
      zero.rows.map(({ shift, images }) => [shift, images]),
      [0, 1, 2, 4, 8].map((shift) => [shift, 100]),
    );
    close(
      zero.rows.map(({ accuracy }) => accuracy.mean),
      [0.25, 0.2525, 0.25, 0.2225, 0.165],
      ANSWERS,
      'accuracy',
    );
    close(
      zero.rows.map(({ consistency }) => consistency.mean),
      [1, 0.7975, 0.785, 0.5975, 0.375],
      ANSWERS,
      'consistency',
    );
    const { mean, low } = zero.rows.at(-1)!.loss;
    close([mean, low!], [0.085, 0.0055], ANSWERS, 'loss at 8 pixels');
    close(
      wrap.rows.map(({ consistency }) => consistency.mean),
      [1, 0.83, 0.825, 0.7125, 0.5225],
      ANSWERS,
      'wrapped',
    );
  });

  it('ranks: of the initial filters and of the given ones', async () => {
    const ranks = await measureRanks(study, run);
    assert.deepEqual(await versions(), { filterRanks: 1 });
    close(
      ranks.map(({ filters }) => filters),
      [4, 4, 6, 8],
      0,
      'filters',
    );
    close(
      ranks.map(({ initial }) => initial),
      [0.991, 0.984, 0.983, 0.982],
      0.001,
      'initial',
    );
    close(
      ranks.map(({ trained }) => trained),
      [0.987, 0.983, 0.984, 0.983],
      0.001,
      'given',
    );
  });
});

describe('what was measured', () => {
  it('a measurement is kept and answers again, under a key that names weights, version and every constant', async () => {
    const first = await measureShifts(study, run, 'wrap');
    const [file] = await kept();
    const { name, from } = JSON.parse(await readFile(join(folder, file!), 'utf8')) as {
      name: string;
      from: Record<string, unknown>;
    };
    assert.equal(name, 'shiftRobustness');
    assert.deepEqual(Object.keys(from), [
      'run',
      'weights',
      'version',
      'images',
      'shifts',
      'directions',
      'fill',
    ]);
    assert.deepEqual(await measureShifts(study, run, 'wrap'), first);
    await measureShifts(study, run, 'zero');
    assert.equal((await kept()).length, 2, 'one per filling');
  });

  it('a measurement does not answer for a run that was trained again to other weights', async () => {
    const [before] = await measureRanks(study, run);
    await put(initialWeights(tiny, 7));
    const [after] = await measureRanks(study, run);
    assert.notEqual(after!.trained, before!.trained);
    assert.equal((await kept()).length, 2);
  });

  it('measurements of a dead network can be read again: no number in them is infinite or not a number', async () => {
    await put(weights.map((values) => values.map(() => 0)));
    for (const measure of [measureEquivariance, measurePruning, measureRanks]) {
      const found = await measure(study, run);
      assert.deepEqual(await measure(study, run), found);
    }
  });

  it('a measurement is about the first images the run was validated on, in their order', async () => {
    const images = validationImages(study, run, 500);
    const { validation } = splitIndices(study.dataset, run.spec);
    assert.deepEqual(
      [...images.labels],
      Array.from(validation, (i) => study.dataset.train.labels[i]),
    );
    const { accuracy } = scoreLogits(await infer(tiny, weights, images.images), images.labels);
    const { judged, rows } = await measureShifts(study, run, 'zero');
    assert.ok(Math.abs(rows[0]!.accuracy.mean - accuracy) < 1e-12);
    assert.deepEqual(judged, { dataset: study.dataset.fingerprint, splitSeed: 0, validation: 100 });
  });

  it('a measurement needs the weights of the run, and without them says what is missing and keeps nothing', async () => {
    await rm(join(folder, `${run.key}.safetensors`));
    for (const measure of [measureEquivariance, measurePruning, measureRanks])
      await assert.rejects(measure(study, run), /the weights of a run of tiny are missing/);
    assert.deepEqual(await kept(), []);
  });
});
