import type { Config } from 'vega-lite';
import { chartTheme, drawChart } from '../../charts/index.js';
import { themeable } from './chart-colors.js';
import type { JsonObject } from './chart-spec.js';
import { slimSvg } from './chart-svg.js';

/** A chart as the page holds it. */
export interface PageChart {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Without ids that could clash with those of another drawing; colors are custom properties of the page. */
  readonly svg: string;
  /** The Vega program that draws the same in the page. */
  readonly program: JsonObject;
}

/**
 * Draws a chart in the page's look.
 * @param scope Prefix of ids in the SVG; unique in the page.
 * @param narrow Whether for a phone.
 * @throws Error when the spec is not valid Vega-Lite or wants data from elsewhere.
 */
export async function drawForPage(spec: JsonObject, scope: string, narrow: boolean): Promise<PageChart> {
  const config = themeable(pageConfig(narrow)) as Config;
  const { svg, program } = await drawChart(themeable(spec) as JsonObject, { config });
  return { ...slimSvg(svg, scope), program: JSON.parse(JSON.stringify(program)) as JsonObject };
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
