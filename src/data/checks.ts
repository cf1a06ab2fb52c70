import {
  CLASS_COUNT,
  type Dataset,
  IMAGE_BYTES,
  IMAGE_CHANNELS,
  IMAGE_SIDE,
  type ImageSet,
} from './dataset.js';
import { exactDuplicates } from './duplicates.js';
import { CIFAR10_CLASSES, formatCount } from './layout.js';
import { channelStatistics, classCounts, entropyNats } from './statistics.js';

/** One line of the dataset's examination, in words for people. */
export interface DatasetCheck {
  /** What was examined: "train balance". */
  readonly name: string;
  /** Whether what was found is what is expected. */
  readonly passed: boolean;
  /** What was found, with its counts. */
  readonly found: string;
  /** What CIFAR-10 has, or what the set claims to be. */
  readonly expected: string;
}

/** Share of the range 0..1 that the pixel values must span: a set that does not was scaled or is all but empty. */
const LEAST_SPAN = 0.9;

/**
 * Counts, shape, labels, balance, value range and exact duplicates: everything the study takes for granted of its images.
 *
 * @example
 * ```ts
 * import { checkDataset, shapesDataset } from 'whyconv';
 *
 * const dataset = shapesDataset({ train: 100, test: 20, seed: 0 });
 * checkDataset(dataset).filter(({ passed }) => !passed); // => []
 * ```
 */
export function checkDataset(dataset: Dataset): DatasetCheck[] {
  const cifar = dataset.name === 'cifar10';
  const [train, test] = cifar ? [50_000, 10_000] : [dataset.train.count, dataset.test.count];
  // One's own images need not be balanced; a class without images is a mistake.
  const balance = (name: string, set: ImageSet, total: number) =>
    dataset.name === 'images' ? checkPresence(name, set, dataset.classes) : checkBalance(name, set, total);
  return [
    checkClasses(dataset),
    checkShape('train images', dataset.train, train),
    checkShape('test images', dataset.test, test),
    balance('train balance', dataset.train, train),
    balance('test balance', dataset.test, test),
    checkRange('train values', dataset.train),
    checkRange('test values', dataset.test),
    ...checkDuplicates(dataset),
  ];
}

function checkClasses({ name, classes }: Dataset): DatasetCheck {
  const expected = {
    cifar10: CIFAR10_CLASSES.join(', '),
    images: `2 to ${CLASS_COUNT} names`,
    shapes: `${CLASS_COUNT} names`,
    position: `${CLASS_COUNT} names`,
  }[name];
  const [least, most] = name === 'images' ? [2, CLASS_COUNT] : [CLASS_COUNT, CLASS_COUNT];
  const distinct = new Set(classes).size === classes.length;
  const passed =
    name === 'cifar10'
      ? classes.join() === CIFAR10_CLASSES.join()
      : distinct && classes.length >= least && classes.length <= most;
  return { name: 'classes', passed, found: classes.join(', '), expected };
}

function checkPresence(name: string, { labels }: ImageSet, classes: readonly string[]): DatasetCheck {
  const counts = classCounts(labels, classes.length);
  return {
    name,
    passed: Math.min(...counts) > 0 && counts.reduce((a, b) => a + b, 0) === labels.length,
    found: classes.map((each, label) => `${each} ${formatCount(counts[label]!)}`).join(', '),
    expected: 'at least 1 each',
  };
}

function checkShape(name: string, { images, labels, count }: ImageSet, expected: number): DatasetCheck {
  const shape = (n: number) => `[${n}, ${IMAGE_SIDE}, ${IMAGE_SIDE}, ${IMAGE_CHANNELS}]`;
  const whole = images.length === count * IMAGE_BYTES && labels.length === count;
  const found = whole
    ? `${shape(count)} uint8`
    : `${formatCount(images.length)} pixel bytes and ${formatCount(labels.length)} labels for ${formatCount(count)} images`;
  return {
    name,
    passed: whole && count === expected && count > 0,
    found,
    expected: `${shape(expected)} uint8`,
  };
}

function checkBalance(name: string, { labels }: ImageSet, total: number): DatasetCheck {
  const counts = classCounts(labels);
  const [least, greatest] = [Math.min(...counts), Math.max(...counts)];
  const [floor, ceiling] = [Math.floor(total / CLASS_COUNT), Math.ceil(total / CLASS_COUNT)];
  const each = (a: number, b: number) =>
    a === b ? `${formatCount(a)} each` : `${formatCount(a)} to ${formatCount(b)} each`;
  const inClasses = counts.reduce((a, b) => a + b, 0);
  return {
    name,
    passed: inClasses === labels.length && least >= floor && greatest <= ceiling,
    found: `${each(least, greatest)}, entropy ${entropyNats(counts).toFixed(6)} nats`,
    expected: `${each(floor, ceiling)}, at most ln 10 = ${Math.log(CLASS_COUNT).toFixed(6)} nats`,
  };
}

function checkRange(name: string, { images }: ImageSet): DatasetCheck {
  const { least, greatest } = channelStatistics(images);
  return {
    name,
    passed: (greatest - least) / 255 >= LEAST_SPAN,
    found: `${least} to ${greatest}, scaled ${(least / 255).toFixed(3)} to ${(greatest / 255).toFixed(3)}`,
    expected: `scaled within 0 to 1, spanning at least ${LEAST_SPAN}`,
  };
}

function checkDuplicates({ train, test }: Dataset): DatasetCheck[] {
  const pairs = exactDuplicates({ train: train.images, test: test.images });
  const count = (a: string, b: string) =>
    pairs.filter(({ first, second }) => first.set === a && second.set === b).length;
  const line = (name: string, found: number): DatasetCheck => ({
    name,
    passed: found === 0,
    found: `${formatCount(found)} exact duplicates`,
    expected: '0 exact duplicates',
  });
  return [
    line('within train', count('train', 'train')),
    line('within test', count('test', 'test')),
    line('across train and test', count('train', 'test')),
  ];
}
