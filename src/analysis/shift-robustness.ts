import { type ImageSet, shiftImages } from '../data/index.js';
import { scoreLogits } from '../training/index.js';
import { agreement } from './metrics.js';

/** What a model's predictions are worth when its images have moved. */
export interface ShiftRobustness {
  /** Pixels. */
  readonly shift: number;
  /** 0 to 1, mean over the directions. */
  readonly accuracy: number;
  /** Share of images that keep the class predicted for the unshifted image, right or wrong; mean over directions. */
  readonly agreement: number;
}

export interface ShiftOptions {
  /** Whole pixels; default 0 to 8. */
  readonly shifts?: readonly number[];
  /** Default: right, left, down and up, so that no direction the photographers favoured decides. */
  readonly directions?: readonly (readonly [dx: number, dy: number])[];
  /** What fills uncovered pixels; default black. */
  readonly fill?: 'zero' | 'wrap';
  readonly onShift?: (done: number, total: number) => void;
}

/** From images [n, 32, 32, 3], uint8, to logits [n, classes]. */
export type Predict = (images: Uint8Array) => Float32Array | Promise<Float32Array>;

const FOUR_DIRECTIONS = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
] as const;

/** Accuracy and agreement against the size of a shift, as `shifts` orders them. */
export async function shiftRobustness(
  predict: Predict,
  { images, labels }: ImageSet,
  options: ShiftOptions = {},
): Promise<ShiftRobustness[]> {
  const { directions = FOUR_DIRECTIONS, fill = 'zero', onShift } = options;
  const shifts = options.shifts ?? [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const still = await predict(images);
  const classes = still.length / labels.length;
  const rows: ShiftRobustness[] = [];
  for (const shift of shifts) {
    let accuracy = 0;
    let agreeing = 0;
    for (const [dx, dy] of directions) {
      const logits = shift === 0 ? still : await predict(shiftImages(images, shift * dx, shift * dy, fill));
      accuracy += scoreLogits(logits, labels).accuracy / directions.length;
      agreeing += agreement(still, logits, classes) / directions.length;
    }
    rows.push({ shift, accuracy, agreement: agreeing });
    onShift?.(rows.length, shifts.length);
  }
  return rows;
}
