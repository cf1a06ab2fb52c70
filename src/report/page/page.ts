import type { BannerInfo } from '../../notebook/mime.js';
import { Anchors } from './anchors.js';
import { readAssets } from './assets.js';
import type { OutputContext } from './bundle.js';
import { Catalog } from './catalog.js';
import { cellAnchor, placeNotebook, renderNotebook } from './cells.js';
import { Charts } from './charts.js';
import { contentSecurityPolicy } from './csp.js';
import { headerHtml, mastheadHtml, provenanceHtml } from './header.js';
import { escapeHtml } from './html.js';
import type { ReportInput } from './input.js';
import { leadHtml } from './lead.js';
import { Markdown } from './markdown.js';
import { Plays } from './plays.js';
import { type Heading, HeadingPlacer, tocList } from './toc.js';

/**
 * The report as one HTML file that opens from disk, makes no request, and is complete without scripts; with them its
 * charts are interactive. Text of notebooks is escaped or sanitized, with a Content-Security-Policy as the second line
 * of defense: see the threat model in sanitize.ts.
 */
export async function renderReport(input: ReportInput): Promise<string> {
  const markdown = new Markdown();
  const anchors = new Anchors();
  for (const id of ['top', 'content', 'provenance', 'durations', 'lead-question', 'lead-points'])
    anchors.claim(id);
  const catalog = new Catalog(
    input.notebooks.map(({ notebook }) => notebook),
    anchors,
  );
  const titles = new Map<string, Heading>();
  const headings: Heading[] = [];
  const placed = input.notebooks.map((notebook) => {
    const placer = new HeadingPlacer(notebook.file, anchors);
    const result = placeNotebook(notebook, placer, (source) => markdown.parse(source));
    titles.set(notebook.file, placer.headings[0]!);
    headings.push(...placer.headings);
    return result;
  });
  headings.push({ level: 2, text: 'Provenance', id: 'provenance' });

  const context: OutputContext = {
    markdown,
    catalog,
    charts: new Charts(),
    plays: new Plays(),
    drawings: 0,
    banners: [],
  };
  const files = new Set(input.notebooks.map((notebook) => notebook.file));
  const scopeOf = (file: string) => ({ file, files, catalog, hasAnchor: (id: string) => anchors.has(id) });
  const chapters: string[] = [];
  for (const notebook of placed) {
    chapters.push(await renderNotebook(notebook, context, scopeOf(notebook.input.file)));
  }

  const cells = new Set(
    input.notebooks.flatMap(({ file, notebook }) =>
      notebook.cells.map((_, index) => cellAnchor(file, index + 1)),
    ),
  );
  const header = headerHtml(
    input,
    uniqueBanners([...input.banners, ...context.banners]),
    markdown,
    scopeOf(''),
    (id) => cells.has(id),
  );
  const lead = input.lead ? await leadHtml(input.lead, context.charts, markdown, scopeOf('')) : '';
  const masthead = mastheadHtml(input, input.lead?.facts ?? []);
  const body = bodyHtml(
    header + lead + masthead,
    [...chapters, provenanceHtml(input, titles)],
    tocList(headings),
  );
  return documentHtml(input, body, context);
}

function bodyHtml(header: string, chapters: readonly string[], toc: string): string {
  return `<a class="skip-link" href="#content">Skip to content</a>
<div class="layout">
<aside class="sidebar">
<div class="toolbar needs-js">
<button type="button" data-action="theme">Light or dark</button>
<button type="button" data-action="code" aria-pressed="false">Show all code</button>
</div>
<nav class="sidebar-toc" aria-label="Contents">${toc}</nav>
</aside>
<main id="content" tabindex="-1">
${header}
<details class="fold folded-toc"><summary>Contents</summary><nav aria-label="Contents, folded">${toc}</nav></details>
${chapters.join('\n')}
</main>
</div>`;
}

async function documentHtml(
  input: ReportInput,
  body: string,
  { charts, plays }: Pick<OutputContext, 'charts' | 'plays'>,
): Promise<string> {
  const { boot, scripts, style } = await readAssets({ charts: charts.count > 0, plays: plays.count > 0 });
  const mark = input.outcome.status === 'FAILED' ? 'FAILED: ' : '';
  return `<!doctype html>
<html lang="en" id="top">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(contentSecurityPolicy([boot, ...scripts], [style]))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${mark}${escapeHtml(input.title)} (${escapeHtml(input.profile)})</title>
<link rel="icon" href="data:,">
<script>${boot}</script>
<style>${style}</style>
</head>
<body data-outcome="${input.outcome.status}">
${body}
${charts.count > 0 ? charts.sharedBlock() : ''}${plays.sharedBlocks()}
${scripts.map((script) => `<script>${script}</script>`).join('\n')}
</body>
</html>
`;
}

function uniqueBanners(banners: readonly BannerInfo[]): BannerInfo[] {
  const byText = new Map(banners.map((banner) => [`${banner.level} ${banner.text}`, banner]));
  return [...byText.values()];
}
