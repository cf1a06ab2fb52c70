import { WhyconvError } from '../base/errors.js';
import type { Dataset, ImageSet } from './dataset.js';

/** What is known of a dataset without having it. */
export type DatasetFacts = Pick<Dataset, 'name' | 'classes' | 'fingerprint' | 'official'> & {
  /** Number of images. */
  readonly train: number;
  readonly test: number;
};

/** Thrown by whatever needs the images of a dataset of which only the facts are known. */
export class NoImagesError extends WhyconvError {}

/**
 * A dataset of which only the facts are known: names, counts and fingerprint can be read; its images and labels throw.
 *
 * @throws NoImagesError when `images` or `labels` are read
 */
export function withoutImages({ train, test, ...facts }: DatasetFacts): Dataset {
  return {
    ...facts,
    train: absent(train),
    test: absent(test),
    source: 'none: the images are not at hand',
    note: 'The images are not at hand: what needs them is left out',
  };
}

/**
 * Whether the images of a dataset can be read.
 *
 * @example
 * ```ts
 * import { hasImages, shapesDataset } from 'whyconv';
 *
 * hasImages(shapesDataset({ train: 10, test: 10, seed: 0 })); // => true
 * ```
 */
export const hasImages = ({ train }: Pick<Dataset, 'train'>): boolean => !(train instanceof AbsentImages);

const absent = (count: number): ImageSet => new AbsentImages(count);

class AbsentImages implements ImageSet {
  constructor(readonly count: number) {}

  get images(): Uint8Array {
    throw missing();
  }

  get labels(): Uint8Array {
    throw missing();
  }
}

const missing = () =>
  new NoImagesError({
    what: 'this needs the images of CIFAR-10, which are not at hand',
    expected: 'the archive or its folder: in the data folder, or by the parameter data',
    remedy: 'npm run data downloads it',
  });
