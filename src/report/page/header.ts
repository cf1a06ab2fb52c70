import { formatDuration } from '../../base/progress.js';
import type { BannerInfo } from '../../notebook/mime.js';
import { ansiToHtml } from './ansi.js';
import { cellAnchor } from './cells.js';
import { highlightCode } from './highlight.js';
import { escapeHtml } from './html.js';
import type { Fact, FactGroup, ReportFailure, ReportInput } from './input.js';
import type { Markdown, MarkdownScope } from './markdown.js';
import type { Heading } from './toc.js';

/** Title, main facts, failure and banners: what must be seen before anything else. */
export function headerHtml(
  input: ReportInput,
  banners: readonly BannerInfo[],
  markdown: Markdown,
  scope: MarkdownScope,
  hasCell: (anchor: string) => boolean,
): string {
  return (
    `<header class="title-block"><h1>${escapeHtml(input.title)}</h1>` +
    `${input.subtitle ? `<div class="subtitle">${markdown.toHtml(input.subtitle, scope)}</div>` : ''}` +
    `${input.outcome.status === 'FAILED' ? failureHtml(input.outcome.failure, hasCell) : ''}` +
    `${banners.map((banner) => bannerHtml(banner, markdown, scope)).join('')}</header>`
  );
}

/**
 * The facts that stand below the first screen: what the report was made of, when, and how long it took.
 *
 * @param facts the report's own, next to those that every report has
 */
export function mastheadHtml(input: ReportInput, facts: readonly Fact[]): string {
  const seconds = input.notebooks.reduce((sum, notebook) => sum + (notebook.seconds ?? 0), 0);
  const all: Fact[] = [
    ...facts,
    { label: 'Profile', value: input.profile },
    { label: 'Made', value: formatDate(input.createdAt) },
    { label: 'Notebooks', value: `${input.notebooks.length}, in ${formatDuration(seconds)}` },
  ];
  const items = all.map(
    ({ label, value }) => `<div><dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd></div>`,
  );
  return (
    `<dl class="masthead">${items.join('')}` +
    '<div><dt>Provenance</dt><dd><a href="#provenance">How this was made</a></dd></div></dl>'
  );
}

/** How long each notebook took, and how it ended. */
export function durationsHtml(input: ReportInput, titles: ReadonlyMap<string, Heading>): string {
  const longest = Math.max(1e-9, ...input.notebooks.map((notebook) => notebook.seconds ?? 0));
  const rows = input.notebooks.map(({ file, seconds, state }) => {
    const title = titles.get(file);
    const name = title ? `<a href="#${title.id}">${escapeHtml(title.text)}</a>` : escapeHtml(file);
    const ended = state ?? (seconds === undefined ? 'not run' : 'complete');
    const share = Math.round(((seconds ?? 0) / longest) * 100);
    return (
      `<tr><th scope="row">${name}</th><td><span class="bar" style="width:${share}%"></span></td>` +
      `<td class="align-right">${seconds === undefined ? '' : formatDuration(seconds)}</td>` +
      `<td class="state-${ended.replace(' ', '-')}">${ended}</td></tr>`
    );
  });
  return (
    '<div class="table-wrap"><table class="durations"><thead><tr><th scope="col">Notebook</th>' +
    '<th scope="col"><span class="visually-hidden">Share of the longest</span></th>' +
    '<th scope="col" class="align-right">Duration</th><th scope="col">State</th></tr></thead>' +
    `<tbody>${rows.join('')}</tbody></table></div>`
  );
}

/** The last section: everything needed to make the report again. */
export function provenanceHtml(input: ReportInput, titles: ReadonlyMap<string, Heading>): string {
  const groups = input.provenance.map(groupHtml).join('');
  return (
    '<section class="chapter provenance"><h2 id="provenance">Provenance</h2>' +
    `<div class="facts">${groups}</div><h3 id="durations">Durations</h3>${durationsHtml(input, titles)}</section>`
  );
}

function groupHtml({ title, facts }: FactGroup): string {
  const rows = facts.map(
    ({ label, value }) => `<div><dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd></div>`,
  );
  return `<section><h3>${escapeHtml(title)}</h3><dl>${rows.join('')}</dl></section>`;
}

function bannerHtml({ level, text }: BannerInfo, markdown: Markdown, scope: MarkdownScope): string {
  const label = level === 'warning' ? 'Warning' : 'Note';
  return `<div class="banner banner-${level}"><p class="banner-label">${label}</p><div>${markdown.toHtml(text, scope)}</div></div>`;
}

function failureHtml(failure: ReportFailure, hasCell: (anchor: string) => boolean): string {
  const { notebook, cell, source, error } = failure;
  const anchor = cell === undefined ? undefined : cellAnchor(notebook, cell);
  const place = `${escapeHtml(notebook)}${cell === undefined ? '' : `, cell ${cell}`}`;
  const linked = anchor && hasCell(anchor) ? `<a href="#${anchor}">${place}</a>` : place;
  return (
    `<div class="failure" role="alert"><p class="failure-title"><strong>FAILED</strong> in ${linked}</p>` +
    '<p>The notebooks that ran before it are below; this report is incomplete.</p>' +
    `${source ? `<pre class="hljs"><code>${highlightCode(source)}</code></pre>` : ''}` +
    `<pre class="failure-error">${ansiToHtml(error)}</pre></div>`
  );
}

/** "2026-11-22 14:05 UTC"; text that is not a date stays as it is. */
function formatDate(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
