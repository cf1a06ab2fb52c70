import type { ConditionResult } from '../analysis/index.js';
import { formatCount, formatPercent } from '../base/format.js';
import { modelScales, paletteEntries } from '../charts/index.js';
import { imagesOf } from '../claims/index.js';
import { IMAGE_BYTES } from '../data/index.js';
import {
  answer,
  imagesFor,
  inflated,
  keyFrames,
  type Network,
  type PlayedImages,
  type PlayedNetwork,
  type Prepared,
  prepare,
  scaled,
  unpack,
} from '../play/index.js';
import type { Study } from '../study/index.js';
import { shortName } from './compared.js';

/** Networks ready to be shown, with their images. */
export interface Playable {
  readonly shown: readonly PlayedNetwork[];
  readonly networks: readonly Network[];
  readonly prepared: readonly Prepared[];
  readonly images: PlayedImages;
  /** The pixels of the first image. */
  readonly first: Uint8Array;
  /** What the networks came to; those trained on scrambled images come last in the others, and not here. */
  readonly results: readonly ConditionResult[];
  /** Networks of which the store has the record but not the weights. */
  readonly missing: readonly ConditionResult[];
  /** Where they were trained: "this run". */
  readonly trainedIn: string;
}

/**
 * Networks with their weights, rounded for the page, and images chosen for them; undefined where the store has no weights.
 *
 * @param wanted trained on images as they are
 * @param wantedScrambled trained on scrambled images
 */
export async function playable(
  study: Study,
  wanted: readonly ConditionResult[],
  wantedScrambled: readonly ConditionResult[] = [],
): Promise<Playable | undefined> {
  const results = await withWeights(study, wanted);
  const scrambled = await withWeights(study, wantedScrambled);
  if (results.length === 0) return undefined;
  const missing = wanted.filter((result) => !results.includes(result));
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
  const trainedIn = study.recorded ? 'the recorded study' : 'this run';
  return { shown, networks, prepared, images, first, results, missing, trainedIn };
}

async function withWeights(study: Study, results: readonly ConditionResult[]): Promise<ConditionResult[]> {
  const found: ConditionResult[] = [];
  for (const result of results) if (await study.store.weights(result.records[0]!)) found.push(result);
  return found;
}

/** The colors that charts give networks of these names, by their names in the palette. */
export function colorNames(names: readonly string[]): string[] {
  const { domain, color } = modelScales(names.map((model) => ({ model })));
  const named = new Map(paletteEntries('light').map(([name, value]) => [value, name]));
  return names.map((name) => named.get(color.range[domain.indexOf(name)]!) ?? 'ink');
}

/** A drawing whose colors of the palette follow the theme of the page that shows it. */
export function followingTheme(svg: string): string {
  const names = new Map(paletteEntries('light').map(([name, value]) => [value, name]));
  return svg.replace(/#[0-9a-f]{6}\b/gi, (color) => {
    const name = names.get(color.toLowerCase());
    return name === undefined ? color : `var(--chart-${name}, ${color})`;
  });
}

/** Some moments of a figure: what the networks answer for pictures made of the first image. */
export async function stillOf<Moment>(
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

export const namesOf = (networks: readonly PlayedNetwork[]): string =>
  networks.map(({ name }) => name).join(', ');

/** What these networks and images are, and what rounding does to the answers. */
export function provenance({ results, missing, prepared, shown, images, trainedIn }: Playable): string {
  const [{ images: judged }] = prepared.map(({ agreement }) => agreement) as [Prepared['agreement']];
  const rounded = [...new Set(shown.map(({ name }) => name))].map((name) => {
    const agreements = prepared
      .filter(({ network }) => network.name === name)
      .map(({ agreement }) => agreement);
    const least = Math.min(...agreements.map(({ same, images: of }) => same / of));
    const how = agreements[0]!.precision === 'float16' ? 'float16' : '5 to 6 bits';
    return `${name} ${agreements.length > 1 ? 'at least ' : ''}${formatPercent(least)} (${how})`;
  });
  const sizes = [...new Set(results.map(imagesOf))].join(' and ');
  const untrained = [...results, ...missing].some(({ condition }) => !condition.sharing)
    ? ''
    : ' The locally connected network was not trained in this run, where it would take too long.';
  const left =
    missing.length > 0
      ? ` Without weights at hand, and so not shown: ${missing.map(shortName).join(', ')} (the profile \`quick\` trains them).`
      : '';
  const absent = images.classes.length - new Set(images.labels).size;
  const none = absent > 0 ? ` Of ${absent} classes there is none.` : '';
  const rule =
    results.length > 1
      ? 'the first test image of each class that the networks do not answer alike, then the first two that all get wrong'
      : 'the first test image of each class, then the first two others that the network gets wrong';
  return (
    `Networks of ${trainedIn}, trained on ${sizes}.${untrained}${left} The images are chosen by a rule: ${rule}.${none} Weights are rounded to fit into the page. Of ${formatCount(judged)} test images, ` +
    `this leaves the most probable class what it was for: ${rounded.join(', ')}.`
  );
}
