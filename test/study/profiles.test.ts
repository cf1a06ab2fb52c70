import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { shapesDataset } from '../../src/data/index.js';
import { countParameters, MODEL_NAMES, modelArithmetic } from '../../src/models/index.js';
import {
  type Condition,
  conditionOf,
  describeCondition,
  EXPERIMENT_NAMES,
  type Experiment,
  type ExperimentName,
  epochSpecs,
  epochsOn,
  experiments,
  matches,
  PROFILE_NAMES,
  PROTOCOLS,
  PUBLISHED,
  parseProfileName,
  profileFor,
  protocolOf,
} from '../../src/study/index.js';
import { parseRunSpec, type RunSpec, runKey, splitIndices, writtenSpec } from '../../src/training/index.js';
import { refusal } from '../support/refusal.js';

const FINGERPRINT = 'f'.repeat(64);
const POSITIONS = 'a'.repeat(64);
/** CIFAR-10, and the synthetic set that may stand in for it. */
const DATASETS = [
  { available: 50_000, test: 10_000 },
  { available: 10_000, test: 2_000 },
];

const studyOf = (profile: ReturnType<typeof profileFor>, available = 50_000, seed = 0) =>
  experiments({
    dataset: { fingerprint: FINGERPRINT, available },
    positions: { fingerprint: POSITIONS, available: 5_000 },
    profile,
    seed,
  });

const studies = PROFILE_NAMES.flatMap((name) =>
  (['native', 'wasm'] as const).flatMap((engine) =>
    DATASETS.map((dataset) => {
      const profile = profileFor(name, engine);
      const all = studyOf(profile, dataset.available, 3);
      return { what: `${name} on ${engine}, ${dataset.available} images`, profile, dataset, all };
    }),
  ),
);

const specsOf = (all: readonly Experiment[], name?: ExperimentName): RunSpec[] =>
  all.filter((one) => !name || one.name === name).flatMap(({ specs }) => specs);

/** Conditions of an experiment of a profile, each once. */
function conditionsOf(
  name: ExperimentName,
  profile: 'smoke' | 'quick' | 'full',
  engine: 'native' | 'wasm' = 'native',
) {
  const specs = specsOf(studyOf(profileFor(profile, engine)), name);
  return [...new Map(specs.map((spec) => [JSON.stringify(conditionOf(spec)), conditionOf(spec)])).values()];
}

describe('smoke and quick on a folder of few images of one’s own', () => {
  const dataset = shapesDataset({ train: 250, test: 50, seed: 0 });
  const subject = { fingerprint: FINGERPRINT, available: dataset.train.count, test: dataset.test.count };
  for (const name of ['smoke', 'quick'] as const)
    it(`${name} asks for no more images than there are`, () => {
      const positions = { fingerprint: POSITIONS, available: 5_000, test: 1_000 };
      const study = { dataset: subject, positions, profile: profileFor(name, 'native'), seed: 0 };
      const specs = specsOf(experiments(study)).filter((spec) => spec.dataset === FINGERPRINT);
      for (const spec of [...specs, ...epochSpecs({ profile: study.profile, subject })]) {
        const { train, validation, test } = splitIndices(dataset, spec);
        assert.deepEqual([validation.length, test.length, spec.split.test], [50, 50, null]);
        assert.ok(train.length > 0);
      }
    });
});

describe('every profile', () => {
  for (const { what, profile, dataset, all } of studies) {
    it(`${what}: each run is valid, and has images to train, validate and test on`, () => {
      for (const spec of specsOf(all)) {
        assert.deepEqual(parseRunSpec(JSON.parse(JSON.stringify(writtenSpec(spec))), what), spec);
        const { validation, train, test } = spec.split;
        const onPositions = spec.dataset === POSITIONS;
        const pool = (onPositions ? 5_000 : dataset.available) - validation;
        assert.ok(validation > 0 && pool >= (train ?? 1), `${train} train, ${validation} validate`);
        assert.ok((train ?? pool) >= 5 * spec.batchSize, 'some batches per epoch');
        assert.ok((test ?? 1) <= (onPositions ? 1_000 : dataset.test));
      }
      for (const { name, specs } of all) {
        const expected = name === 'position' ? POSITIONS : FINGERPRINT;
        for (const spec of specs) assert.equal(spec.dataset, expected, name);
      }
    });

    it(`${what}: asks each question with its seeds, counted from the study's, and trains no run twice`, () => {
      const seeds = Array.from({ length: profile.seeds }, (_, i) => 3 + i);
      const more = Array.from({ length: profile.cheap?.seeds ?? 0 }, (_, i) => 3 + i);
      assert.deepEqual(
        all.map(({ name }) => name),
        [...EXPERIMENT_NAMES],
      );
      for (const { name, question, specs } of all) {
        assert.match(question, /\?$/);
        assert.equal(new Set(specs.map(runKey)).size, specs.length, `${name}: no run twice`);
        const oneSeed = name === 'unpublishedSettings' || name === 'protocolSearch';
        const conditions = specs.map((spec) => JSON.stringify(conditionOf(spec)));
        for (const condition of new Set(conditions)) {
          const found = specs.filter((_, i) => conditions[i] === condition);
          const own = found.map((spec) => spec.seed);
          const expected = oneSeed ? seeds.slice(0, 1) : own.length > seeds.length ? more : seeds;
          assert.deepEqual(own, expected, `${name}, ${condition}`);
        }
      }
    });

    it(`${what}: conditions in words are all different inside a question`, () => {
      for (const { name, specs } of all) {
        const conditions = new Map(
          specs.map((spec) => [JSON.stringify(conditionOf(spec)), conditionOf(spec)]),
        );
        const words = new Set([...conditions.values()].map(describeCondition));
        assert.equal(words.size, conditions.size, name);
      }
    });
  }

  it('trains under the fast protocol, where the question is not about the protocol', () => {
    const about: ExperimentName[] = [
      'replicationSweep',
      'baselineSettings',
      'denseControl',
      'unpublishedSettings',
      'protocolSearch',
    ];
    for (const { all } of studies) {
      for (const spec of specsOf(all.filter(({ name }) => !about.includes(name))))
        assert.match(protocolOf(spec) ?? '', /^fast/);
    }
  });
});

describe('the fast protocol', () => {
  it('takes more epochs on fewer images, and fewer steps in all', () => {
    const sizes = [500, 1_000, 2_500, 5_000, 10_000, 25_000, 45_000];
    const epochs = sizes.map((images) => epochsOn(PROTOCOLS.fast, images));
    assert.equal(epochs.at(-1), PROTOCOLS.fast.epochs);
    for (const [i, count] of epochs.entries()) {
      if (i === 0) continue;
      assert.ok(count < epochs[i - 1]!);
      assert.ok(count * sizes[i]! > epochs[i - 1]! * sizes[i - 1]!);
    }
    assert.equal(epochsOn(PROTOCOLS.replication, 500), 40, 'early stopping decides there');
  });
});

describe('the experiments', () => {
  const values = <Field extends keyof Condition>(conditions: readonly Condition[], ...fields: Field[]) =>
    conditions.map((condition) => fields.map((field) => condition[field]));

  it('sweep the widths that the engine can carry, and all five models in full, under both protocols', () => {
    assert.deepEqual(values(conditionsOf('filterSweep', 'quick'), 'model').flat(), MODEL_NAMES.slice(0, 4));
    assert.deepEqual(
      values(conditionsOf('filterSweep', 'quick', 'wasm'), 'model').flat(),
      MODEL_NAMES.slice(0, 2),
    );
    for (const name of ['filterSweep', 'replicationSweep'] as const)
      assert.deepEqual(values(conditionsOf(name, 'full'), 'model').flat(), MODEL_NAMES);
    assert.deepEqual(
      values(conditionsOf('replicationSweep', 'full'), 'protocol').flat(),
      Array(5).fill('replication'),
    );
    assert.deepEqual(conditionsOf('replicationSweep', 'quick'), []);
  });

  it('have more seeds where a run costs about a minute, on whatever machine: networks up to `medium` under the fast protocol', () => {
    const specs = specsOf(studyOf(profileFor('full', 'native')), 'filterSweep');
    const counts = MODEL_NAMES.map((name) => specs.filter(({ model }) => model.name === name).length);
    assert.deepEqual(counts, [5, 5, 5, 3, 3]);
    const slow = specsOf(studyOf(profileFor('full', 'native')), 'replicationSweep');
    assert.deepEqual(
      MODEL_NAMES.map((name) => slow.filter(({ model }) => model.name === name).length),
      [5, 3, 3, 3, 3],
    );
    const onWasm = specsOf(studyOf(profileFor('full', 'wasm')));
    assert.deepEqual(onWasm.map(runKey), specsOf(studyOf(profileFor('full', 'native'))).map(runKey));
  });

  it('permute the pixels of the baseline and of one CNN: the same runs otherwise, on equal images', () => {
    for (const { all } of studies) {
      for (const name of ['permutation', 'blockPermutation'] as const) {
        const specs = specsOf(all, name);
        for (const spec of specs) {
          const plain = specs.find(
            (other) =>
              other.seed === spec.seed &&
              other.model === spec.model &&
              protocolOf(other) === protocolOf(spec) &&
              other.transform.kind === 'none',
          )!;
          assert.deepEqual({ ...spec, transform: plain.transform }, plain);
        }
      }
    }
  });

  it('try the settings that were not published at the length of the replication protocol, and name each by what it has', () => {
    const tried = conditionsOf('unpublishedSettings', 'full');
    assert.deepEqual(values(tried, 'protocol').flat(), ['replication', ...Array(7).fill('other')]);
    assert.deepEqual(tried.map(describeCondition).slice(0, 3), [
      'big, replication protocol',
      'big, batch 64, plateau rate 0.001, patience 3',
      'big, batch 64, constant rate 0.001, patience 5',
    ]);
  });

  it('give the baseline dropout or none, long or for the seven epochs of public repetitions, and nothing else', () => {
    assert.deepEqual(
      values(
        conditionsOf('baselineSettings', 'quick'),
        'dropout',
        'protocol',
        'epochs',
        'validation',
        'patience',
      ),
      [
        [0, 'fast', PROTOCOLS.fast.epochs, 5_000, null],
        [0, 'fastLowRate', PROTOCOLS.fast.epochs, 5_000, null],
        [0, 'sevenEpochs', 7, 10_000, 3],
        [0.3, 'fast', PROTOCOLS.fast.epochs, 5_000, null],
        [0.3, 'sevenEpochs', 7, 10_000, 3],
      ],
    );
    const dropped = specsOf(studyOf(profileFor('quick', 'native')), 'baselineSettings').at(-1);
    const rates = dropped!.model.layers.flatMap((layer) => (layer.kind === 'dropout' ? [layer.rate] : []));
    assert.deepEqual(rates, [0.3, 0.3], 'after both hidden layers');
  });

  it('share the runs that answer several questions', () => {
    for (const { all, what, profile } of studies) {
      const keys = (name: ExperimentName, query: Partial<Condition> = {}) =>
        new Set(
          specsOf(all, name)
            .filter((spec) => matches(conditionOf(spec), query))
            .map(runKey),
        );
      const within = (part: Set<string>, whole: Set<string>) => [...part].every((key) => whole.has(key));
      const sweep = keys('filterSweep');
      assert.ok(within(keys('permutation'), keys('blockPermutation')), `${what}: permutation`);
      if (profile.name === 'full')
        assert.ok(within(keys('heads', { head: 'pooled' }), sweep), `${what}: heads`);
      assert.ok(
        within(keys('baselineSettings', { dropout: 0, protocol: 'fast' }), sweep),
        `${what}: baseline`,
      );
      assert.ok(
        within(keys('denseControl', { model: 'baseline' }), keys('baselineSettings')),
        `${what}: control`,
      );
      assert.ok(within(keys('weightSharing'), keys('dataSize')), `${what}: sharing`);
      assert.ok(within(keys('augmentation', { shift: 0, protocol: 'fast' }), sweep), `${what}: augmentation`);
    }
  });

  it('put the baseline and a CNN, at both rates, to a set in which only positions tell', () => {
    assert.deepEqual(values(conditionsOf('position', 'quick'), 'dataset', 'model', 'protocol'), [
      [POSITIONS, 'baseline', 'fast'],
      [POSITIONS, 'small', 'fast'],
      [POSITIONS, 'baseline', 'fastLowRate'],
      [POSITIONS, 'small', 'fastLowRate'],
    ]);
  });

  it('take weight sharing from `small`, and nothing else', () => {
    const specs = specsOf(studyOf(profileFor('quick', 'native')), 'weightSharing');
    assert.deepEqual(
      specs.map(conditionOf).map(({ model, sharing, protocol }) => [model, sharing, protocol]),
      [
        ['baseline', true, 'fast'],
        ['small', false, 'fast'],
        ['small', true, 'fast'],
        ['baseline', true, 'fastLowRate'],
        ['small', false, 'fastMiddleRate'],
      ],
    );
    const [, lcn, small] = specs;
    assert.deepEqual({ ...lcn!, model: small!.model }, small);
    const outputs = ({ model }: RunSpec) => modelArithmetic(model).map(({ outputShape }) => outputShape);
    assert.deepEqual(outputs(lcn!), outputs(small!));
    // A kernel and its bias per position: 1,024 in the first block, 256 in the second, 64 after it.
    const [first, second, last] = [(27 + 1 + 72 + 1) * 8, (72 + 1 + 144 + 1) * 16, (144 + 1) * 32];
    const head = (32 + 1) * 128 + (128 + 1) * 10;
    assert.equal(countParameters(lcn!.model), 1024 * first + 256 * second + 64 * last + head);
  });

  it('vary dropout and the head, and nothing else of a network', () => {
    assert.deepEqual(
      values(conditionsOf('dropout', 'full'), 'model', 'dropout'),
      ['small', 'medium', 'big'].flatMap((name) => [0, 0.3, 0.5].map((rate) => [name, rate])),
    );
    assert.deepEqual(values(conditionsOf('heads', 'full'), 'model', 'head', 'dropout'), [
      ['medium', 'pooled', 0.3],
      ['medium', 'flattened', 0.3],
    ]);
  });

  it('train on 500 images up to all', () => {
    const baseline = conditionsOf('dataSize', 'full').filter(
      ({ model, protocol }) => model === 'baseline' && protocol === 'fast',
    );
    assert.deepEqual(values(baseline, 'images').flat(), [500, 1_000, 2_500, 5_000, 10_000, 25_000, null]);
  });

  it('try all eight unpublished settings on big, one of them the replication protocol’s own', () => {
    const settings = conditionsOf('unpublishedSettings', 'full');
    assert.equal(settings.length, 8);
    assert.equal(settings.filter(({ protocol }) => protocol === 'replication').length, 1);
    assert.deepEqual(new Set(values(settings, 'model').flat()), new Set(['big']));
  });

  it('search the fast protocol one factor at a time, on three networks each', () => {
    const searched = conditionsOf('protocolSearch', 'full').filter(({ images }) => images === null);
    const factors = ['learningRate', 'batchSize', 'warmup', 'labelSmoothing', 'epochs'] as const;
    for (const condition of searched) {
      const differing = factors.filter(
        (factor) =>
          condition[factor] !==
          { learningRate: 6e-3, batchSize: 64, warmup: 0.25, labelSmoothing: 0, epochs: 8 }[factor],
      );
      assert.ok(differing.length <= 1, differing.join());
    }
    assert.equal(searched.filter(({ sharing }) => sharing).length % 3, 0);
  });

  it('compute big in bfloat16 where quick asks for it and the processor has it, and nowhere else', () => {
    const precisions = (name: 'quick' | 'full', bfloat16: boolean) =>
      experiments({
        dataset: { fingerprint: FINGERPRINT, available: 50_000 },
        positions: { fingerprint: POSITIONS, available: 5_000 },
        profile: profileFor(name, 'native'),
        seed: 0,
        bfloat16,
      })
        .flatMap(({ specs }) => specs)
        .filter(({ precision }) => precision === 'bf16')
        .map(({ model }) => model.name);
    assert.deepEqual(precisions('quick', true), ['big']);
    assert.deepEqual([precisions('quick', false), precisions('full', true)], [[], []]);
  });

  it('use all 45,000 training images in the full profile', () => {
    for (const spec of specsOf(studyOf(profileFor('full', 'native')), 'filterSweep'))
      assert.deepEqual([spec.split.train, spec.split.validation, spec.split.test], [null, 5_000, null]);
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
