import { WhyconvError } from '../../base/errors.js';
import { formatCount } from '../../base/format.js';
import { CLASS_COUNT } from '../dataset.js';
import { RECORD_BYTES } from '../layout.js';
import { classCounts } from '../statistics.js';
import type { DecodedImages } from './decode-all.js';
import type { ImageListing } from './list-images.js';

/** Share of the images that is held out for testing: CIFAR-10's, 10,000 of 60,000. */
export const TEST_SHARE = 1 / 6;
/** Images that a class needs, one for training and one for testing. */
const LEAST_PER_CLASS = 2;
/** Images that fit a file of records: Node reads none of 2 GiB or more in one piece. */
const MOST_IMAGES = Math.floor((2 ** 31 - 1) / RECORD_BYTES);

/** @throws WhyconvError for fewer than 2 or more than 10 classes */
export function requireClasses(folder: string, classes: readonly string[]): void {
  if (classes.length >= 2 && classes.length <= CLASS_COUNT) return;
  const names =
    classes.slice(0, CLASS_COUNT + 2).join(', ') + (classes.length > CLASS_COUNT + 2 ? ', ...' : '');
  throw new WhyconvError({
    what: classes.length < 2 ? 'the images have only one class' : 'the images have too many classes',
    where: folder,
    found: `${classes.length}: ${names}`,
    expected: `2 to ${CLASS_COUNT} subfolders with images, one per class (the networks have ${CLASS_COUNT} outputs)`,
    remedy:
      classes.length < 2 ? 'put the images of each class into a subfolder' : 'leave out or merge classes',
  });
}

/** Before all are decoded, which takes long. @throws WhyconvError for more images than the cache can read back */
export function requireNumber(folder: string, { files, test }: Pick<ImageListing, 'files' | 'test'>): void {
  const train = test ? files.length : Math.ceil(files.length * (1 - TEST_SHARE));
  const [name, count] = test && test.length > train ? ['for testing', test.length] : ['for training', train];
  if (count <= MOST_IMAGES) return;
  throw new WhyconvError({
    what: `there are too many images ${name}`,
    where: folder,
    found: formatCount(count),
    expected: `at most ${formatCount(MOST_IMAGES)}, which is 2 GiB of pixels`,
    remedy: 'leave some out',
  });
}

/** @throws WhyconvError for a class with too few images that can be read */
export function requireImages(
  folder: string,
  classes: readonly string[],
  train: DecodedImages,
  test: DecodedImages | undefined,
): void {
  const least = test ? 1 : LEAST_PER_CLASS;
  const counts = classCounts(train.labels, classes.length);
  const few = classes.filter((_, label) => counts[label]! < least);
  if (few.length === 0 && (!test || test.labels.length > 0)) return;
  const broken = [...train.broken, ...(test?.broken ?? [])];
  const examples = broken.slice(0, 3).map(({ name, reason }) => `${name}: ${reason}`);
  throw new WhyconvError({
    what: few.length > 0 ? 'a class has too few images' : 'the test set has no images',
    where: folder,
    found: [
      few.map((name) => `${name}: ${formatCount(counts[classes.indexOf(name)]!)}`).join(', '),
      broken.length > 0 && `${formatCount(broken.length)} files could not be read (${examples.join('; ')})`,
    ]
      .filter(Boolean)
      .join('; '),
    expected: `at least ${least} readable PNG, JPEG or WebP images in each class`,
    remedy: 'add images, or leave the class out',
  });
}
