import { paletteEntries } from '../../charts/index.js';

/** CSS custom properties, one for each color of the palette: "--chart-ink: light-dark(#1f2328, #e6e8eb);". */
export function paletteCss(): string {
  const dark = new Map(paletteEntries('dark'));
  return paletteEntries('light')
    .map(([name, color]) => `--chart-${name}: light-dark(${color}, ${dark.get(name)});`)
    .join(' ');
}

const VARIABLES: ReadonlyMap<string, string> = new Map(
  paletteEntries('light').map(([name, color]) => [color.toLowerCase(), `var(--chart-${name})`]),
);

/** Data stays as it is: a color there is a value like any other. */
const DATA = new Set(['values', 'datasets']);

/**
 * Replaces the palette's light colors with custom properties of the page, everywhere in a chart or config except its
 * data. One drawing then serves the light and the dark page and follows the switch at once.
 */
export function themeable(node: unknown): unknown {
  if (typeof node === 'string') {
    return node.replace(/#[0-9a-f]{6}\b/gi, (color) => VARIABLES.get(color.toLowerCase()) ?? color);
  }
  if (node === null || typeof node !== 'object') return node;
  if (Array.isArray(node)) return node.map(themeable);
  const entries = Object.entries(node).map(([name, value]) => [
    name,
    DATA.has(name) ? value : themeable(value),
  ]);
  return Object.fromEntries(entries);
}
