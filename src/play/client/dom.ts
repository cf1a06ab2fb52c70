type Attributes = Readonly<Record<string, string | number | boolean>>;
const SVG = 'http://www.w3.org/2000/svg';

/** An element with its attributes and children; `true` is an attribute without a value, `false` none at all. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  return furnish(document.createElement(name), attributes, children);
}

export function svgElement<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): SVGElementTagNameMap[Name] {
  return furnish(document.createElementNS(SVG, name), attributes, children);
}

function furnish<E extends Element>(node: E, attributes: Attributes, children: (Node | string)[]): E {
  for (const [name, value] of Object.entries(attributes))
    if (value !== false) node.setAttribute(name, value === true ? '' : String(value));
  node.append(...children);
  return node;
}

/** A color of the palette: the report's page has both of its themes, other front ends the light one's neighbors. */
export const colorOf = (name: string): string => `var(--chart-${name}, var(--play-${name}, currentColor))`;

let labels = 0;
/** An id that no other element has. */
export const newId = (): string => `play-part-${Math.random().toString(36).slice(2, 8)}-${++labels}`;

/** One of several choices: a group of radio buttons under one name. */
export class Choice<Value extends string> {
  readonly node: HTMLFieldSetElement;
  readonly #inputs = new Map<string, HTMLInputElement>();

  constructor(
    legend: string,
    options: readonly (readonly [value: Value, label: Node | string, name?: string])[],
    choose: (value: Value) => void,
  ) {
    const group = newId();
    this.node = element('fieldset', { class: 'play-choice' }, element('legend', {}, legend));
    for (const [value, label, name] of options) {
      const input = element('input', { type: 'radio', name: group, value });
      if (name !== undefined) input.setAttribute('aria-label', name);
      input.addEventListener('change', () => choose(value));
      this.#inputs.set(value, input);
      this.node.append(element('label', {}, input, element('span', {}, label)));
    }
  }

  show(value: Value): void {
    const input = this.#inputs.get(value);
    if (input) input.checked = true;
  }
}

/** A whole number or a fraction, by a slider that says its value in words. */
export class Slider {
  readonly node: HTMLLabelElement;
  readonly #input: HTMLInputElement;
  readonly #value = element('output');

  constructor(
    label: string,
    { min, max, step = 1 }: { readonly min: number; readonly max: number; readonly step?: number },
    change: (value: number) => void,
  ) {
    this.#input = element('input', { type: 'range', min, max, step });
    this.#input.addEventListener('input', () => change(Number(this.#input.value)));
    this.node = element(
      'label',
      { class: 'play-slider' },
      element('span', {}, label),
      this.#input,
      this.#value,
    );
  }

  show(value: number, words: string): void {
    this.#input.value = String(value);
    this.#input.setAttribute('aria-valuetext', words);
    this.#value.textContent = words;
  }
}
