// Not from the room's index, which would load the engine.
import type { ModelName } from '../models/architectures.js';
import type { LayerSpec } from '../models/spec.js';

/** A color scheme of the whole project: of charts, diagrams and the page that shows them. */
export type ThemeMode = 'light' | 'dark';

/** Colors by role. The same roles exist in both modes, and no two roles of the light mode share a color. */
export interface ChartPalette {
  /** Text that carries meaning: text marks and titles. */
  readonly ink: string;
  /** Axis labels, axis titles, legend text: at least 4.5:1 against the page. */
  readonly muted: string;
  /** Axis lines, ticks, reference rules. */
  readonly axis: string;
  readonly grid: string;
  /** The background of the page: halos and gaps between marks. */
  readonly paper: string;
  /** Six categories: the hues of Okabe & Ito (2008), darkened or lightened to at least 3:1 against the page. */
  readonly categories: readonly string[];
  /** The architectures: the baseline stands out, the CNNs run from small to extra_big. */
  readonly models: Readonly<Record<ModelName, string>>;
}

export const CHART_PALETTE: Readonly<Record<ThemeMode, ChartPalette>> = {
  light: {
    ink: '#1f2328',
    muted: '#57606a',
    axis: '#8c959f',
    grid: '#e4e7eb',
    paper: '#fefefe',
    categories: ['#0072b2', '#d55e00', '#008f68', '#b8578f', '#a87400', '#2b8fc9'],
    models: {
      baseline: '#c8501a',
      small: '#2a9d8f',
      medium: '#1f78b4',
      big: '#3d44b8',
      extra_big: '#5b2390',
    },
  },
  dark: {
    ink: '#e6e8eb',
    muted: '#a3abb5',
    axis: '#6e7781',
    grid: '#2b3138',
    paper: '#15181c',
    categories: ['#56a8e8', '#f0803c', '#34c294', '#e39ac6', '#e3b341', '#93cdf5'],
    models: {
      baseline: '#ff8f57',
      small: '#86e3d4',
      medium: '#5cb2f2',
      big: '#8791ff',
      extra_big: '#bd7cf5',
    },
  },
};

/** The color of each architecture in a spec; a dark page replaces it by its dark counterpart. */
export const MODEL_COLORS: Readonly<Record<ModelName, string>> = CHART_PALETTE.light.models;

/** The colors of categories in a spec; a dark page replaces them by their dark counterparts. */
export const CATEGORY_COLORS: readonly string[] = CHART_PALETTE.light.categories;

const [blue, vermilion, green, pink, ochre] = CATEGORY_COLORS as readonly [
  string,
  string,
  string,
  string,
  string,
];

/** The color of each kind of layer, in diagrams and charts alike. Layers with the same task share one. */
export const LAYER_COLORS: Readonly<Record<LayerSpec['kind'], string>> = {
  conv2d: blue,
  locallyConnected2d: pink,
  maxPool2d: green,
  globalAveragePool2d: green,
  flatten: ochre,
  dense: vermilion,
  dropout: vermilion,
};

/** One hue from pale to deep, for quantities. It is readable on both backgrounds and therefore the same in both modes. */
export const SEQUENTIAL_RAMP: readonly string[] = [
  '#dde9f3',
  '#bad6ea',
  '#8fbfdf',
  '#5fa3d0',
  '#3282b9',
  '#13629c',
  '#08467a',
  '#062c52',
];

/** Two hues around a pale center, for signed quantities; the same in both modes. */
export const DIVERGING_RAMP: readonly string[] = [
  '#8f3404',
  '#c8601c',
  '#e89c66',
  '#f5d3b8',
  '#f4f2ef',
  '#bcd9ec',
  '#6faed9',
  '#2b7bb5',
  '#0a4a80',
];

/** Every color under a flat name ("ink", "category-2", "model-extra_big"), as used for CSS custom properties. */
export function paletteEntries(mode: ThemeMode): readonly (readonly [name: string, color: string])[] {
  const { categories, models, ...roles } = CHART_PALETTE[mode];
  return [
    ...Object.entries(roles),
    ...categories.map((color, index) => [`category-${index + 1}`, color] as const),
    ...Object.entries(models).map(([model, color]) => [`model-${model}`, color] as const),
  ];
}
