import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { escapeMarkup } from '../base/escape.js';
import type { PlayFigure } from './figures.js';

/** What `npm run build` bundles from `client`: a script that brings every figure on its page to life, and its style. */
export const playAsset = (name: 'play.js' | 'play.css'): Promise<string> =>
  readFile(join(__dirname, 'assets', name), 'utf8');

/**
 * A figure as HTML for a front end that runs the scripts of its outputs, as JupyterLab and VS Code do for a notebook
 * executed there. The report's page holds the same figures in a way of its own: it runs no script of a notebook.
 *
 * @param still the text of an SVG, shown where scripts do not run
 */
export async function playHtml(figure: PlayFigure, still: string, alt: string): Promise<string> {
  const [script, style] = await Promise.all([playAsset('play.js'), playAsset('play.css')]);
  const picture = `data:image/svg+xml;base64,${Buffer.from(still).toString('base64')}`;
  const data = JSON.stringify(figure).replaceAll('<', '\\u003c');
  return (
    `<div class="play"><div class="play-still"><img src="${picture}" alt="${escapeMarkup(alt)}"></div>` +
    `<script type="application/json" class="play-data">${data}</script></div>` +
    `<style>${style}</style><script>${script}</script>`
  );
}
