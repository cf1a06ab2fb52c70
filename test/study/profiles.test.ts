import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { countParameters, MODEL_NAMES, modelArithmetic } from '../../src/models/index.js';
import {
  EXPERIMENT_NAMES,
  type Experiment,
  type ExperimentName,
  experiments,
  type LabelledRun,
  PROFILE_NAMES,
  PUBLISHED,
  parseProfileName,
  profileFor,
} from '../../src/study/index.js';
import { parseRunSpec, type RunSpec, runKey } from '../../src/training/index.js';
import { refusal } from '../support/refusal.js';

const FINGERPRINT = 'f'.repeat(64);
const POSITIONS = 'a'.repeat(64);
/** CIFAR-10, and the synthetic set that may stand in for it. */
const DATASETS = [
  { images: 50_000, test: 10_000 },
  { images: 10_000, test: 2_000 },
];

const studies = PROFILE_NAMES.flatMap((name) =>
  (['native', 'wasm'] as const).flatMap((engine) =>
    DATASETS.map((dataset) => {
      const profile = profileFor(name, engine);
      const all = experiments({
        dataset: FINGERPRINT,
        images: dataset.images,
        positions: POSITIONS,
        profile,
        seed: 3,
      });
      return { what: `${name} on ${engine}, ${dataset.images} images`, profile, dataset, all };
    }),
  ),
);

/** Questions about how many images there are, or about a setting of which the split is part. */
const ABOUT_IMAGES = new Set<ExperimentName>(['dataSize', 'baselineSettings']);
/** Trained for long: with the waits that belong to it. */
const LONG = new Set<ExperimentName>(['dataSize', 'weightSharing', 'denseControl']);

const runsByName = (all: readonly Experiment[]) =>
  Object.fromEntries(all.map(({ name, runs }) => [name, runs])) as Record<
    ExperimentName,
    readonly LabelledRun[]
  >;

/** Whether a run of that label has this very spec. */
const has = (runs: readonly LabelledRun[], label: string, spec: RunSpec): boolean =>
  runs.some((run) => run.label === label && runKey(run.spec) === runKey(spec));

const specsOf = (all: readonly Experiment[]): RunSpec[] =>
  all.flatMap(({ runs }) => runs.map(({ spec }) => spec));

describe('every profile', () => {
  for (const { what, profile, dataset, all } of studies) {
    it(`${what}: each run is valid, and has images to train, validate and test on`, () => {
      for (const spec of specsOf(all)) {
        assert.deepEqual(parseRunSpec(JSON.parse(JSON.stringify(spec)), what), spec);
        const { validation, train, test } = spec.split;
        const onPositions = spec.dataset === POSITIONS;
        const pool = (onPositions ? 5_000 : dataset.images) - validation;
        assert.ok(validation > 0 && pool >= (train ?? 1), `${train} train, ${validation} validate`);
        assert.ok((train ?? pool) >= 5 * spec.batchSize, 'some batches an epoch');
        assert.ok((test ?? 1) <= (onPositions ? 1_000 : dataset.test));
      }
      for (const { name, runs } of all) {
        const expected = name === 'position' ? POSITIONS : FINGERPRINT;
        for (const { spec } of runs) assert.equal(spec.dataset, expected, name);
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
        assert.equal(
          new Set(runs.map(({ spec }) => runKey(spec))).size,
          runs.length,
          `${name}: no run twice`,
        );
        const seedsOf = name === 'hiddenSetting' ? seeds.slice(0, profile.hiddenSetting.seeds) : seeds;
        for (const label of new Set(runs.map((run) => run.label))) {
          const found = runs.filter((run) => run.label === label).map(({ spec }) => spec.seed);
          assert.deepEqual(found, seedsOf, `${name}, ${label}`);
        }
        // Runs of a question differ in what it asks about, and never in the images, unless it asks about those.
        if (ABOUT_IMAGES.has(name)) continue;
        assert.equal(new Set(runs.map(({ spec }) => JSON.stringify(spec.split))).size, 1, name);
      }
    });
  }

  it('has the protocol of the study, where the question is not about it', () => {
    for (const { all, profile } of studies) {
      const allowed = [64, profile.sweep.batchSize ?? 64];
      const others = all.filter(({ name }) => name !== 'hiddenSetting');
      const isLong = new Set(specsOf(others.filter(({ name }) => LONG.has(name))));
      for (const spec of specsOf(others)) {
        const { optimizer, batchSize, patience } = spec;
        assert.ok(allowed.includes(batchSize));
        const { schedule } = optimizer;
        assert.ok(schedule.kind === 'reduceOnPlateau');
        // Both waits are stretched alike, each to whole epochs: 2 to 5.
        if (isLong.has(spec)) assert.ok(Math.abs(schedule.patience - 0.4 * patience) < 0.8, `${patience}`);
        const waits = isLong.has(spec) ? schedule.patience : 2;
        assert.deepEqual(optimizer, {
          kind: 'adam',
          learningRate: 1e-3,
          beta1: 0.9,
          beta2: 0.999,
          epsilon: 1e-7,
          schedule: { kind: 'reduceOnPlateau', factor: 0.5, patience: waits },
        });
      }
    }
  });
});

describe('the experiments', () => {
  const of = (name: 'smoke' | 'quick' | 'full', engine: 'native' | 'wasm' = 'native') => {
    const profile = profileFor(name, engine);
    return runsByName(
      experiments({ dataset: FINGERPRINT, images: 50_000, positions: POSITIONS, profile, seed: 0 }),
    );
  };

  it('sweep all five models in quick and full, and only the cheap ones on wasm', () => {
    assert.deepEqual(
      of('quick').filterSweep.map(({ label }) => label),
      MODEL_NAMES,
    );
    assert.equal(of('full').filterSweep.length, 3 * MODEL_NAMES.length);
    assert.deepEqual(
      of('quick', 'wasm').filterSweep.map(({ label }) => label),
      ['baseline', 'small', 'medium'],
    );
  });

  it('compare permuted networks with the sweep’s own: same images and budget', () => {
    for (const { all } of studies) {
      const byName = runsByName(all);
      for (const { label, spec } of byName.permutation) {
        assert.deepEqual(spec.transform, { kind: 'permutePixels', seed: 1, blockSize: null });
        const plain = { ...spec, transform: { kind: 'none' as const } };
        const twin = byName.filterSweep.find((run) => runKey(run.spec) === runKey(plain));
        assert.equal(label, `permuted ${twin?.label}`);
      }
    }
  });

  it('train the published baseline’s supposed setting: dropout 0.3, at most 7 epochs, 80/20, patience 3', () => {
    const { spec } = of('full').sisterBaseline[0]!;
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

  it('permute inside blocks of 2, 4 and 8 pixels as they permute the whole image', () => {
    for (const { all } of studies) {
      const { permutation, blockPermutation } = runsByName(all);
      for (const { label, spec } of blockPermutation) {
        const [, name, block] = /^(\w+), blocks of ([248])$/.exec(label)!;
        assert.deepEqual(spec.transform, { kind: 'permutePixels', seed: 1, blockSize: Number(block) });
        const whole = { ...spec, transform: { ...spec.transform, blockSize: null } };
        assert.ok(has(permutation, `permuted ${name}`, whole), label);
      }
      assert.equal(blockPermutation.length, 3 * permutation.length);
    }
  });

  it('share the runs that answer several questions', () => {
    for (const { all, profile, what } of studies) {
      const {
        baselineSettings,
        baseline,
        sisterBaseline,
        dropout,
        filterSweep,
        dataSize,
        denseControl,
        hiddenSetting,
        weightSharing,
      } = runsByName(all);
      const shared = [
        ['baseline', baselineSettings, baseline],
        ['baseline, sister setting', baselineSettings, sisterBaseline],
        ...profile.dropoutModels.map((name) => [`${name}, dropout 0.3`, dropout, filterSweep, name] as const),
        [
          `${profile.hiddenSetting.model}, batch ${profile.sweep.batchSize ?? 64}, plateau, patience 5`,
          hiddenSetting,
          filterSweep,
          profile.hiddenSetting.model,
        ],
      ] as const;
      for (const [label, runs, others, name = label] of shared) {
        const [run] = runs.filter((candidate) => candidate.label === label);
        assert.ok(run && has(others, name, run.spec), `${what}: ${label}`);
      }
      for (const { label, spec } of weightSharing) assert.ok(has(dataSize, label, spec), `${what}: ${label}`);
      const [flat] = denseControl;
      assert.ok(
        has(dataSize, weightSharing[0]!.label, flat!.spec),
        `${what}: the baseline beside the control`,
      );
      // In the full profile long is what the sweep is.
      if (profile.name !== 'full') continue;
      for (const label of ['baseline', 'small', 'big']) {
        const { spec } = filterSweep.find((run) => run.label === label)!;
        const same = dataSize.filter(
          (run) => run.label.startsWith(`${label}, `) && runKey(run.spec) === runKey(spec),
        );
        assert.equal(same.length, 1, `${what}: ${label}`);
      }
    }
  });

  it('give the baseline dropout or none, long or short, and nothing else', () => {
    const { baselineSettings } = of('quick');
    const told = baselineSettings.map(({ label, spec: { model, maxEpochs, split } }) => [
      label,
      model.layers.filter(({ kind }) => kind === 'dropout').length,
      maxEpochs,
      split.validation,
    ]);
    assert.deepEqual(told, [
      ['baseline', 0, 8, 5_000],
      ['baseline, dropout 0.3', 2, 8, 5_000],
      ['baseline, sister budget', 0, 7, 10_000],
      ['baseline, sister setting', 2, 7, 10_000],
    ]);
  });

  it('put the baseline and a CNN to a set in which only positions tell', () => {
    assert.deepEqual(
      of('quick').position.map(({ label, spec }) => [label, spec.model.name]),
      [
        ['baseline on positions', 'baseline'],
        ['medium on positions', 'medium'],
      ],
    );
  });

  it('take weight sharing from `small`, and nothing else', () => {
    const { weightSharing } = of('quick');
    assert.deepEqual(
      weightSharing.map(({ label }) => label),
      ['baseline, 2500 images', 'small, locally connected, 2500 images', 'small, 2500 images'],
    );
    const [, twin, shared] = weightSharing;
    const small = shared!.spec;
    assert.deepEqual({ ...twin!.spec, model: small.model }, small);
    const outputs = (spec: RunSpec) => modelArithmetic(spec.model).map(({ outputShape }) => outputShape);
    assert.deepEqual(outputs(twin!.spec), outputs(small));
    // A kernel and its bias a position: 1,024 in the first block, 256 in the second, 64 after it.
    const [first, second, last] = [(27 + 1 + 72 + 1) * 8, (72 + 1 + 144 + 1) * 16, (144 + 1) * 32];
    const head = (32 + 1) * 128 + (128 + 1) * 10;
    assert.equal(countParameters(twin!.spec.model), 1024 * first + 256 * second + 64 * last + head);
  });

  it('vary dropout and the head, and nothing else of a network', () => {
    const { dropout, heads } = of('full');
    const rates = ({ label, spec }: LabelledRun) => [
      label,
      ...spec.model.layers.flatMap((layer) => (layer.kind === 'dropout' ? [layer.rate] : [])),
    ];
    const first = dropout.filter(({ spec }) => spec.seed === 0);
    assert.deepEqual(
      first.map(rates),
      MODEL_NAMES.slice(1).flatMap((name) => [
        [`${name}, dropout 0`],
        [`${name}, dropout 0.3`, 0.3],
        [`${name}, dropout 0.5`, 0.5],
      ]),
    );
    assert.deepEqual(
      heads.map(({ label, spec }) => [label, spec.model.layers[7]?.kind, countParameters(spec.model)]),
      Array(3).fill(['big, flatten head', 'flatten', 157_226 + (8 * 8 - 1) * 128 * 128]),
    );
  });

  it('train on 500 to 45,000 images, fewer with more epochs', () => {
    const runs = of('full').dataSize.filter(({ spec }) => spec.seed === 0 && spec.model.name === 'baseline');
    assert.deepEqual(
      runs.map(({ spec }) => spec.split.train),
      [500, 1_000, 2_500, 5_000, 10_000, 25_000, null],
    );
    assert.deepEqual(
      runs.map(({ spec }) => spec.maxEpochs),
      [379, 268, 170, 120, 85, 54, 40],
    );
  });

  it('wait as many more epochs on fewer images as they train more', () => {
    const [least] = of('full').dataSize;
    const { patience, optimizer } = least!.spec;
    assert.deepEqual(
      [patience, optimizer.schedule],
      [47, { kind: 'reduceOnPlateau', factor: 0.5, patience: 19 }],
    );
  });

  it('try all eight settings that were not published on big, with one seed', () => {
    const settings = of('full').hiddenSetting.map(({ label, spec }) => {
      const schedule = spec.optimizer.schedule.kind === 'constant' ? 'constant' : 'plateau';
      assert.equal(label, `big, batch ${spec.batchSize}, ${schedule}, patience ${spec.patience}`);
      return label;
    });
    assert.equal(new Set(settings).size, 8);
  });

  it('of all profiles keep 45,000 training images for the full one', () => {
    for (const { spec } of of('full').filterSweep) {
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
