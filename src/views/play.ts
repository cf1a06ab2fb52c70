import type { ConditionResult } from '../analysis/index.js';
import { permutePixels, pixelPermutation, shiftImages } from '../data/index.js';
import type { FigureOptions } from '../notebook/show.js';
import { deflated, type MeasuredCurve } from '../play/index.js';
import type { Study } from '../study/index.js';
import { NOTHING_TO_COMPARE, shortName } from './compared.js';
import { colorNames, namesOf, playable, provenance, stillOf } from './playable.js';
import type { SharingResults } from './sharing.js';
import { accuracyAt, type ShiftedNetwork } from './translation.js';

/** Pixels that the stills of a moved image are moved by. */
const STILL_SHIFTS = [0, 1, 2, 3, 4, 8];

/**
 * The networks of a chapter as a figure that the reader moves: trained ones of the study, and images by rule.
 *
 * @param networks with and without weight sharing, as far as they were trained
 */
export async function moveView(
  study: Study,
  networks: readonly ShiftedNetwork[],
): Promise<FigureOptions | string> {
  const played = await playable(
    study,
    networks.map(({ result }) => result),
  );
  if (!played) return NOTHING_TO_COMPARE;
  const { images, shown, first } = played;
  const names = networks.map(({ result }) => shortName(result));
  const colors = colorNames(names);
  const curvesOf = (fill: 'zero' | 'wrap') =>
    networks.map(({ runs, result }, i): MeasuredCurve => {
      const points = runs[0]!.zero.rows.map(({ shift }) => ({
        x: shift,
        accuracy: accuracyAt({ runs, result }, fill, shift).estimate,
      }));
      return { name: names[i]!, color: colors[i]!, points };
    });
  const still = await stillOf(played, STILL_SHIFTS, (shift) => ({
    label: shift === 0 ? 'in place' : `${shift} px`,
    pixels: shiftImages(first, shift, 0, 'zero'),
  }));
  return {
    play: {
      kind: 'move',
      networks: shown,
      images,
      measured: { zero: curvesOf('zero'), wrap: curvesOf('wrap') },
    },
    svg: still,
    caption:
      'What do the networks make of an image that moves? Drag it, or use the arrow keys. On the left of each pair a feature ' +
      'map of the moved image, on the right how far all maps of the layer are from those of the image in place, moved alike: ' +
      '$f(Tx) - T f(x)$, black where there is no difference; inside the blue frame no border plays a part, and $\\varepsilon$ is ' +
      `for these positions. One image shows how, not how often: that is the curve below. ${provenance(played)}`,
    alt: `A test image moved to the right step by step, and under each step the answers of ${namesOf(shown)}.`,
  };
}

/**
 * An image whose pixels the reader scrambles, as a figure.
 *
 * @param sharing the three kinds of network, where all were trained
 * @param blocks results of networks trained on images scrambled inside blocks, and as they are
 */
export async function scrambleView(
  study: Study,
  sharing: SharingResults | undefined,
  blocks: readonly ConditionResult[],
): Promise<FigureOptions | string> {
  const plain = sharing
    ? [sharing.baseline, sharing.lcn, sharing.shared]
    : blocks.filter(({ condition }) => condition.block === 1);
  const cnns = blocks.filter(({ condition: { block, head } }) => block > 1 && head !== 'dense');
  const played = await playable(study, plain, cnns);
  if (!played) return NOTHING_TO_COMPARE;
  const { images, shown, first } = played;
  const { seed } = (cnns[0] ?? plain[0])!.records[0]!.spec;
  const sides = [1, 2, 4, 8, 16, 32];
  const orderOf = (side: number) => pixelPermutation(seed, side);
  const orders = sides.map((side) => {
    const order = Uint16Array.from(orderOf(side));
    return [side, deflated(new Uint8Array(order.buffer))] as const;
  });
  const names = [...new Set(blocks.map(shortName))];
  const colors = colorNames(names);
  const still = await stillOf(played, sides, (side) => ({
    label: side === 1 ? 'as it is' : `${side} × ${side}`,
    pixels: permutePixels(first, orderOf(side)),
  }));
  return {
    play: {
      kind: 'scramble',
      networks: shown,
      images,
      orders: Object.fromEntries(orders),
      measured: names.map((name, i) => ({
        name,
        color: colors[i]!,
        points: blocks
          .filter((result) => shortName(result) === name)
          .map(({ condition, testAccuracy }) => ({ x: condition.block, accuracy: testAccuracy.mean }))
          .sort((a, b) => a.x - b.x),
      })),
    },
    svg: still,
    caption:
      'What is left of an image whose pixels change places inside blocks? The networks learned from images as they are; where there is ' +
      'a column “trained on such images”, that network learned from images scrambled exactly so. The curve below is of networks that learned from images scrambled ' +
      'exactly as the test images are: what they lose, the order of pixels was worth to them. Of these only the CNNs are small ' +
      `enough to answer here. ${provenance(played)}`,
    alt: `A test image scrambled inside ever larger blocks, and under each the answers of ${namesOf(shown)}.`,
  };
}
