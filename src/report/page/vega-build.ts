import type { Config, TopLevelSpec } from 'vega-lite';
import { messageOf } from '../../base/errors.js';
import { chartTheme } from '../../charts/index.js';
import { themeable } from './chart-colors.js';
import { isObject, type Json, type JsonObject } from './chart-spec.js';
import { slimSvg } from './chart-svg.js';
import { makeTextWidth } from './text-width.js';

/** A chart drawn at build time. */
export interface DrawnChart {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Without ids that could meet those of another drawing; colours are custom properties of the page. */
  readonly svg: string;
  /** The Vega spec that draws the same in the page. */
  readonly vega: JsonObject;
}

/** Draws Vega-Lite specs without a browser, a canvas, `eval` or any access to files and network. */
export interface ChartDrawer {
  /**
   * @param scope Prefix of ids in the SVG; unique in the page.
   * @throws Error when the spec is not valid Vega-Lite or wants data from elsewhere.
   */
  draw(spec: JsonObject, scope: string, narrow: boolean): Promise<DrawnChart>;
}

/** Loads vega and vega-lite, which are ESM only and slow to load: only a page with charts should wait for them. */
export async function loadChartDrawer(): Promise<ChartDrawer> {
  const [vega, vegaLite, { expressionInterpreter }] = await Promise.all([
    import('vega'),
    import('vega-lite'),
    import('vega-interpreter'),
  ]);
  const metrics = (vega as unknown as { textMetrics: { width: ReturnType<typeof makeTextWidth> } })
    .textMetrics;
  metrics.width = makeTextWidth();

  return {
    async draw(spec, scope, narrow) {
      const { config, ...bare } = spec;
      const compiled = vegaLite.compile(bare as unknown as TopLevelSpec, {
        config: vega.mergeConfig(pageConfig(narrow), isObject(config) ? config : {}) as Config,
        logger: silentLogger,
      });
      const program = themeable(JSON.parse(JSON.stringify(compiled.spec)) as Json) as JsonObject;
      const problems: string[] = [];
      const view = new vega.View(
        vega.parse(structuredClone(program) as never, undefined, { ast: true } as never),
        {
          renderer: 'none',
          loader: offlineLoader as never,
          expr: expressionInterpreter,
          logger: collectingLogger(problems) as never,
        },
      );
      try {
        const svg = await view.toSVG();
        if (problems.length > 0) throw new Error(problems[0]);
        return { ...slimSvg(svg, scope), vega: program };
      } finally {
        view.finalize();
      }
    },
  };
}

/** What the page adds to the theme: room on a phone, tooltips where a mark is one datum, and no labels inside an image. */
function pageConfig(narrow: boolean): Config {
  const theme = chartTheme('light');
  const base: Config = {
    ...theme,
    aria: false,
    mark: { ...theme.mark, tooltip: true },
    line: { ...theme.line, tooltip: null },
    area: { ...theme.area, tooltip: null },
    trail: { ...theme.trail, tooltip: null },
  };
  if (!narrow) return base;
  return {
    ...base,
    legend: { ...theme.legend, columns: 3, gradientLength: 140 },
    axisY: { ...theme.axisY, labelLimit: 110 },
  };
}

/**
 * Refuses every address but inline pictures; the page has such a loader too: see client.ts. For a link this resolves to
 * nothing, as Vega's string renderer does not survive a refusal there.
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

const silentLogger = {
  level: () => silentLogger,
  warn: () => silentLogger,
  info: () => silentLogger,
  debug: () => silentLogger,
  error: () => silentLogger,
} as never;

/** Vega reports failed loads as warnings and goes on with no data: here they spoil the chart. */
function collectingLogger(problems: string[]) {
  const logger = {
    level: () => logger,
    error: (...parts: unknown[]) => note(parts),
    warn: (...parts: unknown[]) =>
      parts.some((part) => /load/i.test(messageOf(part))) ? note(parts) : logger,
    info: () => logger,
    debug: () => logger,
  };
  const note = (parts: unknown[]) => {
    problems.push(parts.map(messageOf).join(' '));
    return logger;
  };
  return logger;
}
