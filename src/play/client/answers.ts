import { formatPercent } from '../../base/format.js';
import { colorOf, element } from './dom.js';

interface Answering {
  readonly name: string;
  readonly color: string;
}

/** The probabilities of all classes by several networks, as bars in a table. */
export class Answers {
  readonly node: HTMLTableElement;
  readonly #rows: { readonly head: HTMLTableCellElement; readonly cells: HTMLTableCellElement[] }[];

  constructor(
    readonly networks: readonly Answering[],
    readonly classes: readonly string[],
  ) {
    const heads = networks.map(({ name, color }) => {
      const swatch = element('span', { class: 'play-swatch', 'aria-hidden': 'true' });
      swatch.style.background = colorOf(color);
      return element('th', { scope: 'col' }, swatch, name);
    });
    this.#rows = classes.map((name) => ({
      head: element('th', { scope: 'row' }, name),
      cells: networks.map(({ color }) => {
        const bar = element('span', { class: 'play-bar', 'aria-hidden': 'true' });
        bar.style.background = colorOf(color);
        return element('td', {}, bar, element('span', { class: 'play-share' }));
      }),
    }));
    this.node = element(
      'table',
      { class: 'play-answers' },
      element('caption', {}, 'What the networks answer'),
      element('thead', {}, element('tr', {}, element('td'), ...heads)),
      element('tbody', {}, ...this.#rows.map(({ head, cells }) => element('tr', {}, head, ...cells))),
    );
  }

  /**
   * @param answers one array of probabilities a network; null where it does not answer
   * @param label the true class; null where nobody knows it
   * @returns what they say, in words
   */
  show(answers: readonly (Float32Array | null)[], label: number | null): string {
    this.#rows.forEach(({ head, cells }, k) => {
      const isTrue = k === label;
      head.textContent = isTrue ? `${this.classes[k]} ✓` : this.classes[k]!;
      head.classList.toggle('play-true', isTrue);
      cells.forEach((cell, n) => {
        const probabilities = answers[n];
        const probability = probabilities?.[k] ?? 0;
        const [bar, share] = cell.children as unknown as [HTMLElement, HTMLElement];
        bar.style.transform = `scaleX(${probability.toFixed(3)})`;
        share.textContent = probabilities ? formatPercent(probability, 0) : '–';
        cell.classList.toggle('play-top', !!probabilities && topOf(probabilities) === k);
      });
    });
    const spoken = this.networks.flatMap(({ name }, n) => {
      const probabilities = answers[n];
      if (!probabilities) return [];
      const top = topOf(probabilities);
      const judged = label === null ? '' : top === label ? ', right' : ', wrong';
      return [`${name}: ${this.classes[top]} ${formatPercent(probabilities[top]!, 0)}${judged}`];
    });
    return `${spoken.join('; ')}.`;
  }
}

const topOf = (probabilities: Float32Array): number => probabilities.indexOf(Math.max(...probabilities));
