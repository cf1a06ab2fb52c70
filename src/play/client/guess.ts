import { scaleLinear, scaleLog } from 'd3-scale';
import { line } from 'd3-shape';
import { formatCount, formatPercent } from '../../base/format.js';
import type { GuessFigure, MeasuredCurve } from '../figures.js';
import { colorOf, element, Slider, svgElement } from './dom.js';
import type { Place } from './place.js';
import { oneOf, Stage, whole } from './stage.js';

const [HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [260, 42, 120, 14, 40] as const;
/** Percent, to begin with. */
const USUAL = 50;
const REVEAL = 'Show what was measured';

type State = Record<string, string | number>;

/** Draw the learning curve that you expect; then the measured ones appear. */
export function mountGuess(figure: GuessFigure, place: Place): void {
  const { name, measured } = figure;
  const guessed = measured.find((curve) => curve.name === name) ?? measured[0]!;
  const sizes = guessed.points.map(({ x }) => x);
  const fieldOf = (i: number) => `g${sizes[i]}`;
  const fields = {
    ...Object.fromEntries(sizes.map((_, i) => [fieldOf(i), whole(0, 100, USUAL)])),
    shown: oneOf(['no', 'yes'], 'no'),
  };
  const stage = new Stage<State>(place, fields, 'How much data? A learning curve to draw');
  const sliders = sizes.map(
    (size, i) =>
      new Slider(`${formatCount(size)} images`, { min: 0, max: 100 }, (value) =>
        stage.set({ [fieldOf(i)]: value }),
      ),
  );
  const paper = new Paper(figure, sizes, (i, value) => stage.set({ [fieldOf(i)]: value }));
  const reveal = element('button', { type: 'button', class: 'play-button' }, REVEAL);
  reveal.addEventListener('click', () => stage.set({ shown: stage.state.shown === 'yes' ? 'no' : 'yes' }));
  const reading = element('p', { class: 'play-reading' });
  place.live.append(
    paper.node,
    element('div', { class: 'play-guesses' }, ...sliders.map(({ node }) => node)),
    element('div', { class: 'play-buttons' }, reveal),
    reading,
  );
  stage.begin(
    () => Promise.resolve(),
    () => (state) => {
      const guesses = sizes.map((_, i) => Number(state[fieldOf(i)]));
      const shown = state.shown === 'yes';
      guesses.forEach((guess, i) => {
        sliders[i]!.show(guess, `${guess} %`);
      });
      reveal.textContent = shown ? 'Hide what was measured' : REVEAL;
      paper.show(guesses, shown ? measured : []);
      reading.textContent = shown
        ? readingOf(guessed, guesses)
        : `Draw the test accuracy that you expect of ${guessed.name} in the plot, or set it by the sliders.`;
      return reading.textContent;
    },
    [],
  );
}

function readingOf({ name, points }: MeasuredCurve, guesses: readonly number[]): string {
  const off = points.map(({ accuracy }, i) => guesses[i]! / 100 - accuracy);
  const mean = off.reduce((sum, value) => sum + Math.abs(value), 0) / off.length;
  const shares = points.map(({ x, accuracy }) => `${formatCount(x)} images ${formatPercent(accuracy)}`);
  return `Measured for ${name}: ${shares.join(', ')}. Your curve is off by ${(100 * mean).toFixed(1)} points on average.`;
}

/** The plot that is drawn on. */
class Paper {
  readonly node = element('div', { class: 'play-curve play-paper' });
  #guesses: readonly number[] = [];
  #measured: readonly MeasuredCurve[] = [];

  constructor(
    readonly figure: GuessFigure,
    readonly sizes: readonly number[],
    private readonly guess: (i: number, value: number) => void,
  ) {
    const draw = (event: PointerEvent) => {
      const box = this.node.getBoundingClientRect();
      const { x, y } = this.#scales();
      const distances = sizes.map((size) => Math.abs(x(size) - (event.clientX - box.left)));
      const nearest = distances.indexOf(Math.min(...distances));
      const value = Math.round(100 * y.invert(event.clientY - box.top));
      this.guess(nearest, Math.max(0, Math.min(100, value)));
    };
    this.node.addEventListener('pointerdown', (event) => {
      this.node.setPointerCapture(event.pointerId);
      draw(event);
    });
    this.node.addEventListener('pointermove', (event) => {
      if (this.node.hasPointerCapture(event.pointerId)) draw(event);
    });
    new ResizeObserver(() => this.#draw()).observe(this.node);
  }

  show(guesses: readonly number[], measured: readonly MeasuredCurve[]): void {
    [this.#guesses, this.#measured] = [guesses, measured];
    this.#draw();
  }

  #scales() {
    const ends = [this.sizes[0]!, this.sizes.at(-1)!] as const;
    const all = this.figure.measured.flatMap(({ points }) => points.map(({ x }) => x));
    return {
      x: scaleLog()
        .domain([Math.min(ends[0], ...all), Math.max(ends[1], ...all)])
        .range([LEFT, this.node.clientWidth - RIGHT]),
      y: scaleLinear()
        .domain([0, 1])
        .range([HEIGHT - BOTTOM, TOP]),
    };
  }

  #draw(): void {
    const width = this.node.clientWidth;
    if (width === 0) return;
    const { x, y } = this.#scales();
    const label =
      'The accuracy that you expect against the number of training images; the sliders below draw it, too';
    const svg = svgElement('svg', { width, height: HEIGHT, role: 'img', 'aria-label': label });
    for (const tick of [0, 0.25, 0.5, 0.75, 1]) {
      svg.append(
        svgElement('line', { class: 'play-grid', x1: LEFT, x2: width - RIGHT, y1: y(tick), y2: y(tick) }),
        svgElement('text', { x: LEFT - 6, y: y(tick) + 4, 'text-anchor': 'end' }, formatPercent(tick, 0)),
      );
    }
    for (const size of this.sizes)
      svg.append(
        svgElement('text', { x: x(size), y: HEIGHT - 20, 'text-anchor': 'middle' }, formatCount(size)),
      );
    const middle = (LEFT + width - RIGHT) / 2;
    svg.append(svgElement('text', { x: middle, y: HEIGHT - 4, 'text-anchor': 'middle' }, 'training images'));
    const path = line<readonly [number, number]>(
      ([size]) => x(size),
      ([, share]) => y(share),
    );
    for (const { color, name, points } of this.#measured) {
      const drawn = svgElement('path', {
        class: 'play-line',
        d: path(points.map((p) => [p.x, p.accuracy])) ?? '',
      });
      drawn.style.stroke = colorOf(color);
      const last = points.at(-1)!;
      const text = svgElement('text', { x: x(last.x) + 8, y: y(last.accuracy) + 4 }, name);
      text.style.fill = colorOf(color);
      svg.append(drawn, text);
    }
    const guesses = this.#guesses.map((guess, i) => [this.sizes[i]!, guess / 100] as const);
    svg.append(svgElement('path', { class: 'play-line play-guess', d: path(guesses) ?? '' }));
    for (const [size, share] of guesses)
      svg.append(svgElement('circle', { class: 'play-guess-dot', cx: x(size), cy: y(share), r: 5 }));
    this.node.replaceChildren(svg);
  }
}
