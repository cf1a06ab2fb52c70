import { formatCount } from '../../base/format.js';
import { IMAGE_SIDE } from '../../data/dataset.js';
import { layerShapes } from '../../models/shapes.js';
import type { PlayedNetwork, TurnFigure } from '../figures.js';
import { softmax } from '../layers.js';
import { type Network, scaled, weightCounts } from '../network.js';
import { firstWeighted, type Turned, turn, type WeightPlace, weightIndex } from '../turn.js';
import { Answers } from './answers.js';
import { Choice, element, Slider } from './dom.js';
import { ImagePicker } from './image-picker.js';
import { loadFigure } from './networks.js';
import { drawLayer, drawPicture, mapCanvas, pictureCanvas } from './pictures.js';
import type { Place } from './place.js';
import { oneOf, Stage, whole } from './stage.js';

type Channel = (typeof CHANNELS)[number];
type State = {
  image: number;
  filter: number;
  x: number;
  y: number;
  cell: string;
  channel: Channel;
  by: number;
};

const CELLS = Array.from({ length: 9 }, (_, i) => String(i));
const ROWS = ['above', 'level', 'below'];
const COLUMNS = ['left', 'middle', 'right'];
const CHANNELS = ['red', 'green', 'blue'] as const;

/** One weight of the first layer by a slider: where does it matter? */
export function mountTurn(figure: TurnFigure, place: Place): void {
  const { networks, images } = figure;
  const filters = Math.min(
    ...networks.map(({ spec }) => layerShapes(spec).find(isWeighted)!.outputShape.at(-1)!),
  );
  const fields = {
    image: whole(0, images.labels.length, 0),
    filter: whole(0, filters - 1, 0),
    x: whole(0, IMAGE_SIDE - 1, 16),
    y: whole(0, IMAGE_SIDE - 1, 16),
    cell: oneOf(CELLS, '4'),
    channel: oneOf([...CHANNELS], 'red'),
    by: whole(-20, 20, 0),
  } as const;
  const stage = new Stage<State>(place, fields, 'Turn one weight: where each kind of network uses it');
  const picker = new ImagePicker(images, (image) => stage.set({ image }));
  const range = { min: 0, max: IMAGE_SIDE - 1 };
  const sliders = {
    by: new Slider('weight', { min: -20, max: 20 }, (by) => stage.set({ by })),
    filter: new Slider('filter', { min: 0, max: filters - 1 }, (filter) => stage.set({ filter })),
    x: new Slider('column', range, (x) => stage.set({ x })),
    y: new Slider('row', range, (y) => stage.set({ y })),
  };
  const cells = new Choice(
    'Weight in the window',
    CELLS.map((cell, i) => [cell, '', `${ROWS[Math.floor(i / 3)]}, ${COLUMNS[i % 3]}`] as const),
    (cell: string) => stage.set({ cell }),
  );
  cells.node.classList.add('play-window');
  const channels = new Choice(
    'for',
    CHANNELS.map((name) => [name, name] as const),
    (channel: Channel) => stage.set({ channel }),
  );
  const picture = new MarkedPicture();
  const panels = networks.map((network) => new Panel(network));
  const answers = new Answers(networks, images.classes);
  place.live.append(
    picker.node,
    element(
      'div',
      { class: 'play-columns' },
      element(
        'div',
        { class: 'play-hand' },
        picture.canvas,
        sliders.by.node,
        sliders.filter.node,
        sliders.x.node,
        sliders.y.node,
        cells.node,
        channels.node,
        element('div', { class: 'play-buttons' }, stage.playButton),
      ),
      element(
        'div',
        {},
        element('div', { class: 'play-panels' }, ...panels.map(({ node }) => node)),
        answers.node,
      ),
    ),
  );
  stage.begin(
    () => loadFigure(networks, images),
    ({ nets, pictures }) => {
      picker.fill(pictures);
      return (state) => {
        const { pixels, label } = picker.at(state.image);
        const weight = weightPlace(state);
        const found = nets.map((network) => turn(network, scaled(pixels), weight, state.by / 10));
        picker.show(state.image);
        picture.show(pixels, weight);
        sliders.by.show(state.by, `${state.by < 0 ? '−' : '+'}${Math.abs(state.by / 10).toFixed(1)}`);
        sliders.filter.show(state.filter, String(state.filter + 1));
        sliders.x.show(state.x, String(state.x));
        sliders.y.show(state.y, String(state.y));
        cells.show(state.cell);
        channels.show(state.channel);
        const said = panels.map((panel, n) => panel.show(nets[n]!, found[n]!, weight));
        const answered = answers.show(
          found.map(({ logits }) => softmax(logits)),
          label,
        );
        return `${said.join('. ')}. ${answered}`;
      };
    },
    [5, 10, 15, 20, 15, 10].map((by) => ({ by })),
  );
}

const isWeighted = (shaped: Parameters<typeof weightCounts>[0]): boolean => weightCounts(shaped).kernel > 0;

const weightPlace = ({ filter, x, y, cell, channel }: State): WeightPlace => ({
  filter,
  x,
  y,
  row: Math.floor(Number(cell) / 3),
  column: Number(cell) % 3,
  channel: CHANNELS.indexOf(channel),
});

/** The image, with a frame around the window and a mark on the pixel that the weight is for. */
class MarkedPicture {
  readonly canvas = element('canvas', {
    width: 224,
    height: 224,
    class: 'play-map',
    role: 'img',
    'aria-label': 'The image',
  });
  readonly #pixels = pictureCanvas();

  show(pixels: Uint8Array, { x, y, row, column }: WeightPlace): void {
    this.canvas.setAttribute('aria-label', `The image, with the window at column ${x}, row ${y}`);
    drawPicture(this.#pixels, pixels);
    const context = this.canvas.getContext('2d');
    if (!context) return;
    const scale = this.canvas.width / IMAGE_SIDE;
    context.imageSmoothingEnabled = false;
    context.drawImage(this.#pixels, 0, 0, this.canvas.width, this.canvas.height);
    for (const [left, top, side, color] of [
      [x - 1, y - 1, 3, '#ffffff'],
      [x + column - 1, y + row - 1, 1, '#ffd23f'],
    ] as const) {
      context.strokeStyle = '#000000';
      context.lineWidth = 4;
      context.strokeRect(left * scale, top * scale, side * scale, side * scale);
      context.strokeStyle = color;
      context.lineWidth = 2;
      context.strokeRect(left * scale, top * scale, side * scale, side * scale);
    }
  }
}

/** What one network does with the weight. */
class Panel {
  readonly node: HTMLElement;
  readonly #canvas: HTMLCanvasElement;
  readonly #said = element('span');

  constructor(readonly network: PlayedNetwork) {
    const { name, spec, parameters } = network;
    this.#canvas = mapCanvas(`${name}: what the weight changes`);
    const { kernel, bias } = weightCounts(layerShapes(spec).find(isWeighted)!);
    this.node = element(
      'figure',
      { class: 'play-map-cell' },
      element('p', { class: 'play-network-name' }, name),
      this.#canvas,
      element(
        'figcaption',
        {},
        this.#said,
        element('br'),
        `${formatCount(kernel + bias)} numbers to learn in this layer, ${formatCount(parameters)} in all`,
      ),
    );
  }

  show(network: Network, { change, shape, changed }: Turned, place: WeightPlace): string {
    const flat = shape[0] === 1;
    drawLayer(this.#canvas, change, shape);
    const weight = firstWeighted(network).kernel[weightIndex(network, place)]!;
    const of = flat ? 'units' : 'positions';
    this.#said.textContent = `weight ${weight.toFixed(3).replace('-', '−')}; changes ${formatCount(changed)} of ${formatCount(change.length)} ${of}`;
    return `${this.network.name} ${this.#said.textContent}`;
  }
}
