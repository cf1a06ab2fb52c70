import type { Dataset } from '../data/index.js';
import { type LayerArithmetic, type ModelSpec, modelArithmetic } from '../models/index.js';
import type { RunRecord, RunSpec } from '../training/index.js';

/** How long a run may take if every epoch is run. */
export interface Estimate {
  /** Time on one core; side by side on several it is as many times less. */
  readonly coreSeconds: number;
  /** Whether recorded runs of the same network tell its speed, or only its arithmetic. */
  readonly basis: 'records' | 'arithmetic';
}

/** What one core trains, forward and backward passes together, in steps of 64 images. */
interface CoreSpeed {
  /** Floating-point operations a second, by kind of layer. */
  readonly flops: Readonly<Record<'conv2d' | 'dense' | 'locallyConnected2d', number>>;
  /** Bytes of feature maps a second that are written, read again and differentiated. */
  readonly activationBytes: number;
}

/**
 * A documented machine: one core of an AMD Zen 4 with AVX-512, rounded down. From one-thread runs side by side, images a second
 * and core: small 7,600, medium 3,600, big 1,100, extra_big 285 on the native engine, and by their ratio to `small` the
 * baseline 15,000 and `small` without sharing 3,000. On wasm, one thread of a slower machine: baseline 1,600, small 1,070,
 * medium 380, `small` without sharing 140.
 */
const CORE: Readonly<Record<'native' | 'wasm', CoreSpeed>> = {
  native: { flops: { conv2d: 200e9, dense: 150e9, locallyConnected2d: 40e9 }, activationBytes: 2e9 },
  wasm: { flops: { conv2d: 20e9, dense: 16e9, locallyConnected2d: 0.6e9 }, activationBytes: 0.8e9 },
};

/** A training step is about three forward passes: one forward, two backward. */
const FORWARD_SHARE = 1 / 3;

/** Estimates runs on an engine from the speeds of recorded runs, else from arithmetic. */
export class Estimator {
  private readonly layers = new Map<string, readonly LayerArithmetic[]>();

  constructor(
    private readonly engine: 'native' | 'wasm',
    private readonly records: readonly RunRecord[],
  ) {}

  estimate(spec: RunSpec, dataset: Dataset): Estimate {
    const images = imagesOf(spec, dataset);
    const recorded = this.recordedSecondsAnImage(spec);
    const seconds = recorded ?? this.computedSecondsAnImage(spec.model);
    return { coreSeconds: images * seconds, basis: recorded === undefined ? 'arithmetic' : 'records' };
  }

  /** Median over the records of the same network in the same precision on this engine; threads count as cores. */
  private recordedSecondsAnImage({ model, precision }: RunSpec): number | undefined {
    const known = this.records
      .filter(
        ({ spec, results, provenance }) =>
          results !== undefined &&
          spec.model.name === model.name &&
          spec.precision === precision &&
          provenance.engine === this.engine,
      )
      .map(({ provenance: { threads, imagesPerSecond } }) => threads / imagesPerSecond)
      .sort((a, b) => a - b);
    return known[Math.floor(known.length / 2)];
  }

  private computedSecondsAnImage(model: ModelSpec): number {
    const layers = this.layers.get(model.name) ?? modelArithmetic(model);
    this.layers.set(model.name, layers);
    return layers.reduce((sum, layer) => sum + secondsOf(layer, CORE[this.engine]), 0);
  }
}

function secondsOf({ kind, flops, activationBytes }: LayerArithmetic, speed: CoreSpeed): number {
  const { conv2d, dense, locallyConnected2d } = speed.flops;
  const rate = kind === 'locallyConnected2d' ? locallyConnected2d : kind === 'dense' ? dense : conv2d;
  return flops / FORWARD_SHARE / rate + activationBytes / speed.activationBytes;
}

/** Images that a run trains on, over all epochs; those that it only evaluates count by their share of the work. */
export function imagesOf({ split, maxEpochs }: RunSpec, dataset: Pick<Dataset, 'train' | 'test'>): number {
  const train = split.train ?? dataset.train.count - split.validation;
  const test = split.test ?? dataset.test.count;
  const evaluated = split.validation * (maxEpochs + 1) + train + test;
  return train * maxEpochs + evaluated * FORWARD_SHARE;
}
