import { paletteEntries, type ThemeMode } from '../../charts/index.js';
import type { Json } from './chart-spec.js';

/** CSS custom properties, one a colour of the palette: "--chart-ink: #1f2328;". */
export function paletteCss(mode: ThemeMode): string {
  return paletteEntries(mode)
    .map(([name, color]) => `--chart-${name}: ${color};`)
    .join(' ');
}

const VARIABLES: ReadonlyMap<string, string> = new Map(
  paletteEntries('light').map(([name, color]) => [color.toLowerCase(), `var(--chart-${name})`]),
);

/**
 * Exchanges the palette's light colours for custom properties of the page, wherever they stand in a compiled chart but
 * its data. One drawing then serves the light and the dark page and follows the switch at once.
 */
export function themeable(node: Json, key = ''): Json {
  if (typeof node === 'string') {
    return node.replace(/#[0-9a-f]{6}\b/gi, (color) => VARIABLES.get(color.toLowerCase()) ?? color);
  }
  if (key === 'values' || node === null || typeof node !== 'object') return node;
  if (Array.isArray(node)) return node.map((item) => themeable(item));
  return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, themeable(value, name)]));
}
