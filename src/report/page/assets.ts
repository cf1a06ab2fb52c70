import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CHART_FONT } from '../../charts/index.js';
import { paletteCss } from './chart-colors.js';
import { inlineText } from './csp.js';

/** What the page carries besides its content, each as text that can be put inline. */
export interface Assets {
  /** To run before anything is painted. */
  readonly boot: string;
  /** To run in this order once the content is there. */
  readonly scripts: readonly string[];
  readonly style: string;
}

/** Reads what `npm run build` bundles from `client` and `style`. The charts' script is large: only a page with charts has it. */
export async function readAssets(withCharts: boolean): Promise<Assets> {
  const [boot, page, charts, style] = await Promise.all([
    asset('boot.js'),
    asset('page.js'),
    withCharts ? asset('charts.js') : undefined,
    asset('style.css'),
  ]);
  const theme = `:root { --sans: ${CHART_FONT}; ${paletteCss()} }\n`;
  return {
    boot,
    scripts: charts === undefined ? [page] : [page, charts],
    style: inlineText(theme + style),
  };
}

async function asset(name: string): Promise<string> {
  return inlineText(await readFile(join(__dirname, 'assets', name), 'utf8'));
}
