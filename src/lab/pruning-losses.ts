import { mean, type Summary, summarize } from '../analysis/index.js';

/** Which filters are removed first: those with the smallest L1 norm, or random ones. */
export type FilterOrder = 'magnitude' | 'random';

/** Filters removed from one layer or, where it is null, from all, and what the network then makes of each image. */
export interface Removal {
  readonly layer: { readonly name: string; readonly filters: number; readonly removed: number } | null;
  /** Asked for, 0 to 1: `removed` is the whole number nearest to it, at least 1. */
  readonly fraction: number;
  readonly order: FilterOrder;
  /** Per image, of all or of the first ones: 1 for a correct answer. */
  readonly correct: Uint8Array;
}

/** Accuracy lost by removing a fraction of filters: -1 to 1, the mean over `n` images with its interval over them. */
export interface PruningLoss extends Summary {
  /** Of the filters, 0 to 1. */
  readonly fraction: number;
  /** Which filters went first. */
  readonly order: FilterOrder;
  /** The same mean for each random draw: their spread; null where nothing is drawn. */
  readonly draws: Summary | null;
}

/** Of one layer pruned alone. */
export interface LayerPruningLoss extends PruningLoss {
  /** As `layerShapes` names it. */
  readonly layer: string;
  /** Number of filters in the layer. */
  readonly filters: number;
  /** How many of them were removed. */
  readonly removed: number;
}

/** The largest fraction of filters, smallest norms first, up to which no step costs more than a point of accuracy. */
export interface RemovableFraction {
  /** By the losses themselves; 0 where the smallest fraction tried costs more. */
  readonly fraction: number;
  /** By the upper ends of their intervals. */
  readonly low: number;
  /** By the lower ends of the intervals. */
  readonly high: number;
}

/** What a trained CNN loses without some of its filters: see {@link measurePruning}. */
export interface Pruning {
  /** Judged on; random removals on the first of these, as many as their `n`. */
  readonly images: number;
  /** Of the whole network. */
  readonly accuracy: Summary;
  /** Each layer pruned alone, at each fraction. */
  readonly layers: readonly LayerPruningLoss[];
  /** Mean over the layers, each pruned alone. */
  readonly losses: readonly PruningLoss[];
  /** The same fraction of every layer removed at once, by magnitude. */
  readonly together: readonly PruningLoss[];
  /** Filters that cost less than a point. */
  readonly removable: {
    /** Of one layer, by the mean over the layers. */
    readonly alone: RemovableFraction;
    /** Of every layer at once. */
    readonly together: RemovableFraction;
  };
}

/** One point of accuracy, and what summing up in doubles may add to it. */
const ALLOWED_LOSS = 0.01 + 1e-12;

/** @param whole per image: 1 where the network with all its filters is correct */
export function summarizePruning(
  whole: Uint8Array,
  alone: readonly Removal[],
  together: readonly Removal[],
): Pruning {
  const layers = grouped(alone, ({ layer, fraction, order }) => [layer!.name, fraction, order]).map(
    (group) => {
      const { name, ...filters } = group[0]!.layer!;
      return { layer: name, ...filters, ...lossOf(whole, group) };
    },
  );
  const losses = grouped(alone, ({ fraction, order }) => [fraction, order]).map((group) =>
    lossOf(whole, group),
  );
  const lostTogether = together.map((removal) => lossOf(whole, [removal]));
  return {
    images: whole.length,
    accuracy: summarize([...whole]),
    layers,
    losses,
    together: lostTogether,
    removable: { alone: removableFraction(losses), together: removableFraction(lostTogether) },
  };
}

/** Of removals that differ in layer and draw alone: an image's loss is its mean over them. */
function lossOf(whole: Uint8Array, group: readonly Removal[]): PruningLoss {
  const [{ fraction, order }] = group as [Removal];
  const judged = whole.subarray(0, group[0]!.correct.length);
  const byImage = Array.from(judged, (right, i) => right - mean(group.map(({ correct }) => correct[i]!)));
  const draws = order === 'random' ? drawsOf(judged, group) : null;
  return { fraction, order, ...summarize(byImage), draws };
}

/** Draw by draw: the n-th removal of a layer belongs to the n-th draw. */
function drawsOf(judged: Uint8Array, group: readonly Removal[]): Summary {
  const layers = grouped(group, ({ layer }) => [layer!.name]);
  const accuracy = mean([...judged]);
  return summarize(
    layers[0]!.map(
      (_, draw) => accuracy - mean(layers.map((removals) => mean([...removals[draw]!.correct]))),
    ),
  );
}

/** @param losses by magnitude; others are left out */
export function removableFraction(losses: readonly PruningLoss[]): RemovableFraction {
  const steps = losses.filter(({ order }) => order === 'magnitude').sort((a, b) => a.fraction - b.fraction);
  const upTo = (costOf: (loss: PruningLoss) => number) => {
    const tooFar = steps.findIndex((loss) => costOf(loss) > ALLOWED_LOSS);
    const cheap = tooFar < 0 ? steps : steps.slice(0, tooFar);
    return cheap.at(-1)?.fraction ?? 0;
  };
  return {
    fraction: upTo((loss) => loss.mean),
    low: upTo((loss) => loss.high ?? loss.mean),
    high: upTo((loss) => loss.low ?? loss.mean),
  };
}

/** Groups of equal key, in order of first appearance. */
function grouped<T>(items: readonly T[], keyOf: (item: T) => readonly unknown[]): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = JSON.stringify(keyOf(item));
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push(item);
  }
  return [...groups.values()];
}
