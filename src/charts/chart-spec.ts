/**
 * A Vega-Lite spec: what a chart function returns, a notebook displays and the report draws. It holds data and
 * marks, but no config: whoever shows it adds the theme.
 */
export type ChartSpec = Readonly<Record<string, unknown>>;

/**
 * What all specs have in common. The width in pixels suits a notebook; `fit-x` keeps axes and legends within it, and says
 * that a page may set a width of its own. It is a number because JupyterLab's renderer never finishes a chart whose width
 * is "container". The specs are valid in versions 5 and 6; front ends look for version 5.
 */
export const FRAME = {
  $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
  width: 640,
  autosize: { type: 'fit-x', contains: 'padding' },
} as const;

/** Accuracies are between 0 and 1 and shown as percent. */
export const PERCENT = '.1%';

/** Accuracy of a guess among ten equal classes. */
export const CHANCE = 0.1;

/** A click on the legend singles out one value of the field; a second one shows all again. */
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

/** Each value once, in the order of first appearance. */
export function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
