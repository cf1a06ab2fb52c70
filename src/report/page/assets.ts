import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CHART_FONT } from '../../charts/index.js';
import { playAsset } from '../../play/index.js';
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

/** Reads what `npm run build` bundles from `client` and `style`, here and in play. Only pages with charts or with figures to move have the scripts of these, which are large. */
export async function readAssets(having: {
  readonly charts: boolean;
  readonly plays: boolean;
}): Promise<Assets> {
  const scripts = [
    asset('page.js'),
    having.charts && asset('charts.js'),
    having.plays && playAsset('play.js'),
  ];
  const styles = [asset('style.css'), having.plays && playAsset('play.css')];
  const theme = `:root { --sans: ${CHART_FONT}; ${paletteCss()} }\n`;
  return {
    boot: await textOf(asset('boot.js')),
    scripts: await allOf(scripts),
    style: theme + (await allOf(styles)).join('\n'),
  };
}

const allOf = (wanted: readonly (Promise<string> | false)[]): Promise<string[]> =>
  Promise.all(wanted.filter((text) => text !== false).map(textOf));

const textOf = async (text: Promise<string>): Promise<string> => inlineText(await text);

const asset = (name: string): Promise<string> => readFile(join(__dirname, 'assets', name), 'utf8');
