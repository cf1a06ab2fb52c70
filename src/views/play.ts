import type { Comparisons, ConditionResult } from '../analysis/index.js';
import { formatCount } from '../base/format.js';
import { accuracyAgainstExamples, chartTheme, drawChart } from '../charts/index.js';
import { permutePixels, pixelPermutation, shiftImages } from '../data/index.js';
import type { FigureOptions } from '../notebook/show.js';
import {
  changePanels,
  deflated,
  layersWithPlaces,
  type MeasuredCurve,
  pixelsOf,
  scaled,
  sizeOfArea,
  turn,
  type WeightPlace,
} from '../play/index.js';
import type { Study } from '../study/index.js';
import { NOTHING_TO_COMPARE, shortName } from './compared.js';
import type { DataSizes } from './data-size.js';
import { colorNames, followingTheme, namesOf, playable, provenance, stillOf } from './playable.js';
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
  const plain = plainNetworks(sharing, blocks);
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

/** Trained on images as they are: the three kinds, or what there is of them. */
const plainNetworks = (
  sharing: SharingResults | undefined,
  others: readonly ConditionResult[],
): readonly ConditionResult[] =>
  sharing
    ? [sharing.baseline, sharing.lcn, sharing.shared]
    : others.filter(({ condition }) => condition.block === 1);

/** The middle of the window at the middle of the image. */
const STILL_WEIGHT: WeightPlace = { filter: 0, row: 1, column: 1, channel: 0, x: 16, y: 16 };

/**
 * One weight of each network's first layer, to be turned by the reader.
 *
 * @param sharing the three kinds of network, where all were trained
 * @param others results to take the networks from elsewhere
 */
export async function turnView(
  study: Study,
  sharing: SharingResults | undefined,
  others: readonly ConditionResult[],
): Promise<FigureOptions | string> {
  const played = await playable(study, plainNetworks(sharing, others));
  if (!played) return NOTHING_TO_COMPARE;
  const { shown, images, first, networks } = played;
  const panels = networks.map((network, i) => {
    const { change, shape, changed } = turn(network, scaled(first), STILL_WEIGHT, 1);
    const places = shape[0] === 1 ? 'units' : 'positions';
    const line = `changes ${formatCount(changed)} of ${formatCount(change.length)} ${places}`;
    return { name: shown[i]!.name, change, shape, lines: [line] };
  });
  return {
    play: { kind: 'turn', networks: shown, images },
    svg: changePanels(panels),
    caption:
      'Where does a single number matter? One weight of the first layer, for one pixel of the window that is marked in the image, ' +
      'is turned in each network; the maps show how much of what the layer computes changes, before the ReLU. A convolution uses the ' +
      'number at all positions, so that every position can teach it; a locally connected layer has it for this position alone, and a ' +
      `dense one for this pixel in one of its units (filter is here the unit's number). ${provenance(played)}`,
    alt: `What one weight changes: ${panels.map(({ name, lines }) => `${name} ${lines[0]}`).join('; ')}.`,
  };
}

/** Layer of the still: the last one before the first pooling. */
const STILL_LAYER = 1;

/**
 * Units and the pixels they see, pointed at by the reader.
 *
 * @param sharing the three kinds of network, where all were trained
 * @param others results to take the networks from elsewhere
 */
export async function reachView(
  study: Study,
  sharing: SharingResults | undefined,
  others: readonly ConditionResult[],
): Promise<FigureOptions | string> {
  const played = await playable(study, plainNetworks(sharing, others));
  const withPlaces = played?.networks.some(({ spec }) => layersWithPlaces(spec).length > 0);
  if (!played || !withPlaces) return NOTHING_TO_COMPARE;
  const { shown, images, first, networks } = played;
  const panels = networks.map((network, i) => {
    const { area, strength, shape } = pixelsOf(network, scaled(first), STILL_LAYER, { x: 16, y: 16 });
    const line = `sees ${formatCount(sizeOfArea(area))} of ${formatCount(strength.length)} pixels`;
    return { name: shown[i]!.name, change: strength, shape, lines: [line] };
  });
  return {
    play: { kind: 'reach', networks: shown, images },
    svg: changePanels(panels),
    caption:
      'Who sees whom? The frame is by the formula: the pixels that the unit at the mark can see, or the positions that can see the ' +
      'marked pixel. The glow is by the trained network and this image: the gradient of the unit with respect to each pixel (summed over channels), or ' +
      'what changes when the pixel becomes a little lighter. A unit of a convolution and of a locally connected layer sees the same ' +
      `patch; a dense unit sees everything, here the first one. ${provenance(played)}`,
    alt: `Which pixels a unit sees: ${panels.map(({ name, lines }) => `${name} ${lines[0]}`).join('; ')}.`,
  };
}

/** The learning curves as a question to the reader: what do you expect? */
export async function guessView(
  sizes: DataSizes | undefined,
  compare: Comparisons,
): Promise<FigureOptions | string> {
  if (!sizes) return NOTHING_TO_COMPARE;
  const names = sizes.curves.map(({ points }) => shortName(points[0]!));
  const colors = colorNames(names);
  const measured = sizes.curves.map(({ points }, i) => ({
    name: names[i]!,
    color: colors[i]!,
    points: points.map((result) => ({ x: result.images, accuracy: compare.accuracy(result).estimate })),
  }));
  const name = shortName(sizes.fewer);
  const rows = measured.flatMap(({ name: model, points }) =>
    points.map(({ x, accuracy }) => ({ model, examples: x, accuracy })),
  );
  const { svg } = await drawChart(accuracyAgainstExamples(rows), { config: chartTheme('light') });
  return {
    play: { kind: 'guess', networks: [], name, measured },
    svg: followingTheme(svg),
    caption:
      `How many images does a network need? Draw what you expect of \`${name}\` before you look: in the plot, or by the sliders below ` +
      'it. Then let the measured curves appear.',
    alt: 'Test accuracy against the number of training images, one line per network.',
  };
}
