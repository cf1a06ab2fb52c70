export type { ChartPalette, ModelName, ThemeMode } from './palette.js';
export {
  CATEGORY_COLORS,
  CHART_PALETTE,
  DIVERGING_RAMP,
  MODEL_COLORS,
  MODEL_NAMES,
  modelColorScale,
  paletteEntries,
  SEQUENTIAL_RAMP,
} from './palette.js';
export { CHART_FONT, chartTheme } from './theme.js';
