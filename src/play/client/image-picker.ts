import type { PlayedImages } from '../figures.js';
import { element, newId } from './dom.js';
import { reduced } from './own-picture.js';
import { drawPicture, pictureCanvas } from './pictures.js';

/** Chooses among the figure's images, or takes a picture of the reader's, which does not leave the page. */
export class ImagePicker {
  readonly node: HTMLFieldSetElement;
  readonly #group = newId();
  readonly #inputs: HTMLInputElement[] = [];
  readonly #labels: readonly number[];
  #images: Uint8Array[] = [];
  #own: Uint8Array | undefined;

  /** @param choose is given the position of an image; one after the last is the reader's own */
  constructor(
    { classes, labels, indices }: PlayedImages,
    private readonly choose: (image: number) => void,
  ) {
    this.#labels = labels;
    const file = element('input', { type: 'file', accept: 'image/*', 'aria-label': 'Your own picture' });
    file.addEventListener('change', () => void this.take(file.files?.[0]));
    this.node = element(
      'fieldset',
      { class: 'play-images' },
      element('legend', {}, 'Image'),
      ...labels.map((label, i) => this.#option(i, `${classes[label]}, test image ${indices[i]}`)),
      element('label', { class: 'play-own' }, file, element('span', {}, 'Your picture…')),
    );
  }

  /** How many images there are, without the reader's own. */
  get count(): number {
    return this.#labels.length;
  }

  /** Once they are loaded. */
  fill(images: readonly Uint8Array[]): void {
    this.#images = [...images];
    this.node.querySelectorAll('canvas').forEach((canvas, i) => {
      if (images[i]) drawPicture(canvas, images[i]);
    });
  }

  /** The image at a position and its class: of the reader's own nobody knows it. The first one where there is none. */
  at(image: number): { readonly pixels: Uint8Array; readonly label: number | null } {
    if (image >= this.count && this.#own) return { pixels: this.#own, label: null };
    const known = image < this.count ? image : 0;
    return { pixels: this.#images[known]!, label: this.#labels[known]! };
  }

  show(image: number): void {
    const input = this.#inputs[image];
    if (input) input.checked = true;
    else for (const other of this.#inputs) other.checked = false;
  }

  /** A file that was chosen or dropped; anything but a picture is left alone. */
  async take(file: Blob | null | undefined): Promise<void> {
    const pixels = file && (await reduced(file));
    if (!pixels) return;
    this.#own = pixels;
    this.choose(this.count);
  }

  #option(i: number, name: string): HTMLLabelElement {
    const input = element('input', { type: 'radio', name: this.#group, value: i, 'aria-label': name });
    input.addEventListener('change', () => this.choose(i));
    this.#inputs.push(input);
    return element('label', { title: name }, input, pictureCanvas('play-thumbnail'));
  }
}
