import { MODELS, type ModelSpec, modelTotals } from '../../src/models/index.js';
import { type RunChoice, runSpec } from '../../src/study/index.js';
import { type Evaluation, packBits, type RunRecord, runKey, TRAINING_SEMANTICS } from '../../src/training/index.js';

/** What a made-up run was, and what came of it: accuracies 0 to 1, images counted in `counts`. */
export interface MadeRun {
  /** Default: `MODELS.small`. */
  readonly model?: ModelSpec;
  readonly seed?: number;
  /** Rounded to whole images. Defaults: 0.6, 0.5, 0.5. */
  readonly train?: number;
  readonly validation?: number;
  readonly test?: number;
  /** Default: 40,000, 5,000 and 10,000 images. */
  readonly counts?: { readonly train: number; readonly validation: number; readonly test: number };
  readonly maxEpochs?: number;
  readonly transform?: NonNullable<RunChoice['transform']>;
  /** Without results, as a run whose loss stopped being a number. */
  readonly diverged?: boolean;
}

export const PERMUTED = { kind: 'permutePixels', blockSize: null } as const;

/** A valid record of a run that never was; equal choices make equal records. */
export function madeRecord(run: MadeRun = {}): RunRecord {
  const { model = MODELS.small, seed = 0, maxEpochs = 8, transform, diverged = false } = run;
  const { counts = { train: 40_000, validation: 5000, test: 10_000 } } = run;
  const budget = {
    split: { seed: 0, train: counts.train, validation: counts.validation, test: counts.test },
    maxEpochs,
    patience: 5,
  };
  const dataset = '0'.repeat(64);
  const spec = runSpec({ dataset, model, budget, seed, ...(transform && { transform }) });
  const test = evaluation(run.test ?? 0.5, counts.test);
  const validation = evaluation(run.validation ?? 0.5, counts.validation);
  return {
    version: 2,
    semantics: TRAINING_SEMANTICS,
    key: runKey(spec),
    spec,
    status: diverged ? 'diverged' : 'complete',
    parameters: totals(model).parameters,
    history: [
      {
        epoch: 1,
        learningRate: 1e-3,
        trainLoss: 1.5,
        trainAccuracy: run.train ?? 0.6,
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
        train: evaluation(run.train ?? 0.6, counts.train),
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
      seconds: totals(model).flops / 1e6,
      imagesPerSecond: 1000,
      peakMemoryBytes: 1e8,
      resumed: 0,
    },
  };
}

const known = new WeakMap<ModelSpec, ReturnType<typeof modelTotals>>();
function totals(model: ModelSpec): ReturnType<typeof modelTotals> {
  const found = known.get(model) ?? modelTotals(model);
  known.set(model, found);
  return found;
}

/** The first images are classified correctly, as many as there must be. */
function evaluation(share: number, count: number): Evaluation {
  const right = Math.round(share * count);
  const correct = packBits(Array.from({ length: count }, (_, i) => i < right));
  return { count, loss: 1 - share, accuracy: right / count, correct };
}

/** All right answers in class 0, all wrong ones in class 0 taken for class 1. */
function confusion({ accuracy, count }: Evaluation): number[][] {
  const right = Math.round(accuracy * count);
  return Array.from({ length: 10 }, (_, row) =>
    Array.from({ length: 10 }, (_, column) =>
      row > 0 ? 0 : column === 0 ? right : column === 1 ? count - right : 0,
    ),
  );
}
