import { isDeepStrictEqual } from 'node:util';
import type { Config } from 'vega-lite';
import type { ChartSpec } from './chart-spec.js';
import { CHART_PALETTE, DIVERGING_RAMP, SEQUENTIAL_RAMP, type ThemeMode } from './palette.js';

/** Text in charts is in the reader's system font. */
export const CHART_FONT =
  '-apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", "Liberation Sans", Arial, sans-serif';

/**
 * The look of all charts, as a Vega-Lite config. Specs come without a config; whoever shows them merges this one in.
 * Titles of vertical axes are horizontal and above the axis, legends are above the plot, and no frame is drawn: a chart's
 * ink goes into its data.
 *
 * @example
 * ```ts
 * import { chartTheme } from 'whyconv';
 *
 * JSON.stringify(chartTheme('light')) === JSON.stringify(chartTheme('dark')); // => false
 * ```
 */
export function chartTheme(mode: ThemeMode): Config {
  const { ink, muted, axis, grid, paper, categories } = CHART_PALETTE[mode];
  return {
    background: 'transparent',
    font: CHART_FONT,
    padding: 4,
    view: { stroke: null, continuousWidth: 600, continuousHeight: 300, discreteWidth: { step: 32 } },
    title: {
      anchor: 'start',
      frame: 'group',
      color: ink,
      subtitleColor: muted,
      fontSize: 14,
      fontWeight: 600,
      subtitleFontSize: 12,
      subtitlePadding: 4,
      offset: 12,
    },
    axis: {
      labelColor: muted,
      titleColor: muted,
      labelFontSize: 12,
      titleFontSize: 12,
      titleFontWeight: 500,
      titlePadding: 10,
      labelPadding: 5,
      labelLimit: 320,
      gridColor: grid,
      domainColor: axis,
      tickColor: axis,
      tickSize: 4,
    },
    axisLeft: {
      domain: false,
      ticks: false,
      titleAngle: 0,
      titleAlign: 'left',
      titleAnchor: 'end',
      titleBaseline: 'bottom',
      titleX: 0,
      titleY: -9,
    },
    axisBottom: { grid: false, labelFlush: false },
    legend: {
      orient: 'top',
      labelColor: muted,
      titleColor: muted,
      labelFontSize: 12,
      titleFontSize: 12,
      titleFontWeight: 500,
      symbolType: 'circle',
      symbolSize: 80,
      symbolStrokeWidth: 2,
      symbolOpacity: 1,
      labelLimit: 320,
      // Clears the title of the vertical axis, which is between plot and legend.
      offset: 28,
      columnPadding: 14,
      gradientLength: 160,
      gradientThickness: 10,
    },
    header: {
      labelColor: ink,
      titleColor: muted,
      labelFontSize: 12,
      titleFontSize: 12,
      labelFontWeight: 600,
      titleFontWeight: 500,
      labelLimit: 320,
    },
    headerFacet: { labelAnchor: 'start', labelPadding: 26 },
    headerColumn: { labelAnchor: 'start', labelPadding: 26 },
    range: {
      category: [...categories],
      ordinal: [...SEQUENTIAL_RAMP.slice(2)],
      heatmap: [...SEQUENTIAL_RAMP],
      ramp: [...SEQUENTIAL_RAMP],
      diverging: [...DIVERGING_RAMP],
    },
    mark: { color: categories[0]! },
    line: { strokeWidth: 2, strokeCap: 'round', strokeJoin: 'round' },
    point: { size: 50, filled: true, opacity: 1 },
    circle: { size: 50, opacity: 0.85 },
    rule: { color: axis },
    tick: { thickness: 2 },
    text: { color: ink, fontSize: 12 },
    errorband: { band: { opacity: 0.18 } },
    errorbar: { ticks: false, rule: { strokeWidth: 1.5 } },
    boxplot: { median: { color: paper } },
  };
}

/** Legible on a light page and on a dark one. */
const MIDDLE = '#8c8c8c';

const FRONT_END: Config = {
  legend: { orient: 'top', symbolBaseFillColor: MIDDLE, symbolBaseStrokeColor: MIDDLE },
  text: { color: MIDDLE },
  rule: { color: MIDDLE },
};

const USERMETA = { embedOptions: { config: FRONT_END } };

/**
 * The chart for a front end that draws it with a theme of its own, light or dark: text and lines inside the plot, which such
 * a theme leaves black, are legible on both, and the legend does not take the plot's width.
 */
export const forFrontEnd = (chart: ChartSpec): ChartSpec => ({
  ...recolored(chart, CHART_PALETTE.light.ink, MIDDLE),
  usermeta: USERMETA,
});

/** The chart that {@link forFrontEnd} was given, for the report, which has a theme of its own; anything else as it is. */
export function fromFrontEnd(chart: unknown): unknown {
  const { usermeta, ...rest } = (chart ?? {}) as { readonly usermeta?: unknown };
  return isDeepStrictEqual(usermeta, USERMETA) ? recolored(rest, MIDDLE, CHART_PALETTE.light.ink) : chart;
}

const recolored = <T>(chart: T, from: string, to: string): T =>
  JSON.parse(JSON.stringify(chart).replaceAll(`"${from}"`, `"${to}"`)) as T;
