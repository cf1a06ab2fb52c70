/** What cells show: figures, charts, logs, errors, banners. */
export const OUTPUT_STYLE = `
figure { margin: 1.5rem 0 3rem; max-width: 54rem; }
figcaption { margin-top: 0.8rem; font-size: 0.86rem; line-height: 1.55; color: var(--muted); }
figcaption p { margin: 0 0 0.4rem; }
figcaption strong:first-child { color: var(--ink); }
.output { margin: 1.4rem 0; max-width: 54rem; }
.drawing, .picture { margin: 0; overflow-x: auto; }
.drawing svg { height: auto; }
.pixelated { image-rendering: pixelated; }
.rich > .table-wrap { margin-top: 0; }

/* Charts: the drawing and the live chart have the same size, so nothing moves when one replaces the other. */
.chart-image { position: relative; }
.chart-view { position: relative; }
.chart-view svg { display: block; height: auto; font-family: var(--sans); }
.chart-narrow { display: none; }
.chart-live { line-height: 0; }
.chart-view[data-state="loading"] .chart-live { position: absolute; inset: 0 auto auto 0; visibility: hidden; }
.chart-live .vega-bindings { display: none; }
.chart-controls { min-height: 2.4rem; padding-top: 0.6rem; font-size: 0.82rem; }
.chart-controls .vega-bind { display: flex; gap: 0.8rem; align-items: center; }
.chart-controls .vega-bind-name { display: inline-block; margin-right: 0.5rem; }
@media (max-width: 43.9rem) {
  .chart-wide { display: none; }
  .chart-narrow { display: block; }
  .scrolls { overflow-x: auto; }
  .scrolls svg { min-width: 34rem; }
}
@media print { .chart-wide { display: block; } .chart-narrow { display: none; } .scrolls svg { min-width: 0; } }
#vg-tooltip-element { position: fixed; z-index: 30; visibility: hidden; padding: 0.45rem 0.65rem; background: var(--paper); color: var(--ink);
  border: 1px solid var(--line); border-radius: 6px; box-shadow: var(--shadow); font-size: 0.76rem; line-height: 1.4; pointer-events: none; }
#vg-tooltip-element.visible { visibility: visible; }
#vg-tooltip-element h2 { margin: 0 0 0.3rem; font-size: 0.82rem; }
#vg-tooltip-element table { min-width: 0; font-size: inherit; }
#vg-tooltip-element td { padding: 0.08rem 0; border: 0; }
#vg-tooltip-element td.key { padding-right: 0.7rem; color: var(--muted); text-align: right; }
#vg-tooltip-element td.value { max-width: 18rem; }

/* Folds */
.fold { margin: 0.9rem 0; font-size: 0.84rem; }
.fold > summary { cursor: pointer; color: var(--muted); }
.fold > summary:hover { color: var(--accent); }
.fold > summary code { overflow-wrap: anywhere; }
.figure-data { margin-top: 0.4rem; max-width: 54rem; }
.figure-data .table-wrap { max-height: 22rem; overflow: auto; margin: 0.6rem 0; }
.figure-data table { font-size: 0.78rem; }
.figure-data td, .figure-data th { padding-block: 0.2rem; }
.note { margin: 0.4rem 0; color: var(--muted); font-size: 0.8rem; }

/* Texts of programs */
.log { margin: 0.9rem 0; max-height: 26rem; overflow: auto; border-left: 3px solid var(--line); border-radius: 0 8px 8px 0; }
.log-stderr { border-left-color: var(--warn-line); background: var(--warn-soft); }
.log-plain { background: none; padding-block: 0.2rem; }
.ansi-bold { font-weight: 700; }
.ansi-red { color: var(--bad); } .ansi-green { color: var(--good); } .ansi-yellow { color: var(--warn); }
.ansi-blue, .ansi-cyan { color: var(--code-number); } .ansi-magenta { color: var(--code-name); } .ansi-white { color: var(--muted); }
.error, .failure { margin: 1.4rem 0; padding: 0.9rem 1.1rem; background: var(--bad-soft); border: 1px solid var(--bad-line); border-left-width: 4px;
  border-radius: 8px; }
.error pre, .failure pre { margin: 0.6rem 0 0; padding: 0.6rem 0.8rem; max-height: 24rem; overflow: auto; background: var(--paper); }
.error-title, .failure-title { margin: 0; font-weight: 650; color: var(--bad); }
.failure a { color: inherit; }
.failure p { margin: 0 0 0.4rem; }

/* Banners */
.banner { display: flex; gap: 0.9rem; margin: 1rem 0; padding: 0.75rem 1.1rem; font-size: 0.9rem; border-radius: 8px; border: 1px solid var(--line);
  background: var(--panel); }
.banner p { margin: 0; }
.banner-label { flex: none; font-weight: 650; }
.banner-info { background: var(--accent-soft); border-color: transparent; }
.banner-info .banner-label { color: var(--accent); }
.banner-warning { background: var(--warn-soft); border-color: var(--warn-line); }
.banner-warning .banner-label { color: var(--warn); }
`;
