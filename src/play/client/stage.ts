import { isAddressed, readAddress, writeAddress } from './address.js';
import { element } from './dom.js';
import type { Place } from './place.js';

type State = Record<string, string | number>;

/** How each field of a state is read from an address; what is not valid there gives the field's default. */
export type Fields<S extends State> = { readonly [Field in keyof S]: (text: string | undefined) => S[Field] };

/** A whole number in a range, both ends included. */
export const whole = (low: number, high: number, usual: number) => (text: string | undefined) => {
  const value = Number(text ?? Number.NaN);
  return Number.isInteger(value) && value >= low && value <= high ? value : usual;
};

export const oneOf =
  <Value extends string>(values: readonly Value[], usual: Value) =>
  (text: string | undefined): Value =>
    values.find((value) => value === text) ?? usual;

/** Milliseconds from one moment of a figure that plays to the next, and from the last change to its announcement. */
const MOMENT = 350;
const SAID_AFTER = 600;

/**
 * What all figures have in common: a state that is drawn when it changes, kept in the address, and announced to who cannot see
 * it; and a first run through some moments, once, when the figure comes into view, unless motion is unwanted.
 */
export class Stage<S extends State> {
  state: S;
  readonly #said = element('p', { class: 'play-said', role: 'status' });
  readonly #button = element('button', { type: 'button', class: 'play-button' }, 'Play');
  #draw: (state: S) => string = () => '';
  #moments: readonly Partial<S>[] = [];
  #frame = 0;
  #saying: ReturnType<typeof setTimeout> | undefined;
  #playing: ReturnType<typeof setInterval> | undefined;
  #touched = false;

  constructor(
    readonly place: Place,
    readonly fields: Fields<S>,
    label: string,
  ) {
    const { live, address } = place;
    live.setAttribute('role', 'group');
    // JupyterLab would take arrow keys for a way to another cell.
    live.setAttribute('data-lm-suppress-shortcuts', 'true');
    live.setAttribute('aria-label', label);
    const known = address === undefined ? undefined : readAddress(address);
    this.state = this.#parse(known);
    this.#touched = known !== undefined;
    this.#button.addEventListener('click', () => (this.#playing === undefined ? this.#play() : this.stop()));
    if (address !== undefined) this.#followAddress(address);
  }

  /** Ends with what all figures have, and draws once `ready` has come true; nothing is loaded before it nears the window. */
  begin<T>(
    load: () => Promise<T>,
    drawing: (loaded: T) => (state: S) => string,
    moments: readonly Partial<S>[],
  ): void {
    this.place.live.append(this.#said);
    this.#moments = moments;
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        observer.disconnect();
        load()
          .then((loaded) => {
            this.#draw = drawing(loaded);
            this.#redraw();
            this.place.live.dataset.drawn = '';
            this.#playOnceSeen();
          })
          .catch(this.place.fail);
      },
      { rootMargin: '600px' },
    );
    observer.observe(this.place.live);
  }

  /** The button that plays the figure again, or stops it. */
  get playButton(): HTMLButtonElement {
    return this.#button;
  }

  /** A change by the reader. */
  set(changes: Partial<S>): void {
    this.#touched = true;
    this.stop();
    this.#change(changes);
    if (this.place.address !== undefined) writeAddress(this.place.address, this.state);
    clearTimeout(this.#saying);
    this.#saying = setTimeout(() => {
      this.#said.textContent = this.#draw(this.state);
    }, SAID_AFTER);
  }

  /** Draws again, since something beside the state has changed. */
  refresh(): void {
    this.set({});
  }

  stop(): void {
    clearInterval(this.#playing);
    this.#playing = undefined;
    this.#button.textContent = 'Play';
  }

  #change(changes: Partial<S>): void {
    this.state = { ...this.state, ...changes };
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#redraw());
  }

  #redraw(): void {
    try {
      this.#draw(this.state);
    } catch (error) {
      this.place.fail(error);
    }
  }

  #play(): void {
    const moments = [...this.#moments];
    this.#button.textContent = 'Stop';
    this.#playing = setInterval(() => {
      const moment = moments.shift();
      if (moment) this.#change(moment);
      else this.stop();
    }, MOMENT);
  }

  #playOnceSeen(): void {
    if (this.#touched || matchMedia('(prefers-reduced-motion: reduce)').matches) {
      if (!this.#touched) this.#change(this.#moments.at(-1) ?? {});
      return;
    }
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (!entry?.isIntersecting) return;
        observer.disconnect();
        if (!this.#touched) this.#play();
      },
      { threshold: 0.35 },
    );
    observer.observe(this.place.live);
  }

  #parse(known: Readonly<Record<string, string>> = {}): S {
    const entries = Object.entries(this.fields).map(([name, parse]) => [name, parse(known[name])]);
    return Object.fromEntries(entries) as S;
  }

  #followAddress(address: string): void {
    const arrive = () => {
      if (isAddressed(address)) this.place.live.scrollIntoView({ block: 'start' });
    };
    addEventListener('hashchange', () => {
      const known = readAddress(address);
      if (known === undefined) return;
      this.#touched = true;
      this.stop();
      this.#change(this.#parse(known));
      arrive();
    });
    // Once everything above has its height.
    addEventListener('load', () => arrive());
  }
}
