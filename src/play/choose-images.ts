import { type Dataset, selectImages } from '../data/index.js';
import type { PlayedImages } from './figures.js';
import { deflated } from './pack.js';

/** How many images that all networks get wrong are shown. */
const ALL_WRONG = 2;

/**
 * The images that figures show, by rule and not by taste: the first test image of each class that the networks do not answer
 * alike (of one network alone: the first of each class), and the first two that all of them get wrong; classes and images that
 * there are none of are left out. Where nothing is left, the first test image.
 *
 * @param answers of each network: its most probable classes for the first test images
 */
export function chooseImages(
  { test, classes }: Pick<Dataset, 'test' | 'classes'>,
  answers: readonly Uint8Array[],
): PlayedImages {
  const judged = Array.from({ length: answers[0]?.length ?? 0 }, (_, i) => i);
  const differs = (i: number) =>
    answers.length === 1 || answers.some((answer) => answer[i] !== answers[0]![i]);
  const allWrong = (i: number) => answers.every((answer) => answer[i] !== test.labels[i]);
  const ofClasses = classes.flatMap(
    (_, label) => judged.find((i) => test.labels[i] === label && differs(i)) ?? [],
  );
  const wrong = judged.filter((i) => allWrong(i) && !ofClasses.includes(i)).slice(0, ALL_WRONG);
  const chosen = [...ofClasses, ...wrong];
  const indices = chosen.length > 0 ? chosen : [0];
  const { images, labels } = selectImages(test, indices);
  return { classes, pixels: deflated(images), labels: [...labels], indices };
}
