/**
 * The state of all figures in the page's address, so that a link shows what its sender saw:
 * "#play=move1&move1.x=3&move1.fill=wrap", where `play` is the figure that was touched last.
 */
const TOUCHED = 'play';
/** Milliseconds after the last change: browsers refuse many changes of an address in a row. */
const SETTLED = 300;

const params = (): URLSearchParams => {
  const found = new URLSearchParams(location.hash.slice(1));
  return found.has(TOUCHED) ? found : new URLSearchParams();
};

/** What the address says of a figure, by field; undefined where it says nothing. */
export function readAddress(figure: string): Record<string, string> | undefined {
  const own = [...params()].filter(([name]) => name.startsWith(`${figure}.`));
  if (own.length === 0) return undefined;
  return Object.fromEntries(own.map(([name, value]) => [name.slice(figure.length + 1), value]));
}

/** Whether the address leads to this figure. */
export const isAddressed = (figure: string): boolean => params().get(TOUCHED) === figure;

let timer: ReturnType<typeof setTimeout> | undefined;
const waiting = new Map<string, Readonly<Record<string, string | number>>>();

/** Writes a figure's state once it has settled; the way back through the history stays what it was. */
export function writeAddress(figure: string, state: Readonly<Record<string, string | number>>): void {
  waiting.set(figure, state);
  clearTimeout(timer);
  timer = setTimeout(() => {
    const next = params();
    for (const [name, values] of waiting) {
      next.set(TOUCHED, name);
      for (const [field, value] of Object.entries(values)) next.set(`${name}.${field}`, String(value));
    }
    waiting.clear();
    history.replaceState(history.state, '', `#${next}`);
  }, SETTLED);
}
