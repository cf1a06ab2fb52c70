import type { ConditionResult } from '../analysis/index.js';
import { formatCount, formatPercent } from '../base/format.js';
import { modelScales, paletteEntries } from '../charts/index.js';
import { imagesOf } from '../claims/index.js';
import { IMAGE_BYTES, permutePixels, pixelPermutation, shiftImages } from '../data/index.js';
import type { FigureOptions } from '../notebook/show.js';
import {
  answer,
  deflated,
  imagesFor,
  inflated,
  keyFrames,
  type MeasuredCurve,
  type Network,
  type PlayedImages,
  type PlayedNetwork,
  type Prepared,
  prepare,
  scaled,
  unpack,
} from '../play/index.js';
import type { Study } from '../study/index.js';
import { NOTHING_TO_COMPARE, shortName } from './compared.js';
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
  if (networks.length === 0) return NOTHING_TO_COMPARE;
  const played = await playable(
    study,
    networks.map(({ result }) => result),
  );
  const { images, shown, first } = played;
  const curvesOf = (fill: 'zero' | 'wrap') =>
    networks.map(({ runs, result }, i): MeasuredCurve => {
      const points = runs[0]!.zero.rows.map(({ shift }) => ({
        x: shift,
        accuracy: accuracyAt({ runs, result }, fill, shift).estimate,
      }));
      return { name: shown[i]!.name, color: shown[i]!.color, points };
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
  if (plain.length === 0 || blocks.length === 0) return NOTHING_TO_COMPARE;
  const cnns = blocks.filter(({ condition: { block, head } }) => block > 1 && head !== 'dense');
  const played = await playable(study, plain, cnns);
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

/** Networks ready to be shown, with their images. */
interface Playable {
  readonly shown: readonly PlayedNetwork[];
  readonly networks: readonly Network[];
  readonly prepared: readonly Prepared[];
  readonly images: PlayedImages;
  /** The pixels of the first image. */
  readonly first: Uint8Array;
  readonly results: readonly ConditionResult[];
}

async function playable(
  study: Study,
  results: readonly ConditionResult[],
  scrambled: readonly ConditionResult[] = [],
): Promise<Playable> {
  const all = [...results, ...scrambled];
  const names = all.map((result) =>
    scrambled.includes(result) ? `${shortName(result)}, trained on such images` : shortName(result),
  );
  const colors = colorNames(names);
  const prepared: Prepared[] = [];
  for (const [i, { records }] of all.entries())
    prepared.push(await prepare(study, { record: records[0]!, name: names[i]!, color: colors[i]! }));
  const images = imagesFor(study, prepared.slice(0, results.length));
  const shown = prepared.map(({ network }, i) =>
    i < results.length ? network : { ...network, block: all[i]!.condition.block },
  );
  const networks = await Promise.all(shown.map(({ packed }) => unpack(packed!)));
  const first = (await inflated(images.pixels)).slice(0, IMAGE_BYTES);
  return { shown, networks, prepared, images, first, results };
}

/** The colors that charts give networks of these names, by their names in the palette. */
function colorNames(names: readonly string[]): string[] {
  const { domain, color } = modelScales(names.map((model) => ({ model })));
  const named = new Map(paletteEntries('light').map(([name, value]) => [value, name]));
  return names.map((name) => named.get(color.range[domain.indexOf(name)]!) ?? 'ink');
}

/** Some moments of a figure: what the networks answer for pictures made of the first image. */
async function stillOf<Moment>(
  { shown, networks, images, results }: Playable,
  moments: readonly Moment[],
  frameOf: (moment: Moment) => { readonly label: string; readonly pixels: Uint8Array },
): Promise<string> {
  const plain = networks.slice(0, results.length);
  const frames = moments.map((moment) => {
    const frame = frameOf(moment);
    const answers = plain.map((network) => {
      const probabilities = answer(network, scaled(frame.pixels));
      const probability = Math.max(...probabilities);
      const top = probabilities.indexOf(probability);
      return { answer: images.classes[top]!, probability, right: top === images.labels[0] };
    });
    return { ...frame, answers };
  });
  return keyFrames(shown.slice(0, results.length), frames);
}

const namesOf = (networks: readonly PlayedNetwork[]): string => networks.map(({ name }) => name).join(', ');

/** What these networks and images are, and what rounding does to the answers. */
function provenance({ results, prepared, shown, images }: Playable): string {
  const [{ images: judged }] = prepared.map(({ agreement }) => agreement) as [Prepared['agreement']];
  const rounded = shown.map(({ name, block }, i) => {
    const { precision, same, images: of } = prepared[i]!.agreement;
    const how = precision === 'float16' ? 'float16' : '5 to 6 bits';
    const scrambled = block === undefined ? '' : ` in blocks of ${block}`;
    return `${name}${scrambled} ${formatPercent(same / of)} (${how})`;
  });
  const sizes = [...new Set(results.map(imagesOf))].join(' and ');
  const lcn = results.some(({ condition }) => !condition.sharing)
    ? ''
    : ' The locally connected network was not trained in this run, where it would take too long.';
  const missing = images.classes.length - new Set(images.labels).size;
  const none = missing > 0 ? ` Of ${missing} classes there is none.` : '';
  return (
    `Networks of this run, trained on ${sizes}.${lcn} Images by rule: the first test image of each class that the networks do not ` +
    `answer alike, then the first two that all get wrong.${none} Weights are rounded to fit into the page; with the rounded ones the same ` +
    `class comes first for, of ${formatCount(judged)} test images: ${rounded.join(', ')}.`
  );
}
