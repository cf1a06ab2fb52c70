/*! Contains vega, vega-interpreter and vega-tooltip (copyright University of Washington Interactive Data Lab and contributors,
    BSD-3-Clause) and d3 (copyright Mike Bostock, ISC). */
/** Makes the page's charts interactive as they come into view. Only pages with charts have this script: Vega is large. */

import * as vega from 'vega';
import { type Loader, parse, View } from 'vega';
import { expressionInterpreter } from 'vega-interpreter';
import { formatValue, Handler } from 'vega-tooltip';
import { textWidth } from '../../../charts/text-width.js';
import { chartProgram } from './chart-data.js';
import { all } from './dom.js';

// As when the chart was drawn, so that nothing moves.
(vega as unknown as { textMetrics: { width: typeof textWidth } }).textMetrics.width = textWidth;

const observer = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      observer.unobserve(entry.target);
      void animate(entry.target);
    }
  },
  { rootMargin: '200px' },
);
for (const view of all('.chart-view')) observer.observe(view);

/** Replaces the drawing with a live chart, once that has the same picture to show. */
async function animate(view: Element): Promise<void> {
  const chart = view.closest('.chart');
  const drawn = view.querySelector('svg');
  if (!chart || !drawn || view.hasAttribute('data-state')) return;
  view.setAttribute('data-state', 'loading');
  const holder = document.createElement('div');
  holder.className = 'chart-live';
  holder.setAttribute('aria-hidden', 'true'); // the image around it says what it shows
  try {
    const program = chartProgram(chart, view.classList.contains('chart-narrow') ? 'narrow' : 'wide');
    if (!program) return;
    view.append(holder);
    await liveView(program, holder, chart.querySelector('.chart-controls'));
    const svg = holder.querySelector('svg');
    if (!svg) throw new Error('nothing was drawn');
    for (const name of ['width', 'height']) svg.setAttribute(name, drawn.getAttribute(name) ?? '');
    drawn.remove();
    view.setAttribute('data-state', 'live');
  } catch (error) {
    holder.remove(); // the drawing stays
    view.setAttribute('data-state', 'failed');
    console.warn('A chart stays a still picture:', error);
  }
}

function liveView(program: object, holder: HTMLElement, controls: HTMLElement | null): Promise<unknown> {
  const tooltip = new Handler({
    disableDefaultStyle: true,
    formatTooltip: (value, ...rest) =>
      formatValue(
        typeof value === 'object' && value !== null ? { ...value, image: undefined } : value,
        ...rest,
      ),
  });
  const live = new View(parse(program, undefined, { ast: true }), {
    renderer: 'svg',
    loader: offlineLoader as unknown as Loader,
    expr: expressionInterpreter,
    tooltip: tooltip.call,
    logLevel: vega.Error,
  });
  return live
    .initialize(holder, controls ?? undefined)
    .hover()
    .runAsync();
}

const refuse = (address: string) => Promise.reject(new Error(`a chart may not refer to ${address}`));
const offlineLoader = {
  load: refuse,
  sanitize: (address: string, options?: { context?: string }) =>
    options?.context === 'image' && /^data:image\/(?:png|jpeg|gif|webp);base64,/.test(address)
      ? Promise.resolve({ href: address })
      : refuse(address),
};
