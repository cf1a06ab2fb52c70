import { CHART_FONT } from '../../charts/index.js';
import { paletteCss } from './chart-colors.js';
import { CODE_STYLE } from './style-code.js';
import { OUTPUT_STYLE } from './style-outputs.js';

const LIGHT = `color-scheme: light; --paper: #fefefe; --ink: #1f2328; --muted: #57606a; --line: #dfe3e8; --panel: #f5f7f9;
--accent: #0a58a6; --accent-soft: #e8f1fa; --warn: #7a4b00; --warn-soft: #fdf3dc; --warn-line: #e2b95a; --bad: #a3211b;
--bad-soft: #fdedec; --bad-line: #d9807b; --good: #1a6b3c; --shadow: 0 4px 18px rgb(20 30 40 / 16%);
--diagram-panel: #f7f8fa; --diagram-line: #d5d9e0; --diagram-ink: #1f2328; --diagram-soft: #57606a;
--code-key: #a0243c; --code-text: #0a4f2e; --code-number: #0b4f9e; --code-name: #6a3aa8; --code-note: #59636e; ${paletteCss('light')}`;

const DARK = `color-scheme: dark; --paper: #15181c; --ink: #e3e6ea; --muted: #a3abb5; --line: #30363d; --panel: #1d2126;
--accent: #82bbf7; --accent-soft: #1b2a3a; --warn: #f0c674; --warn-soft: #2b2416; --warn-line: #7d6127; --bad: #ff9d96;
--bad-soft: #321b1b; --bad-line: #8c3b37; --good: #6fd39a; --shadow: 0 4px 18px rgb(0 0 0 / 55%);
--diagram-panel: #1d2126; --diagram-line: #3a4149; --diagram-ink: #e3e6ea; --diagram-soft: #a3abb5;
--code-key: #ff9aa8; --code-text: #9fd9a8; --code-number: #8fc4ff; --code-name: #cfb0ff; --code-note: #9aa4af; ${paletteCss('dark')}`;

const PAGE = `
*, *::before, *::after { box-sizing: border-box; }
html { font-size: 17px; scroll-padding-top: 1.5rem; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font-family: var(--sans); line-height: 1.65;
  font-variant-numeric: tabular-nums; overflow-wrap: break-word; }
a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: 0.18em; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
main:focus { outline: none; }
img, svg { max-width: 100%; }
img { height: auto; }
button { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: 6px;
  padding: 0.25em 0.75em; cursor: pointer; }
button:hover { background: var(--panel); border-color: var(--muted); }
button[aria-pressed="true"] { background: var(--accent-soft); border-color: var(--accent); }
html:not(.js) .needs-js { display: none; }
.visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip-link { position: absolute; left: 1rem; top: -4rem; z-index: 20; padding: 0.5rem 1rem; background: var(--paper);
  border: 2px solid var(--accent); border-radius: 6px; }
.skip-link:focus { top: 1rem; }

/* Layout: text is at most 70 characters wide; figures and tables may use more. */
.layout { max-width: 82rem; margin: 0 auto; }
main { padding: 0 1.176rem 6rem; min-width: 0; }
.prose > *, .title-block > *, .chapter > h2, .chapter-note, .code, .fold, figcaption, .log, .error, .note { max-width: 43rem; }
.prose > .table-wrap, .title-block > h1 { max-width: 54rem; }
.sidebar { padding: 0.8rem 1.176rem 0; }
.sidebar-toc { display: none; }
.toolbar { display: flex; gap: 0.5rem; justify-content: flex-end; font-size: 0.8rem; }

/* Headings */
h1, h2, h3, h4, h5, h6 { line-height: 1.25; font-weight: 650; letter-spacing: -0.011em; text-wrap: balance; }
h1 { font-size: clamp(1.9rem, 1.3rem + 2.6vw, 2.9rem); letter-spacing: -0.022em; margin: 2.2rem 0 0.8rem; }
h2 { font-size: clamp(1.5rem, 1.2rem + 1vw, 1.9rem); margin: 0.2rem 0 1.2rem; }
h3 { font-size: 1.25rem; margin: 2.6rem 0 0.6rem; }
h4 { font-size: 1.05rem; margin: 2rem 0 0.4rem; }
h5, h6 { font-size: 0.95rem; margin: 1.6rem 0 0.3rem; }
.title-block { margin-bottom: 2.5rem; }
.subtitle { font-size: 1.15rem; line-height: 1.55; color: var(--muted); }
.subtitle p { margin: 0; }
.masthead { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.6rem, auto)); gap: 0.9rem 1.5rem; margin: 2rem 0;
  padding: 1rem 0; border-block: 1px solid var(--line); font-size: 0.85rem; }
.masthead dt { color: var(--muted); font-size: 0.76rem; letter-spacing: 0.04em; text-transform: uppercase; }
.masthead dd { margin: 0; font-weight: 550; }
.chapter { margin-top: 5.5rem; }
.chapter-note { display: flex; flex-wrap: wrap; gap: 0.2rem 1rem; justify-content: space-between; margin: 0 0 1rem; padding-top: 0.7rem;
  border-top: 1px solid var(--line); color: var(--muted); font-size: 0.78rem; }

/* Text */
p { margin: 0 0 1.05rem; }
ul, ol { margin: 0 0 1.05rem; padding-left: 1.4rem; }
li { margin-bottom: 0.25rem; }
li::marker { color: var(--muted); }
blockquote { margin: 1.4rem 0; padding: 0.1rem 0 0.1rem 1.2rem; border-left: 3px solid var(--accent); color: var(--muted); }
blockquote p:last-child { margin-bottom: 0; }
hr { border: 0; border-top: 1px solid var(--line); margin: 2.5rem 0; }
code, pre, kbd, samp { font-family: var(--mono); font-variant-ligatures: none; }
:not(pre) > code { font-size: 0.86em; background: var(--panel); border-radius: 4px; padding: 0.12em 0.35em; overflow-wrap: anywhere; }
.dead-link { text-decoration: underline dotted; text-decoration-color: var(--muted); text-underline-offset: 0.18em; }
.katex-block, .katex-display, p:has(> math[display="block"]) { overflow-x: auto; overflow-y: hidden; padding: 0.2rem 0; }
math { font-family: "STIX Two Math", "Cambria Math", "Latin Modern Math", "TeX Gyre Termes Math", "DejaVu Math TeX Gyre", math, serif; }
math[display="block"] { margin: 1.2rem 0; }
mtable[columnalign^="right left"] mtd { padding-inline: 0; }
mtable[columnalign^="right left"] mtd:nth-child(odd) { text-align: right; }
mtable[columnalign^="right left"] mtd:nth-child(even) { text-align: left; }
.math-error { color: var(--bad); background: var(--bad-soft); }

/* Tables */
.table-wrap { overflow-x: auto; margin: 1.4rem 0 1.8rem; }
table { border-collapse: collapse; font-size: 0.86rem; line-height: 1.45; min-width: min(100%, 20rem); }
th, td { padding: 0.42rem 0.9rem 0.42rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
th + th, td + td, th + td { padding-left: 0.9rem; }
th:last-child, td:last-child { padding-right: 0; }
thead th { font-weight: 600; color: var(--muted); border-bottom: 1.5px solid var(--muted); vertical-align: bottom; }
tbody th { font-weight: 550; }
tbody tr:last-child > * { border-bottom: 1.5px solid var(--line); }
.align-right { text-align: right; white-space: nowrap; }
.long-text { min-width: 13rem; }
.align-center { text-align: center; }

/* Contents */
.toc, .toc ol { list-style: none; margin: 0; padding: 0; }
.toc a { display: block; padding: 0.18rem 0 0.18rem 0.8rem; color: var(--muted); text-decoration: none; border-left: 2px solid var(--line);
  line-height: 1.35; }
.toc li { margin: 0; }
.toc > li { margin-bottom: 0.55rem; }
.toc > li > a { color: var(--ink); font-weight: 550; }
.toc ol a { padding-left: 1.6rem; font-size: 0.94em; }
.toc a:hover { color: var(--accent); }
.toc a[aria-current] { color: var(--accent); border-left-color: var(--accent); }
.folded-toc { font-size: 0.9rem; }

/* Provenance */
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)); gap: 0 3rem; max-width: 54rem; }
.facts h3 { margin-top: 1.6rem; font-size: 1rem; }
.facts dl { margin: 0; font-size: 0.84rem; }
.facts dl > div { display: grid; grid-template-columns: 8.5rem minmax(0, 1fr); gap: 1rem; padding: 0.32rem 0; border-bottom: 1px solid var(--line); }
.facts dt { color: var(--muted); }
.facts dd { margin: 0; overflow-wrap: anywhere; white-space: pre-line; }
.durations { min-width: min(100%, 34rem); }
.durations td:nth-child(2) { width: 32%; vertical-align: middle; }
.bar { display: block; height: 0.6rem; min-width: 2px; border-radius: 2px; background: var(--chart-category-1); }
.state-failed { color: var(--bad); font-weight: 600; }
.state-not-run { color: var(--muted); }

@media (min-width: 68rem) {
  .layout { display: grid; grid-template-columns: 17rem minmax(0, 1fr); }
  .sidebar { position: sticky; top: 0; align-self: start; max-height: 100vh; display: flex; flex-direction: column;
    padding: 1.6rem 0.5rem 0 1.4rem; font-size: 0.8rem; }
  .toolbar { justify-content: flex-start; margin-bottom: 1.2rem; font-size: 0.76rem; }
  .sidebar-toc { display: block; overflow-y: auto; padding: 0 0.6rem 2rem 0; scrollbar-width: thin; }
  .folded-toc { display: none; }
  main { padding: 0 2rem 8rem 4rem; }
}
@media (max-width: 43.9rem) { .durations { min-width: 0; } .durations :is(th, td):nth-child(2) { display: none; } }
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
`;

const PRINT = `
@page { margin: 18mm 16mm; }
@media print {
  html { font-size: 10pt; }
  .sidebar, .folded-toc, .skip-link, button, details:not([open]) { display: none !important; }
  .layout { display: block; max-width: none; }
  main { padding: 0; }
  .prose > *, .title-block > *, .chapter > h2, .chapter-note, .code, .fold, figcaption, .log, .error { max-width: none; }
  .chapter { margin-top: 2.5rem; }
  h2, h3, h4 { break-after: avoid; }
  figure, .output, .error, tr, img, svg, .banner, .masthead { break-inside: avoid; }
  pre { white-space: pre-wrap !important; max-height: none !important; overflow: visible !important; }
  .table-wrap, .scrolls { overflow: visible; }
  a { color: inherit; }
  p, li { orphans: 3; widows: 3; }
}
`;

/** The whole style sheet. Colours are custom properties, so that one set of rules serves both themes and print. */
export const STYLE = `
:root { --sans: ${CHART_FONT};
  --mono: ui-monospace, "SF Mono", "Cascadia Code", "Segoe UI Mono", Menlo, Consolas, "Liberation Mono", monospace; ${LIGHT} }
@media (prefers-color-scheme: dark) { :root:not([data-theme="light"]) { ${DARK} } }
:root[data-theme="dark"] { ${DARK} }
@media print { :root:root:root { ${LIGHT} } }
${PAGE}${OUTPUT_STYLE}${CODE_STYLE}${PRINT}`;
