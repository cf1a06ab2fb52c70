import { formatCount } from '../../base/format.js';
import { IMAGE_SIDE } from '../../data/dataset.js';
import { layerShapes } from '../../models/shapes.js';
import type { PlayedNetwork, ReachFigure } from '../figures.js';
import { type Network, scaled } from '../network.js';
import { layerAsked, layersWithPlaces, pixelsOf, type Reach, sizeOfArea, unitsOf } from '../reach.js';
import { Choice, element, Slider } from './dom.js';
import { ImagePicker } from './image-picker.js';
import { loadFigure } from './networks.js';
import { drawLayer, mapCanvas } from './pictures.js';
import type { Place } from './place.js';
import { PointedPicture } from './pointed-picture.js';
import { oneOf, Stage, whole } from './stage.js';

type Ask = 'unit' | 'pixel';
type State = { image: number; layer: string; x: number; y: number; ask: Ask };

/** Point at a place: which pixels does the unit there see, or which units does the pixel there change? */
export function mountReach(figure: ReachFigure, place: Place): void {
  const { networks, images } = figure;
  const withPlaces = networks.map(({ spec }) => spec).filter((spec) => layersWithPlaces(spec).length > 0);
  const names = layerShapes(withPlaces.at(-1)!);
  const layers = layersWithPlaces(withPlaces.at(-1)!).map(String);
  const fields = {
    image: whole(0, images.labels.length, 0),
    layer: oneOf(layers, layers[1] ?? layers[0]!),
    x: whole(0, IMAGE_SIDE - 1, 16),
    y: whole(0, IMAGE_SIDE - 1, 16),
    ask: oneOf(['unit', 'pixel'], 'unit'),
  } as const;
  const stage = new Stage<State>(place, fields, 'Who sees whom: units and the pixels they see');
  const picker = new ImagePicker(images, (image) => stage.set({ image }));
  const picture = new PointedPicture((x, y) => stage.set({ x, y }));
  const range = { min: 0, max: IMAGE_SIDE - 1 };
  const sliders = {
    x: new Slider('column', range, (x) => stage.set({ x })),
    y: new Slider('row', range, (y) => stage.set({ y })),
  };
  const ask = new Choice<Ask>(
    'Show',
    [
      ['unit', 'the pixels that the unit here sees'],
      ['pixel', 'the units that this pixel changes'],
    ],
    (value) => stage.set({ ask: value }),
  );
  const layer = new Choice(
    'Layer',
    layers.map((index) => [index, names[Number(index)]!.name] as const),
    (value: string) => stage.set({ layer: value }),
  );
  const panels = networks.map((network) => new Panel(network));
  place.live.append(
    picker.node,
    ask.node,
    layer.node,
    element(
      'div',
      { class: 'play-columns' },
      element(
        'div',
        { class: 'play-hand' },
        picture.node,
        sliders.x.node,
        sliders.y.node,
        element('div', { class: 'play-buttons' }, stage.playButton),
      ),
      element('div', { class: 'play-panels' }, ...panels.map(({ node }) => node)),
    ),
  );
  stage.begin(
    () => loadFigure(networks, images),
    ({ nets, pictures }) => {
      picker.fill(pictures);
      return (state) => {
        const { pixels } = picker.at(state.image);
        const image = scaled(pixels);
        picker.show(state.image);
        picture.show(pixels, state);
        sliders.x.show(state.x, String(state.x));
        sliders.y.show(state.y, String(state.y));
        ask.show(state.ask);
        layer.show(state.layer);
        const find = state.ask === 'unit' ? pixelsOf : unitsOf;
        const said = panels.map((panel, n) => {
          const network = nets[n]!;
          return panel.show(
            network,
            Number(state.layer),
            find(network, image, Number(state.layer), state),
            state.ask,
          );
        });
        return `${said.join('. ')}.`;
      };
    },
    layers.slice(0, 7).map((index) => ({ layer: index })),
  );
}

/** What one network answers: how strongly each place is concerned, and a frame around what the formula allows. */
class Panel {
  readonly node: HTMLElement;
  readonly #canvas: HTMLCanvasElement;
  readonly #said = element('span');

  constructor(readonly network: PlayedNetwork) {
    this.#canvas = mapCanvas(`${network.name}: who sees whom`);
    this.node = element(
      'figure',
      { class: 'play-map-cell' },
      element('p', { class: 'play-network-name' }, network.name),
      this.#canvas,
      element('figcaption', {}, this.#said),
    );
  }

  show(network: Network, layer: number, { area, strength, shape }: Reach, ask: Ask): string {
    const flat = shape[0] === 1;
    drawLayer(this.#canvas, strength, shape, area);
    const { name } = network.layers[layerAsked(network, layer)]!;
    const concerned = strength.filter((value) => value > 0).length;
    const places = ask === 'unit' ? 'pixels' : flat ? 'units' : 'positions';
    const [all, done] = ask === 'unit' ? ['seen', 'matter to it'] : ['reached', 'change'];
    this.#said.textContent =
      `${name}: by the formula ${formatCount(sizeOfArea(area))} of ${formatCount(strength.length)} ${places} ${all}; ` +
      `for this image ${formatCount(concerned)} ${done}`;
    return `${this.network.name}, ${this.#said.textContent}`;
  }
}
