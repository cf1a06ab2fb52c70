import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MODEL_NAMES } from '../../src/models/index.js';
import {
  EXPERIMENT_NAMES,
  experiments,
  PROFILE_NAMES,
  PUBLISHED,
  parseProfileName,
  profileFor,
} from '../../src/study/index.js';
import { parseRunSpec, type RunSpec, runKey } from '../../src/training/index.js';
import { refusal } from '../support/refusal.js';

const FINGERPRINT = 'f'.repeat(64);
/** CIFAR-10, and the synthetic set that may stand in for it. */
const DATASETS = [
  { images: 50_000, test: 10_000 },
  { images: 10_000, test: 2_000 },
];

const studies = PROFILE_NAMES.flatMap((name) =>
  (['native', 'wasm'] as const).flatMap((engine) =>
    DATASETS.map((dataset) => {
      const profile = profileFor(name, engine);
      const all = experiments({ dataset: FINGERPRINT, images: dataset.images, profile, seed: 3 });
      return { what: `${name} on ${engine}, ${dataset.images} images`, profile, dataset, all };
    }),
  ),
);

const specsOf = (all: ReturnType<typeof experiments>): RunSpec[] =>
  all.flatMap(({ runs }) => runs.map(({ spec }) => spec));

describe('every profile', () => {
  for (const { what, profile, dataset, all } of studies) {
    it(`${what}: each run is valid, and has images to train, validate and test on`, () => {
      for (const spec of specsOf(all)) {
        assert.deepEqual(parseRunSpec(JSON.parse(JSON.stringify(spec)), what), spec);
        const { validation, train, test } = spec.split;
        const pool = dataset.images - validation;
        assert.ok(validation > 0 && pool >= (train ?? 1), `${train} train, ${validation} validate`);
        assert.ok((train ?? pool) >= 5 * spec.batchSize, 'some batches an epoch');
        assert.ok((test ?? 1) <= dataset.test);
        assert.equal(spec.dataset, FINGERPRINT);
      }
    });

    it(`${what}: asks each question with its seeds, counted from the study's`, () => {
      const seeds = Array.from({ length: profile.seeds }, (_, i) => 3 + i);
      assert.deepEqual(
        all.map(({ name }) => name),
        [...EXPERIMENT_NAMES],
      );
      for (const { name, question, runs } of all) {
        assert.match(question, /\?$/);
        for (const label of new Set(runs.map((run) => run.label))) {
          const found = runs.filter((run) => run.label === label).map(({ spec }) => spec.seed);
          assert.deepEqual(found, seeds, `${name}, ${label}`);
        }
        assert.equal(
          new Set(runs.map(({ spec }) => runKey(spec))).size,
          runs.length,
          `${name}: no run twice`,
        );
        // Runs of a question differ in what it asks about, and never in the images.
        assert.equal(new Set(runs.map(({ spec }) => JSON.stringify(spec.split))).size, 1, name);
      }
    });
  }

  it('has the protocol of the study', () => {
    for (const { all } of studies) {
      for (const { optimizer, batchSize } of specsOf(all)) {
        assert.equal(batchSize, 64);
        assert.deepEqual(optimizer, {
          kind: 'adam',
          learningRate: 1e-3,
          beta1: 0.9,
          beta2: 0.999,
          epsilon: 1e-7,
          schedule: { kind: 'reduceOnPlateau', factor: 0.5, patience: 2 },
        });
      }
    }
  });
});

describe('the experiments', () => {
  const of = (name: 'smoke' | 'quick' | 'full', engine: 'native' | 'wasm' = 'native') => {
    const all = experiments({
      dataset: FINGERPRINT,
      images: 50_000,
      profile: profileFor(name, engine),
      seed: 0,
    });
    return Object.fromEntries(all.map((experiment) => [experiment.name, experiment.runs]));
  };

  it('sweep all five models in quick and full, and only the cheap ones on wasm', () => {
    assert.deepEqual(
      of('quick').filterSweep!.map(({ label }) => label),
      MODEL_NAMES,
    );
    assert.equal(of('full').filterSweep!.length, 3 * MODEL_NAMES.length);
    assert.deepEqual(
      of('quick', 'wasm').filterSweep!.map(({ label }) => label),
      ['baseline', 'small', 'medium'],
    );
  });

  it('compare permuted networks with the sweep’s own: same images and budget', () => {
    for (const { all } of studies) {
      const byName = Object.fromEntries(all.map((experiment) => [experiment.name, experiment.runs]));
      for (const { label, spec } of byName.permutation!) {
        assert.deepEqual(spec.transform, { kind: 'permutePixels', seed: 1, blockSize: null });
        const plain = { ...spec, transform: { kind: 'none' as const } };
        const twin = byName.filterSweep!.find((run) => runKey(run.spec) === runKey(plain));
        assert.equal(label, `permuted ${twin?.label}`);
      }
    }
  });

  it('train the published baseline’s supposed setting: dropout 0.3, at most 7 epochs, 80/20, patience 3', () => {
    const { spec } = of('full').sisterBaseline![0]!;
    assert.deepEqual(
      [spec.maxEpochs, spec.patience, spec.split.validation, spec.split.train],
      [7, 3, 10_000, null],
    );
    assert.deepEqual(
      spec.model.layers.filter(({ kind }) => kind === 'dropout'),
      [
        { kind: 'dropout', rate: 0.3 },
        { kind: 'dropout', rate: 0.3 },
      ],
    );
  });

  it('of all profiles keep 45,000 training images for the full one', () => {
    for (const { spec } of of('full').filterSweep!) {
      assert.deepEqual([spec.split.train, spec.split.validation, spec.split.test], [null, 5_000, null]);
    }
    assert.equal(profileFor('full', 'wasm').syntheticAllowed, false);
  });
});

it('a profile is known by its name only', () => {
  for (const name of PROFILE_NAMES) {
    assert.equal(parseProfileName(name, '--profile'), name);
    assert.equal(profileFor(name, 'wasm').name, name);
  }
  assert.throws(
    () => parseProfileName('fast', '--profile'),
    refusal({ where: '--profile', found: 'fast', expected: 'smoke, quick, full' }),
  );
});

it('the published figures are those of the study’s table', () => {
  assert.deepEqual(Object.keys(PUBLISHED), MODEL_NAMES);
  assert.deepEqual(
    MODEL_NAMES.map((name) => [PUBLISHED[name].peakValidationAccuracy, PUBLISHED[name].testAccuracy]),
    [
      [0.4178, 0.3993],
      [0.6078, 0.6092],
      [0.7524, 0.7506],
      [0.7926, 0.7937],
      [0.8136, 0.8049],
    ],
  );
});
