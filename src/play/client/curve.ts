import { scaleLinear, scaleLog } from 'd3-scale';
import { line } from 'd3-shape';
import { formatPercent } from '../../base/format.js';
import type { MeasuredCurve } from '../figures.js';
import { colorOf, element, svgElement } from './dom.js';

const [HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [190, 38, 112, 14, 34] as const;

export interface CurveOptions {
  readonly x: string;
  readonly scale: 'linear' | 'log';
  /** What x is called in a sentence: "at 4 pixels". */
  readonly at: (x: number) => string;
}

/** The accuracies that the study measured, with a marker where the reader's gesture is. */
export class Curve {
  readonly node = element('div', { class: 'play-curve' });
  readonly #reading = element('p', { class: 'play-reading' });
  readonly #holder = element('div');
  #curves: readonly MeasuredCurve[] = [];
  #marker = 0;

  constructor(readonly options: CurveOptions) {
    this.node.append(this.#holder, this.#reading);
    new ResizeObserver(() => this.#draw()).observe(this.node);
  }

  /** @param marker on the axis of x; between two measured places the reading is that of the nearer one */
  show(curves: readonly MeasuredCurve[], marker: number): void {
    [this.#curves, this.#marker] = [curves, marker];
    this.#draw();
  }

  #draw(): void {
    const width = this.node.clientWidth;
    const places = [...new Set(this.#curves.flatMap(({ points }) => points.map(({ x }) => x)))].sort(
      (a, b) => a - b,
    );
    const [first, last] = [places[0], places.at(-1)];
    if (width === 0 || first === undefined || last === undefined) return;
    const best = Math.max(...this.#curves.flatMap(({ points }) => points.map(({ accuracy }) => accuracy)));
    const x = (this.options.scale === 'log' ? scaleLog().base(2) : scaleLinear())
      .domain([first, last])
      .range([LEFT, width - RIGHT]);
    const y = scaleLinear()
      .domain([0, best])
      .nice(4)
      .range([HEIGHT - BOTTOM, TOP]);
    const at = Math.min(last, Math.max(first, this.#marker));
    const svg = svgElement('svg', {
      width,
      height: HEIGHT,
      viewBox: `0 0 ${width} ${HEIGHT}`,
      role: 'img',
      'aria-label': `Measured accuracy against ${this.options.x}`,
    });
    for (const tick of y.ticks(4)) {
      svg.append(
        svgElement('line', { class: 'play-grid', x1: LEFT, x2: width - RIGHT, y1: y(tick), y2: y(tick) }),
        svgElement('text', { x: LEFT - 6, y: y(tick) + 4, 'text-anchor': 'end' }, formatPercent(tick, 0)),
      );
    }
    for (const place of places)
      svg.append(
        svgElement('text', { x: x(place), y: HEIGHT - BOTTOM + 16, 'text-anchor': 'middle' }, String(place)),
      );
    svg.append(
      svgElement(
        'text',
        { x: (LEFT + width - RIGHT) / 2, y: HEIGHT - 3, 'text-anchor': 'middle' },
        this.options.x,
      ),
      svgElement('line', { class: 'play-marker', x1: x(at), x2: x(at), y1: TOP, y2: HEIGHT - BOTTOM }),
      ...this.#lines(x, y),
    );
    this.#holder.replaceChildren(svg);
    this.#reading.textContent = this.#read(places, at);
  }

  /** Names stand at the ends of their lines, moved apart where they would cover each other. */
  #lines(x: (value: number) => number, y: (value: number) => number): SVGElement[] {
    const drawn = line<{ x: number; accuracy: number }>(
      (point) => x(point.x),
      (point) => y(point.accuracy),
    );
    const ends = this.#curves
      .flatMap((curve) => (curve.points.length > 0 ? [{ curve, end: y(curve.points.at(-1)!.accuracy) }] : []))
      .sort((a, b) => a.end - b.end);
    let above = Number.NEGATIVE_INFINITY;
    return ends.flatMap(({ curve, end }) => {
      above = Math.max(end, above + 14);
      const color = colorOf(curve.color);
      const path = svgElement('path', { class: 'play-line', d: drawn([...curve.points]) ?? '' });
      path.style.stroke = color;
      const dots = curve.points.map((point) => {
        const dot = svgElement('circle', { cx: x(point.x), cy: y(point.accuracy), r: 3 });
        dot.style.fill = color;
        return dot;
      });
      const name = svgElement('text', { x: x(curve.points.at(-1)!.x) + 8, y: above + 4 }, curve.name);
      name.style.fill = color;
      return [path, ...dots, name];
    });
  }

  #read(places: readonly number[], at: number): string {
    const nearest = places.reduce((a, b) => (Math.abs(b - at) < Math.abs(a - at) ? b : a));
    const shares = this.#curves.flatMap(({ name, points }) => {
      const point = points.find(({ x }) => x === nearest);
      return point ? [`${name} ${formatPercent(point.accuracy)}`] : [];
    });
    return `Measured ${this.options.at(nearest)}: ${shares.join(', ')}.`;
  }
}
