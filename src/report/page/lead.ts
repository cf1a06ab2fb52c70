import type { Charts } from './charts.js';
import { escapeHtml } from './html.js';
import type { Lead, LeadMark, LeadPoint } from './input.js';
import type { Markdown, MarkdownScope } from './markdown.js';

/** A sign for each tone, so that a verdict is not conveyed by color alone. */
const SIGNS: Readonly<Record<LeadMark['tone'], string>> = {
  for: '✓',
  against: '✗',
  leaning: '(✓)',
  'leaning-against': '(✗)',
  open: '?',
  none: '–',
};

/** The first screen: question, answer, one picture, and each point of the argument with its state. */
export async function leadHtml(
  lead: Lead,
  charts: Charts,
  markdown: Markdown,
  scope: MarkdownScope,
): Promise<string> {
  const { question, answer, figure, points } = lead;
  const chart = await charts.render(figure.chart, figure.alt);
  const paragraphs = answer.map((text) => `<div class="lead-answer">${markdown.toHtml(text, scope)}</div>`);
  return (
    `<section class="lead" aria-labelledby="lead-question"><h2 id="lead-question">${escapeHtml(question)}</h2>` +
    `${paragraphs.join('')}` +
    `<figure class="lead-figure">${chart.html}<figcaption>${markdown.inline(figure.caption, scope)}</figcaption></figure>` +
    `<h3 id="lead-points">${escapeHtml(points.title)}</h3>${legend(points.sources)}` +
    `<ol class="lead-points" aria-labelledby="lead-points">${points.items.map((item) => point(item, points.sources, scope)).join('')}</ol></section>`
  );
}

function legend(sources: readonly string[]): string {
  const signs = [
    ['for', 'supported'],
    ['against', 'refuted'],
    ['leaning', 'indicated, on one seed or part of the networks'],
    ['open', 'undecided'],
    ['none', 'no records'],
  ] as const;
  const words = signs.map(([tone, text]) => `<span class="mark tone-${tone}">${SIGNS[tone]}</span> ${text}`);
  const order = sources.length > 1 ? `Each claim: ${sources.map(escapeHtml).join(', then ')}. ` : '';
  return `<p class="lead-legend">${order}${words.join(', ')}.</p>`;
}

function point(
  { term, statement, marks }: LeadPoint,
  sources: readonly string[],
  scope: MarkdownScope,
): string {
  const target = scope.catalog.named(term);
  const name = escapeHtml(term);
  const label = target ? `<a href="#${target.id}">${name}</a>` : name;
  const states = marks.map(
    ({ text, tone }, i) =>
      `<span class="mark tone-${tone}" title="${escapeHtml(`${sources[i]}: ${text}`)}">` +
      `<span aria-hidden="true">${SIGNS[tone]}</span>` +
      `<span class="visually-hidden">${escapeHtml(`${sources[i]}: ${text}`)}</span></span>`,
  );
  return `<li><span class="lead-term">${label}</span> ${states.join(' ')} <span class="lead-statement">${escapeHtml(statement)}</span></li>`;
}
