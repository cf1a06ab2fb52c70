import { receptiveFields } from '../../models/receptive-field.js';
import { layerShapes } from '../../models/shapes.js';
import type { ModelSpec } from '../../models/spec.js';
import type { PlayedNetwork } from '../figures.js';
import { type Followed, follow } from '../follow.js';
import type { MapShape } from '../layers.js';
import type { Layer, Network } from '../network.js';
import { element } from './dom.js';
import { channelOf, drawMap, largestOf, mapCanvas, RAMPS, strengthOf, strongestChannel } from './pictures.js';

interface Move {
  readonly move: readonly [number, number];
  readonly wraps: boolean;
}

/** A layer that is shown, with its canvases. */
interface Cell {
  readonly layer: number;
  readonly seen: HTMLCanvasElement;
  readonly difference: HTMLCanvasElement;
  readonly error: HTMLElement;
  readonly channel: HTMLElement;
}

/**
 * Feature maps of the moved image, and how far they are from the maps of the image, moved alike: the last layer before each
 * pooling and the poolings themselves, of each network whose units have places.
 */
export class MapRows {
  readonly node: HTMLElement;
  readonly #rows: { readonly network: number; readonly cells: Cell[] }[] = [];

  constructor(networks: readonly PlayedNetwork[]) {
    this.node = element('div', { class: 'play-maps' });
    networks.forEach((network, n) => {
      this.node.append(element('p', { class: 'play-network-name' }, network.name));
      this.node.append(this.#row(network, n));
    });
  }

  #row({ name, spec }: PlayedNetwork, n: number): HTMLElement {
    const layers = shownLayers(spec);
    if (layers.length === 0) {
      return element(
        'p',
        { class: 'play-note' },
        'Flat: its units have no places, so nothing in it can move along. It has to know each position by itself.',
      );
    }
    const cells = layers.map(({ index, title }) => {
      const seen = mapCanvas(`${name}, ${title}: a feature map of the moved image`);
      const difference = mapCanvas(`${name}, ${title}: difference from the map moved alike`);
      const [error, channel] = [element('span', { class: 'play-error' }), element('span')];
      return { index, title, cell: { layer: index, seen, difference, error, channel } };
    });
    this.#rows.push({ network: n, cells: cells.map(({ cell }) => cell) });
    return element(
      'div',
      { class: 'play-map-row' },
      ...cells.map(({ title, cell }) =>
        element(
          'figure',
          { class: 'play-map-cell' },
          element('div', { class: 'play-map-pair' }, cell.seen, cell.difference),
          element(
            'figcaption',
            {},
            element('strong', {}, title),
            ' ',
            cell.channel,
            element('br'),
            cell.error,
          ),
        ),
      ),
    );
  }

  /** @param still activations of the image in place; @param now of the moved one */
  show(networks: readonly Network[], still: Float32Array[][], now: Float32Array[][], move: Move): void {
    for (const { network, cells } of this.#rows)
      for (const cell of cells) this.#draw(cell, networks[network]!, still[network]!, now[network]!, move);
  }

  #draw(
    cell: Cell,
    { spec, layers }: Network,
    still: Float32Array[],
    now: Float32Array[],
    { move, wraps }: Move,
  ): void {
    const { layer } = cell;
    const shape = (layers[layer] as Layer).outputShape as MapShape;
    const [before, after] = [still[layer]!, now[layer]!];
    const field = receptiveFields(spec.layers)[layer]!;
    const followed = follow(before, after, shape, { field, move, side: spec.inputShape[0], wraps });
    const channel = strongestChannel(before, shape);
    const seen = channelOf(after, shape, channel);
    const size = [shape[0], shape[1]] as const;
    drawMap(cell.seen, seen, size, {
      largest: largestOf(channelOf(before, shape, channel)),
      colors: RAMPS.seen,
    });
    const largest = largestOf(strengthOf(before, shape));
    drawMap(cell.difference, followed.difference, size, {
      largest,
      colors: RAMPS.glow,
      frame: followed.compared,
    });
    cell.channel.textContent = `channel ${channel + 1} of ${shape[2]}`;
    cell.error.textContent = errorText(followed);
  }
}

/** The last layer before each pooling, and the pooling. */
const shownLayers = (spec: ModelSpec): { readonly index: number; readonly title: string }[] =>
  layerShapes(spec).flatMap(({ name }, i, all) => {
    if (all[i + 1]?.layer.kind === 'maxPool2d') return [{ index: i, title: name }];
    return all[i]!.layer.kind === 'maxPool2d' ? [{ index: i, title: name }] : [];
  });

const errorText = ({ error }: Followed): string =>
  error === null
    ? 'ε: no position away from the borders'
    : `ε = ${error < 0.0005 ? error.toExponential(0).replace('0e+0', '0') : error.toFixed(2)}`;
