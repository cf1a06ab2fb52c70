import { random } from '../../src/base/random.js';
import type { Precision } from '../../src/engine/index.js';
import { MODELS, type ModelSpec, modelTotals } from '../../src/models/index.js';
import { PROTOCOLS, type ProtocolName, runSpec } from '../../src/study/index.js';
import {
  type Evaluation,
  packBits,
  type RunRecord,
  type RunSpec,
  runKey,
  TRAINING_SEMANTICS,
} from '../../src/training/index.js';

/** What a fabricated run was, and its results: accuracies 0 to 1, images counted in `counts`. */
export interface MadeRun {
  /** The whole spec; the fields that would make one are ignored then. */
  readonly spec?: RunSpec;
  /** Default: `MODELS.small`. */
  readonly model?: ModelSpec;
  readonly seed?: number;
  /** Default: fast. */
  readonly protocol?: ProtocolName;
  readonly precision?: Precision;
  /** Pixels are permuted inside blocks of this many a side. */
  readonly block?: number;
  /** Rounded to whole images. Defaults: 0.6, 0.5, 0.5. */
  readonly train?: number;
  readonly validation?: number;
  readonly test?: number;
  /** Default: all of CIFAR-10's 45,000, 5,000 and 10,000 images. A number of training images given here is a subset. */
  readonly counts?: { readonly train: number; readonly validation: number; readonly test: number };
  readonly maxEpochs?: number;
  /** Without results, as a run whose loss stopped being a number. */
  readonly diverged?: boolean;
  /**
   * How much the images decide which answers are right: the correlation of two runs' scores, 0 to 1. At 0.52 the answers
   * themselves correlate by about 0.35.
   */
  readonly likeness?: number;
}

const ALL = { train: 45_000, validation: 5000, test: 10_000 };

/** A valid record of a run that never was; equal choices make equal records. */
export function madeRecord(run: MadeRun = {}): RunRecord {
  const { diverged = false, counts = ALL, likeness = 0.52 } = run;
  const spec = run.spec ?? specOf(run);
  const key = runKey(spec);
  const evaluated = (part: keyof typeof ALL, accuracy: number): Evaluation =>
    evaluation(accuracy, counts[part], part, key, likeness);
  const [train, validation, test] = [
    evaluated('train', run.train ?? 0.6),
    evaluated('validation', run.validation ?? 0.5),
    evaluated('test', run.test ?? 0.5),
  ];
  const { parameters, flops } = totals(spec.model);
  return {
    version: 2,
    semantics: TRAINING_SEMANTICS,
    key,
    spec,
    status: diverged ? 'diverged' : 'complete',
    parameters,
    history: [
      {
        epoch: 1,
        learningRate: 1e-3,
        trainLoss: 1.5,
        trainAccuracy: train.accuracy,
        validationLoss: validation.loss,
        validationAccuracy: validation.accuracy,
        trainSeconds: 1,
        seconds: 1.5,
      },
    ],
    ...(!diverged && {
      results: {
        keptEpoch: 1,
        peakValidationAccuracy: validation.accuracy,
        train,
        validation,
        test: { ...test, confusion: confusion(test) },
      },
    }),
    provenance: {
      engine: 'wasm',
      device: 'cpu',
      compiled: false,
      versions: { node: '20.19.0' },
      cpu: 'none',
      cores: 2,
      threads: 2,
      threadsPerOperation: 2,
      shards: 1,
      commit: null,
      datasetOfficial: true,
      startedAt: '2026-01-01T00:00:00.000Z',
      finishedAt: '2026-01-01T00:00:02.000Z',
      seconds: flops / 1e6,
      imagesPerSecond: 1000,
      peakMemoryBytes: 1e8,
      resumed: 0,
    },
  };
}

function specOf(run: MadeRun): RunSpec {
  const { model = MODELS.small, seed = 0, protocol = 'fast', precision, block = 1, counts, maxEpochs } = run;
  const { validation, test } = counts ?? ALL;
  const images = counts ? counts.train : null;
  const setting = {
    model,
    protocol: PROTOCOLS[protocol],
    images,
    validation,
    test: counts ? test : null,
    block,
  };
  const available = ALL.train + ALL.validation;
  return runSpec(setting, { dataset: '0'.repeat(64), available, seed, precision, maxEpochs });
}

const known = new WeakMap<ModelSpec, ReturnType<typeof modelTotals>>();
function totals(model: ModelSpec): ReturnType<typeof modelTotals> {
  const found = known.get(model) ?? modelTotals(model);
  known.set(model, found);
  return found;
}

/** Standard normal numbers, drawn once: those at the beginning belong to the images, any later stretch to a run. */
const BANK = 2 ** 17;
const IMAGES = 50_000;
const normal = (() => {
  const rng = random(0, 'fabricated records');
  return Float64Array.from({ length: BANK }, () => rng.normal());
})();

/** As many right answers as the accuracy asks for: those of the images with the highest scores. */
function evaluation(
  accuracy: number,
  count: number,
  part: string,
  key: string,
  likeness: number,
): Evaluation {
  const right = Math.round(accuracy * count);
  const own = random(0, key, part).integer(IMAGES, BANK - 1);
  const [common, rest] = [Math.sqrt(likeness), Math.sqrt(1 - likeness)];
  const scores = new Float64Array(count);
  for (let i = 0; i < count; i++)
    scores[i] = common * normal[i % IMAGES]! + rest * normal[IMAGES + ((own + i) % (BANK - IMAGES))]!;
  const least = right === 0 ? Number.POSITIVE_INFINITY : scores.toSorted()[count - right]!;
  const answers = new Array<boolean>(count);
  for (let i = 0; i < count; i++) answers[i] = scores[i]! >= least;
  const correct = packBits(answers);
  return { count, loss: 1 - accuracy, accuracy: right / count, correct };
}

/** Ten equal classes. Wrong answers are those of class 0, then of class 1, and so on, taken for the next one. */
function confusion({ accuracy, count }: Evaluation): number[][] {
  const wrong = count - Math.round(accuracy * count);
  const size = count / 10;
  return Array.from({ length: 10 }, (_, row) => {
    const counts = new Array<number>(10).fill(0);
    counts[(row + 1) % 10] = Math.min(size, Math.max(0, wrong - row * size));
    counts[row] = size - counts[(row + 1) % 10]!;
    return counts;
  });
}
