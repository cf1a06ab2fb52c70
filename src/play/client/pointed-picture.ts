import { IMAGE_SIDE } from '../../data/dataset.js';
import { element } from './dom.js';
import { drawPicture, pictureCanvas } from './pictures.js';

interface Pixel {
  readonly x: number;
  readonly y: number;
}

/** The image with a mark on a pixel, which is put elsewhere by pointing or by arrow keys. */
export class PointedPicture {
  readonly node: HTMLDivElement;
  readonly #canvas = element('canvas', { width: 224, height: 224, class: 'play-map' });
  readonly #pixels = pictureCanvas();
  #at: Pixel = { x: 0, y: 0 };

  constructor(private readonly point: (x: number, y: number) => void) {
    this.node = element(
      'div',
      {
        class: 'play-surface play-pointed',
        tabindex: 0,
        role: 'application',
        'aria-label': 'The image: arrow keys move the mark by a pixel',
      },
      this.#canvas,
    );
    this.node.addEventListener('keydown', (event) => this.#key(event));
    const toPointer = (event: PointerEvent) => {
      const box = this.node.getBoundingClientRect();
      const pixel = (offset: number, size: number) => Math.floor((IMAGE_SIDE * offset) / size);
      this.#to(pixel(event.clientX - box.left, box.width), pixel(event.clientY - box.top, box.height));
    };
    this.node.addEventListener('pointerdown', (event) => {
      this.node.setPointerCapture(event.pointerId);
      toPointer(event);
    });
    this.node.addEventListener('pointermove', (event) => {
      if (this.node.hasPointerCapture(event.pointerId)) toPointer(event);
    });
  }

  show(pixels: Uint8Array, at: Pixel): void {
    this.#at = at;
    drawPicture(this.#pixels, pixels);
    const context = this.#canvas.getContext('2d');
    if (!context) return;
    const scale = this.#canvas.width / IMAGE_SIDE;
    context.imageSmoothingEnabled = false;
    context.drawImage(this.#pixels, 0, 0, this.#canvas.width, this.#canvas.height);
    for (const [width, color] of [
      [5, '#000000'],
      [2, '#ffd23f'],
    ] as const) {
      context.strokeStyle = color;
      context.lineWidth = width;
      context.strokeRect(at.x * scale, at.y * scale, scale, scale);
    }
  }

  #key(event: KeyboardEvent): void {
    const steps: Readonly<Record<string, readonly [number, number]>> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, -1],
      ArrowDown: [0, 1],
    };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    this.#to(this.#at.x + step[0], this.#at.y + step[1]);
  }

  #to(x: number, y: number): void {
    const within = (value: number) => Math.max(0, Math.min(IMAGE_SIDE - 1, value));
    this.#at = { x: within(x), y: within(y) };
    this.point(this.#at.x, this.#at.y);
  }
}
