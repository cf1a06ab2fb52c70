import { drag } from 'd3-drag';
import { select } from 'd3-selection';
import { IMAGE_SIDE } from '../../data/dataset.js';
import { shiftImages } from '../../data/transforms.js';
import type { MoveFigure } from '../figures.js';
import { softmax } from '../layers.js';
import { activations, type Network, scaled } from '../network.js';
import { Answers } from './answers.js';
import { Curve } from './curve.js';
import { Choice, element, Slider } from './dom.js';
import { ImagePicker } from './image-picker.js';
import { MapRows } from './map-rows.js';
import { loadFigure } from './networks.js';
import { drawPicture, pictureCanvas } from './pictures.js';
import type { Place } from './place.js';
import { oneOf, Stage, whole } from './stage.js';

/** Pixels to each side: as far as the study measured. */
const FAR = 8;

type State = { image: number; x: number; y: number; fill: 'zero' | 'wrap' };

/** Drag an image: what do the three kinds of network make of it? */
export function mountMove(figure: MoveFigure, place: Place): void {
  const { networks, images, measured } = figure;
  const fields = {
    image: whole(0, images.labels.length, 0),
    x: whole(-FAR, FAR, 0),
    y: whole(-FAR, FAR, 0),
    fill: oneOf(['zero', 'wrap'], 'zero'),
  } as const;
  const stage = new Stage<State>(place, fields, 'Move it: an image to drag, and the answers of the networks');
  const picker = new ImagePicker(images, (image) => stage.set({ image }));
  const surface = new Surface(
    (x, y) => stage.set({ x, y }),
    (file) => void picker.take(file),
  );
  const sliders = {
    x: new Slider('across', { min: -FAR, max: FAR }, (x) => stage.set({ x })),
    y: new Slider('down', { min: -FAR, max: FAR }, (y) => stage.set({ y })),
  };
  const fills = new Choice(
    'Uncovered pixels',
    [
      ['zero', 'black'],
      ['wrap', 'wrapped around'],
    ],
    (fill: State['fill']) => stage.set({ fill }),
  );
  const answers = new Answers(networks, images.classes);
  const maps = new MapRows(networks);
  const curve = new Curve({
    x: 'shift in pixels',
    scale: 'linear',
    at: (x) => `at ${x} pixels, over many images`,
  });
  const back = element('button', { type: 'button', class: 'play-button' }, 'Back');
  back.addEventListener('click', () => stage.set({ x: 0, y: 0 }));
  place.live.append(
    picker.node,
    element(
      'div',
      { class: 'play-columns' },
      element(
        'div',
        { class: 'play-hand' },
        surface.node,
        sliders.x.node,
        sliders.y.node,
        fills.node,
        element('div', { class: 'play-buttons' }, stage.playButton, back),
      ),
      answers.node,
    ),
    maps.node,
    curve.node,
  );
  stage.begin(
    () => loadFigure(networks, images),
    ({ nets, pictures }) => {
      picker.fill(pictures);
      const answer = answering(nets);
      return ({ image, x, y, fill }) => {
        const { pixels, label } = picker.at(image);
        const moved = shiftImages(pixels, x, y, fill);
        const { still, now } = answer(pixels, moved);
        picker.show(image);
        surface.show(x, y);
        drawPicture(surface.canvas, moved);
        const where = describe(x, y);
        sliders.x.show(x, `${Math.abs(x)} px ${x < 0 ? 'left' : 'right'}`);
        sliders.y.show(y, `${Math.abs(y)} px ${y < 0 ? 'up' : 'down'}`);
        fills.show(fill);
        maps.show(nets, still, now, { move: [x, y], wraps: fill === 'wrap' });
        curve.show(measured[fill], Math.hypot(x, y));
        return `${where} ${answers.show(
          now.map((layers) => softmax(layers.at(-1)!)),
          label,
        )}`;
      };
    },
    [1, 2, 3, 4, 5, 4, 3].map((x) => ({ x })),
  );
}

/** The activations of an image in place are kept until another image is chosen. */
function answering(nets: readonly Network[]) {
  let known: { readonly pixels: Uint8Array; readonly still: Float32Array[][] } | undefined;
  const all = (pixels: Uint8Array) => nets.map((network) => activations(network, scaled(pixels)));
  return (pixels: Uint8Array, moved: Uint8Array) => {
    if (known?.pixels !== pixels) known = { pixels, still: all(pixels) };
    return { still: known.still, now: all(moved) };
  };
}

function describe(x: number, y: number): string {
  const parts = [
    x !== 0 && `${Math.abs(x)} pixels to the ${x < 0 ? 'left' : 'right'}`,
    y !== 0 && `${Math.abs(y)} pixels ${y < 0 ? 'up' : 'down'}`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? 'In place.' : `Moved ${parts.join(' and ')}.`;
}

/** The image itself: dragged by mouse or touch, moved by arrow keys, and a place to drop a picture on. */
class Surface {
  readonly canvas = pictureCanvas('play-picture');
  readonly node: HTMLDivElement;
  #at: readonly [number, number] = [0, 0];

  constructor(
    private readonly move: (x: number, y: number) => void,
    drop: (file: File | undefined) => void,
  ) {
    this.node = element(
      'div',
      {
        class: 'play-surface',
        tabindex: 0,
        role: 'application',
        'aria-label': 'The image: arrow keys move it by a pixel, Home puts it back',
      },
      this.canvas,
    );
    this.node.addEventListener('keydown', (event) => this.#key(event));
    this.node.addEventListener('dragover', (event) => event.preventDefault());
    this.node.addEventListener('drop', (event) => {
      event.preventDefault();
      drop(event.dataTransfer?.files[0]);
    });
    let start: { readonly pointer: readonly [number, number]; readonly at: readonly [number, number] };
    const dragging = drag<HTMLDivElement, unknown>()
      .on('start', ({ x, y }: { x: number; y: number }) => {
        start = { pointer: [x, y], at: this.#at };
        this.node.focus({ preventScroll: true });
      })
      .on('drag', ({ x, y }: { x: number; y: number }) => {
        const pixel = this.canvas.clientWidth / IMAGE_SIDE;
        this.#to(start.at[0] + (x - start.pointer[0]) / pixel, start.at[1] + (y - start.pointer[1]) / pixel);
      });
    select(this.node).call(dragging);
  }

  /** Where the image is now: where the next gesture begins. */
  show(x: number, y: number): void {
    this.#at = [x, y];
  }

  #key(event: KeyboardEvent): void {
    const steps: Readonly<Record<string, readonly [number, number]>> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, -1],
      ArrowDown: [0, 1],
      Home: [-this.#at[0], -this.#at[1]],
    };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    this.#to(this.#at[0] + step[0], this.#at[1] + step[1]);
  }

  #to(x: number, y: number): void {
    const within = (value: number) => Math.max(-FAR, Math.min(FAR, Math.round(value)));
    this.show(within(x), within(y));
    this.move(...(this.#at as [number, number]));
  }
}
