import { drawForPage, type PageChart } from './chart-draw.js';
import {
  chartTables,
  isObject,
  type Json,
  type JsonObject,
  NARROW_WIDTH,
  narrowSpec,
  wideSpec,
} from './chart-spec.js';
import { escapeHtml, scriptJson } from './html.js';

/** Characters; a larger SVG is not drawn a second time for phones, which scroll it. */
const LARGE_SVG = 250_000;

/** A chart as markup, to be put into a figure or an output. */
export interface ChartMarkup {
  /** The drawing, in a container of the class "chart" that the client makes interactive. */
  readonly html: string;
  /** The data as tables, for the fold below the chart. */
  readonly tables: ReturnType<typeof chartTables>;
}

/** Draws the charts of one page and keeps what they share. */
export class Charts {
  #count = 0;
  readonly #configs = new Map<string, number>();

  get count(): number {
    return this.#count;
  }

  /**
   * @param label Text alternative: what a reader who cannot see the chart should know.
   * @throws Error when Vega-Lite or Vega refuses the spec.
   */
  async render(spec: unknown, label: string): Promise<ChartMarkup> {
    if (!isObject(spec)) throw new Error('a Vega-Lite spec is an object');
    const id = `chart-${this.#count + 1}`;
    const wide = await drawForPage(wideSpec(spec), `${id}w`, false);
    const narrow = await drawNarrow(spec, wide, `${id}n`);
    this.#count++;
    return { html: this.#markup(id, label, wide, narrow), tables: chartTables(spec) };
  }

  /** The chart configs, each once: nearly all charts share one. */
  sharedBlock(): string {
    const configs = [...this.#configs.keys()].map((text) => JSON.parse(text) as Json);
    return `<script type="application/json" id="chart-configs">${scriptJson(configs)}</script>`;
  }

  #markup(id: string, label: string, wide: PageChart, narrow: PageChart | undefined): string {
    const data: Json[] = [];
    const specs = [wide, narrow].map((drawn) => drawn && this.#shareParts(drawn.program, data));
    const variant = (drawn: PageChart, name: string) =>
      `<div class="chart-view ${name}${drawn.width > NARROW_WIDTH * 1.2 && !narrow ? ' scrolls' : ''}">${drawn.svg}</div>`;
    const drawings = narrow
      ? `${variant(wide, 'chart-wide')}${variant(narrow, 'chart-narrow')}`
      : variant(wide, 'chart-only');
    const payload = scriptJson({ data, wide: specs[0]!, ...(specs[1] ? { narrow: specs[1] } : {}) });
    const controls = hasInputs(wide.program) ? '<div class="chart-controls"></div>' : '';
    return (
      `<div class="chart" id="${id}"><div class="chart-image" role="img" aria-label="${escapeHtml(label)}">` +
      `${drawings}</div>${controls}<script type="application/json" class="chart-spec">${payload}</script></div>`
    );
  }

  /** Moves config and data out of a Vega program: the page shares the former, the chart's variants the latter. */
  #shareParts(vega: JsonObject, data: Json[]): JsonObject {
    const { config, ...rest } = vega;
    const key = JSON.stringify(config ?? {});
    if (!this.#configs.has(key)) this.#configs.set(key, this.#configs.size);
    const sources = Array.isArray(vega.data) ? vega.data : [];
    const referring = sources.map((source) => {
      if (!isObject(source) || !Array.isArray(source.values)) return source;
      const text = JSON.stringify(source.values);
      let index = data.findIndex((known) => JSON.stringify(known) === text);
      if (index < 0) index = data.push(source.values) - 1;
      return { ...source, values: { shared: index } };
    });
    return { ...rest, data: referring, config: this.#configs.get(key)! };
  }
}

async function drawNarrow(spec: JsonObject, wide: PageChart, scope: string): Promise<PageChart | undefined> {
  const narrow = narrowSpec(spec);
  if (!narrow || wide.width <= NARROW_WIDTH + 10 || wide.svg.length > LARGE_SVG) return undefined;
  try {
    return await drawForPage(narrow, scope, true);
  } catch {
    return undefined; // a layout that does not fit is scrolled
  }
}

function hasInputs(vega: JsonObject): boolean {
  const signals = Array.isArray(vega.signals) ? vega.signals : [];
  return signals.some((signal) => isObject(signal) && isObject(signal.bind));
}
