import { CATEGORY_COLORS, MODEL_COLORS, MODEL_NAMES, type ModelName, SEQUENTIAL_RAMP } from './palette.js';

/**
 * A Vega-Lite spec: what a chart function returns, a notebook displays and the report draws. It holds data and
 * marks, and no config: whoever shows it adds the theme.
 */
export type ChartSpec = Readonly<Record<string, unknown>>;

/** All charts fill the width they are given. The specs are valid in versions 5 and 6; front ends look for 5. */
export const FRAME = {
  $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
  width: 'container',
  autosize: { type: 'fit-x', contains: 'padding' },
} as const;

/** Accuracies are shares and shown as percent. */
export const PERCENT = '.1%';

/** Accuracy of a guess among ten classes. */
export const CHANCE = 0.1;

const SHAPES = ['circle', 'square', 'triangle-up', 'diamond', 'triangle-down', 'cross'];

/** The study's models in its order, then others as they come; each once. */
export function modelOrder(rows: readonly { readonly model: string }[]): string[] {
  const names = [...new Set(rows.map(({ model }) => model))];
  const rank = (name: string) => {
    const known = (MODEL_NAMES as readonly string[]).indexOf(name);
    return known < 0 ? MODEL_NAMES.length : known;
  };
  return names.sort((a, b) => rank(a) - rank(b));
}

/** Colour and shape of each model, so that neither alone must be told apart. Variants take category colours. */
export function modelScales(rows: readonly { readonly model: string }[]) {
  const domain = modelOrder(rows);
  // The first categories are too near the architectures' own blue, orange and green to stand beside them.
  let others = domain.some((name) => name in MODEL_COLORS) ? 3 : 0;
  const colourOf = (name: string) =>
    name in MODEL_COLORS
      ? MODEL_COLORS[name as ModelName]
      : CATEGORY_COLORS[others++ % CATEGORY_COLORS.length]!;
  return {
    domain,
    color: { domain, range: domain.map(colourOf) },
    shape: { domain, range: domain.map((_, i) => SHAPES[i % SHAPES.length]!) },
  };
}

/** The colour of layers from first to last: depth is an order, and seven are more than there are categories: one hue, pale to deep. */
export function layerColour(rows: readonly { readonly layer: string }[]) {
  const domain = [...new Set(rows.map(({ layer }) => layer))];
  const range = domain.map((_, i) => depthColour(i, domain.length));
  return {
    field: 'layer',
    type: 'ordinal' as const,
    title: 'layer',
    scale: { domain, range },
    sort: domain,
  };
}

/** Spread over the whole ramp but its palest colour, so that no two of seven layers share one. */
function depthColour(layer: number, layers: number): string {
  const ramp = SEQUENTIAL_RAMP.slice(1);
  return ramp[Math.round((layer * (ramp.length - 1)) / Math.max(1, layers - 1))]!;
}

/** A click on the legend singles out a model; a second one shows all again. */
export function focusOn(field: string) {
  return {
    params: [{ name: 'focus', select: { type: 'point' as const, fields: [field] }, bind: 'legend' as const }],
    opacity: { condition: { param: 'focus', value: 1 }, value: 0.15 },
  };
}

/** A number that some rows lack, as text for tooltips: formatted, or a dash. */
export function orDash(field: string, as: string, format: string) {
  return { calculate: `isValid(datum.${field}) ? format(datum.${field}, '${format}') : '–'`, as };
}
