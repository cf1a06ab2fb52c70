import { MODEL_NAMES, type ModelName } from '../models/architectures.js';

/** A colour scheme of the whole project: charts and the page that shows them. */
export type ThemeMode = 'light' | 'dark';

/** Colours by role; the same roles exist in both modes, and no two roles of the light mode share a colour. */
export interface ChartPalette {
  /** Text that carries meaning: marks of type text, titles. */
  readonly ink: string;
  /** Axis labels, axis titles, legend text: at least 4.5:1 against the page. */
  readonly muted: string;
  /** Axis lines, ticks, reference rules. */
  readonly axis: string;
  readonly grid: string;
  /** The page behind a chart: halos and gaps between marks. */
  readonly paper: string;
  /** Six categories: Okabe & Ito's (2008) hues, deepened or lightened to at least 3:1 against the page. */
  readonly categories: readonly string[];
  /** The architectures: the baseline stands apart, the CNNs run from small to extra_big. */
  readonly models: Readonly<Record<ModelName, string>>;
}

export { MODEL_NAMES, type ModelName };

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

/** Colour of each architecture as a spec should name it; the page exchanges it for its dark counterpart. */
export const MODEL_COLORS: Readonly<Record<ModelName, string>> = CHART_PALETTE.light.models;

/** Categories as a spec should name them, when it names colours at all. */
export const CATEGORY_COLORS: readonly string[] = CHART_PALETTE.light.categories;

/** One hue from pale to deep, for quantities; readable on both backgrounds, so it is the same in both. */
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

/** Two hues around a pale middle, for signed quantities; the same on both backgrounds. */
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

/** The scale of a colour channel over model names: `color: { field: 'model', scale: modelColorScale() }`. */
export function modelColorScale(models: readonly ModelName[] = MODEL_NAMES): {
  domain: ModelName[];
  range: string[];
} {
  return { domain: [...models], range: models.map((model) => MODEL_COLORS[model]) };
}

/** Every colour by a flat name ("ink", "category-2", "model-extra_big"): CSS custom properties are made of these. */
export function paletteEntries(mode: ThemeMode): readonly (readonly [name: string, color: string])[] {
  const { categories, models, ...roles } = CHART_PALETTE[mode];
  return [
    ...Object.entries(roles),
    ...categories.map((color, index) => [`category-${index + 1}`, color] as const),
    ...Object.entries(models).map(([model, color]) => [`model-${model}`, color] as const),
  ];
}
