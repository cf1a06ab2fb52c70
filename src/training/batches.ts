import { random, shuffle } from '../base/random.js';
import type { CallInputs } from '../engine/index.js';
import { SHIFT_FEED, shiftBoxes } from './augmentation.js';
import { dropoutLayers, dropoutMasks } from './dropout.js';
import type { RunSpec } from './run-spec.js';

/** Batches of an epoch. A graph has one batch size: the images left over sit this epoch out, others the next. */
export const batchesOf = (images: number, { batchSize }: Pick<RunSpec, 'batchSize'>): number =>
  Math.floor(images / batchSize);

/**
 * The inputs of one epoch's training steps: the rows in an order of the epoch's own, its dropout masks, the learning rate.
 *
 * @param rows of the run's table that are trained on
 * @param epoch 1, 2, ...
 * @param rateAt learning rate by the share of the epoch's steps that are done, 0 to below 1
 */
export function* epochInputs(
  spec: RunSpec,
  rows: ArrayLike<number>,
  epoch: number,
  rateAt: (done: number) => number,
): Generator<CallInputs> {
  const order = shuffle(Int32Array.from(rows), random(spec.seed, 'order', epoch));
  const nextMasks = dropoutMasks(dropoutLayers(spec.model, spec.batchSize), spec.seed, epoch);
  const nextBoxes =
    spec.augmentation.kind === 'shift' ? shiftBoxes(spec, spec.augmentation.pixels, epoch) : undefined;
  const batches = batchesOf(order.length, spec);
  for (let batch = 0; batch < batches; batch++) {
    const taken = order.subarray(batch * spec.batchSize, (batch + 1) * spec.batchSize);
    const feeds = {
      learningRate: Float32Array.of(rateAt(batch / batches)),
      ...nextMasks(),
      ...(nextBoxes && { [SHIFT_FEED]: nextBoxes() }),
    };
    yield { rows: taken, feeds };
  }
}
