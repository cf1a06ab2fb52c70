/** A Vega-Lite spec as it comes from a notebook: JSON, not yet known to be valid. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** Pixels of a chart drawn for a phone: 390 minus the margins. */
export const NARROW_WIDTH = 350;
/** Pixels of a chart that fills the column of text. */
export const WIDE_WIDTH = 730;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The chart for a wide page: a single plot fills the column, whatever width it was given; steps per category stay. */
export function wideSpec(spec: JsonObject): JsonObject {
  const titled = wrapTitle(spec, 90);
  const fills = typeof spec.width === 'number' || spec.width === 'container';
  return fills && isSinglePlot(spec) ? { ...titled, ...fitted(WIDE_WIDTH) } : titled;
}

/**
 * The same chart for a phone: a single plot is squeezed to the width, plots next to each other are stacked. Undefined when
 * the layout comes from the data (facets by row and column) and the chart must be scrolled instead.
 */
export function narrowSpec(wide: JsonObject): JsonObject | undefined {
  const spec = wrapTitle(wide, 44);
  if (Array.isArray(spec.hconcat)) {
    const { hconcat, ...rest } = spec;
    return { ...rest, vconcat: hconcat.map(squeezed) };
  }
  if (Array.isArray(spec.vconcat)) return { ...spec, vconcat: spec.vconcat.map(squeezed) };
  if (Array.isArray(spec.concat)) return { ...spec, columns: 1, concat: spec.concat.map(squeezed) };
  if (isObject(spec.spec)) {
    const gridded = (key: string) => isObject(spec[key]) && ('row' in spec[key] || 'column' in spec[key]);
    if (gridded('facet') || gridded('repeat')) return undefined;
    return { ...spec, columns: 1, spec: squeezed(spec.spec) };
  }
  return isSinglePlot(spec) ? { ...spec, ...fitted(NARROW_WIDTH) } : undefined;
}

/** With everything around the plot inside the width. */
const fitted = (width: number): JsonObject => ({ width, autosize: { type: 'fit-x', contains: 'padding' } });

/** Vega does not break lines: a title longer than `limit` characters becomes several lines. */
function wrapTitle(spec: JsonObject, limit: number): JsonObject {
  const { title } = spec;
  if (typeof title === 'string') return { ...spec, title: wrap(title, limit) };
  if (!isObject(title)) return spec;
  const wrapped = Object.entries(title).map(([key, value]): [string, Json] => {
    return [
      key,
      (key === 'text' || key === 'subtitle') && typeof value === 'string' ? wrap(value, limit) : value,
    ];
  });
  return { ...spec, title: Object.fromEntries(wrapped) };
}

function wrap(text: string, limit: number): Json {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= limit)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.length > 1 ? lines : text;
}

/** One plot of several: numbers only, as fitting to a total width is for single plots. */
function squeezed(spec: Json): Json {
  if (!isObject(spec)) return spec;
  const limit = NARROW_WIDTH - 70;
  const width = spec.width;
  if (typeof width === 'number' && width <= limit) return spec;
  return 'mark' in spec || 'layer' in spec ? { ...spec, width: limit } : spec;
}

function isSinglePlot(spec: JsonObject): boolean {
  const { encoding } = spec;
  const facets = isObject(encoding) && ['facet', 'row', 'column'].some((channel) => channel in encoding);
  return ('mark' in spec || 'layer' in spec) && !facets;
}

/** A table of a chart's data. */
export interface ChartTable {
  readonly columns: readonly string[];
  readonly rows: readonly JsonObject[];
}

/** The inline data of a spec, wherever it is: one table for each list of records. */
export function chartTables(spec: Json): ChartTable[] {
  const tables: ChartTable[] = [];
  const seen = new Set<string>();
  const visit = (node: Json) => {
    if (Array.isArray(node)) for (const item of node) visit(item);
    else if (isObject(node)) {
      for (const [key, value] of Object.entries(node)) {
        const lists =
          key === 'datasets' && isObject(value)
            ? Object.values(value)
            : key === 'data'
              ? [inline(value)]
              : [];
        for (const list of lists) add(list);
        if (key !== 'data' && key !== 'datasets') visit(value);
      }
    }
  };
  const add = (list: Json | undefined) => {
    if (!Array.isArray(list) || list.length === 0) return;
    const rows = list.map((row) => (isObject(row) ? row : { value: row }));
    const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    const key = JSON.stringify(list);
    if (!seen.has(key)) tables.push({ columns, rows });
    seen.add(key);
  };
  visit(spec);
  return tables;
}

function inline(data: Json): Json | undefined {
  return isObject(data) ? data.values : undefined;
}
