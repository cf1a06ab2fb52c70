import { type LayerArithmetic, type ModelSpec, modelArithmetic } from '../models/index.js';
import { canonicalJson, type RunRecord, type RunSpec, validationsOf } from '../training/index.js';

/** How long a run may take if every epoch is run. */
export interface Estimate {
  /** Time on one core; a run on n cores takes about an n-th of it. */
  readonly coreSeconds: number;
  /** Whether the speed is that of recorded runs of the same network, or computed from its arithmetic. */
  readonly basis: 'records' | 'arithmetic';
}

/** Of a dataset. */
interface ImageCounts {
  readonly train: { readonly count: number };
  readonly test: { readonly count: number };
}

/** What one core trains, forward and backward passes together, in steps of 64 images. */
interface CoreSpeed {
  /** Floating-point operations per second, by kind of layer. */
  readonly flops: Readonly<Record<'conv2d' | 'dense' | 'locallyConnected2d', number>>;
  /** Bytes of feature maps per second that are written, read again and differentiated. */
  readonly activationBytes: number;
}

/**
 * A documented machine: one core of an AMD Zen 4 with AVX-512, rounded down. From one-thread runs in parallel, images per
 * second and core: small 7,600, medium 3,600, big 1,100, extra_big 285 on the native engine, and by their ratio to `small` the
 * baseline 15,000 and `small` without sharing 3,000. On wasm, one thread of a slower machine: baseline 1,600, small 1,070,
 * medium 380, `small` without sharing 140.
 */
const CORE: Readonly<Record<'native' | 'wasm', CoreSpeed>> = {
  native: { flops: { conv2d: 200e9, dense: 150e9, locallyConnected2d: 40e9 }, activationBytes: 2e9 },
  wasm: { flops: { conv2d: 20e9, dense: 16e9, locallyConnected2d: 0.6e9 }, activationBytes: 0.8e9 },
};

/** A training step is about three forward passes: one forward, two backward. */
const FORWARD_SHARE = 1 / 3;

/**
 * The one model of what runs cost on an engine, from the speeds of recorded runs, otherwise from arithmetic: it orders runs,
 * weighs their progress, and decides which share the cores.
 */
export class Estimator {
  /** Core-seconds per image, by network. */
  private readonly recorded: ReadonlyMap<string, number>;
  private readonly computed = new Map<string, number>();

  constructor(
    private readonly engine: 'native' | 'wasm',
    records: readonly RunRecord[],
  ) {
    this.recorded = recordedSpeeds(records.filter(({ provenance }) => provenance.engine === engine));
  }

  estimate(spec: RunSpec, dataset: ImageCounts): Estimate {
    const images = imagesOf(spec, dataset);
    const recorded = this.recorded.get(networkOf(spec));
    const seconds = recorded ?? this.computedSecondsPerImage(spec);
    return { coreSeconds: images * seconds, basis: recorded === undefined ? 'arithmetic' : 'records' };
  }

  private computedSecondsPerImage(spec: RunSpec): number {
    const network = networkOf(spec);
    const seconds = this.computed.get(network) ?? secondsPerImage(spec.model, CORE[this.engine]);
    this.computed.set(network, seconds);
    return seconds;
  }
}

/** What decides the speed of a run: the network, whatever its name, and its precision. */
const networkOf = ({ model: { inputShape, layers }, precision }: RunSpec): string =>
  canonicalJson([inputShape, layers, precision]);

/** Median core-seconds per image of the runs of each network; a thread counts as a core. */
function recordedSpeeds(records: readonly RunRecord[]): Map<string, number> {
  const seconds = new Map<string, number[]>();
  for (const { spec, results, provenance } of records) {
    if (!results) continue;
    const network = networkOf(spec);
    const { threads, imagesPerSecond } = provenance;
    seconds.set(network, [...(seconds.get(network) ?? []), threads / imagesPerSecond]);
  }
  const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
  return new Map([...seconds].map(([network, values]) => [network, median(values)]));
}

function secondsPerImage(model: ModelSpec, speed: CoreSpeed): number {
  return modelArithmetic(model).reduce((sum, layer) => sum + secondsOf(layer, speed), 0);
}

function secondsOf({ kind, flops, activationBytes }: LayerArithmetic, speed: CoreSpeed): number {
  const { conv2d, dense, locallyConnected2d } = speed.flops;
  const rate = kind === 'locallyConnected2d' ? locallyConnected2d : kind === 'dense' ? dense : conv2d;
  return flops / FORWARD_SHARE / rate + activationBytes / speed.activationBytes;
}

/** Images that a run trains on, over all epochs; those that it only evaluates count by their share of the work. */
export function imagesOf(spec: RunSpec, dataset: ImageCounts): number {
  const { split, maxEpochs } = spec;
  const train = split.train ?? dataset.train.count - split.validation;
  const test = split.test ?? dataset.test.count;
  const evaluated = split.validation * (validationsOf(spec) + 1) + train + test;
  return train * maxEpochs + evaluated * FORWARD_SHARE;
}
