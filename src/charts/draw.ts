import type { Loader, LoggerInterface } from 'vega';
import type { Config, TopLevelSpec } from 'vega-lite';
import { messageOf, WhyconvError } from '../base/errors.js';
import type { ChartSpec } from './chart-spec.js';
import { textWidth } from './text-width.js';

/** How {@link drawChart} draws. */
export interface DrawOptions {
  /** A Vega-Lite config; the chart's own takes precedence. */
  readonly config?: Config;
}

/** A chart, drawn. */
export interface DrawnChart {
  /** An SVG document that loads nothing and runs nothing. */
  readonly svg: string;
  /** The Vega program that draws the same chart in a browser. */
  readonly program: Readonly<Record<string, unknown>>;
}

/** Pixels, for a chart that asks for the width of a container where there is none. */
const CONTAINER_WIDTH = 640;

/**
 * Draws a Vega-Lite chart without a browser, a canvas, `eval`, or any access to files and network.
 * @throws Error if the spec is not a valid Vega-Lite chart
 * @throws WhyconvError if its data is not inline
 * @example
 * ```ts
 * import { chartTheme, drawChart, parameterShares, MODELS, modelArithmetic } from 'whyconv';
 *
 * const chart = parameterShares([{ model: 'small', layers: modelArithmetic(MODELS.small) }]);
 * const { svg } = await drawChart(chart, { config: chartTheme('light') });
 * svg.startsWith('<svg'); // => true
 * ```
 */
export async function drawChart(chart: ChartSpec, { config = {} }: DrawOptions = {}): Promise<DrawnChart> {
  const { vega, vegaLite, expressionInterpreter } = await loadVega();
  const { config: own, ...spec } = chart;
  const sized = spec.width === 'container' ? { ...spec, width: CONTAINER_WIDTH } : spec;
  const { spec: program } = vegaLite.compile(structuredClone(sized) as unknown as TopLevelSpec, {
    config: vega.mergeConfig(config, (own ?? {}) as Config) as Config,
    logger: loadLogger([]),
  });
  const failures: string[] = [];
  const runtime = vega.parse(structuredClone(program), undefined, { ast: true });
  const view = new vega.View(runtime, {
    renderer: 'none',
    loader: offlineLoader as unknown as Loader,
    expr: expressionInterpreter,
    logger: loadLogger(failures),
  });
  try {
    const svg = await view.toSVG();
    if (failures.length > 0)
      throw new WhyconvError({ what: 'the chart cannot be drawn', found: failures[0]! });
    return { svg, program: program as unknown as DrawnChart['program'] };
  } finally {
    view.finalize();
  }
}

/** Vega is ESM only and slow to load: only what draws a chart should wait for it. */
async function loadVega() {
  const [vega, vegaLite, { expressionInterpreter }] = await Promise.all([
    import('vega'),
    import('vega-lite'),
    import('vega-interpreter'),
  ]);
  (vega as unknown as { textMetrics: { width: typeof textWidth } }).textMetrics.width = textWidth;
  return { vega, vegaLite, expressionInterpreter };
}

/**
 * Refuses every address except inline pictures. A link resolves to nothing, as Vega's string renderer does not survive a
 * refusal there.
 */
const offlineLoader = {
  load: async (uri: string) => {
    throw new Error(`a chart may not load data: ${uri}`);
  },
  sanitize: async (uri: string, options: { context?: string } = {}) => {
    if (options.context === 'image' && /^data:image\/(?:png|jpeg|gif|webp);base64,/.test(uri))
      return { href: uri };
    if (options.context === 'href') return {};
    throw new Error(`a chart may not refer to ${uri}`);
  },
};

/**
 * Vega reports a failed load as a warning and continues without data; here it fails the chart. Other warnings are ignored.
 * Its dataflow calls these with itself as `this`.
 */
function loadLogger(failures: string[]): LoggerInterface {
  const fail = (...parts: unknown[]) => {
    failures.push(parts.map(messageOf).join(' '));
    return logger;
  };
  const ignore = () => logger;
  const logger = {
    level: ignore,
    error: fail,
    warn: (...parts: unknown[]) =>
      parts.some((part) => /load/i.test(messageOf(part))) ? fail(...parts) : logger,
    info: ignore,
    debug: ignore,
  } as LoggerInterface;
  return logger;
}
