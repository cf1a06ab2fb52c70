import mathPlugin from '@vscode/markdown-it-katex';
import katex from 'katex';
import MarkdownIt, { type Token } from 'markdown-it';
import type { Catalog } from './catalog.js';
import { highlightCode } from './highlight.js';
import { escapeHtml } from './html.js';
import { type LinkScope, resolveImage, resolveLink } from './links.js';
import { hrefAround, labeledBy, linkMentions, linkText } from './mentions.js';
import { cellClass } from './tables.js';

/** What the text of a cell is rendered with. */
export interface MarkdownScope extends LinkScope {
  /** What its text can refer to. */
  readonly catalog: Catalog;
  /** `attachments` of the cell: images by name. */
  readonly attachments?: unknown;
}

export type MarkdownTokens = Token[];

/**
 * Markdown of notebooks as safe HTML: raw HTML is shown as text, math becomes MathML (no fonts, no style sheet, no
 * script), links and images pass `resolveLink` and `resolveImage`, so nothing in the result loads anything.
 */
export class Markdown {
  readonly #parser: MarkdownIt;

  constructor() {
    this.#parser = new MarkdownIt({ html: false, highlight: highlightCode });
    // The plugin is typed for other versions of both libraries; it only calls renderToString.
    this.#parser.use(mathPlugin as unknown as MarkdownIt.PluginWithOptions<object>, { katex: mathml });
    this.#parser.validateLink = () => true; // judged as a whole when rendered
    installRules(this.#parser);
  }

  parse(source: string): MarkdownTokens {
    return this.#parser.parse(source, {});
  }

  render(tokens: MarkdownTokens, scope: MarkdownScope): string {
    return this.#parser.renderer.render(tokens, this.#parser.options, scope);
  }

  toHtml(source: string, scope: MarkdownScope): string {
    return this.render(this.parse(source), scope);
  }

  /** Without a paragraph around it, for a cell or a line. */
  inline(source: string, scope: MarkdownScope): string {
    return this.#parser.renderInline(source, scope);
  }
}

/** The text of a heading or paragraph without its markup. */
export function plainText(inline: Token | undefined): string {
  return (inline?.children ?? [])
    .map((token) => (token.type.endsWith('break') ? ' ' : token.content))
    .join('')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Replaces katex in the plugin: a formula that katex refuses is shown as its source, marked. */
const mathml = {
  renderToString(tex: string, options: { displayMode?: boolean } = {}): string {
    try {
      return katex.renderToString(tex, {
        displayMode: options.displayMode ?? false,
        output: 'mathml',
        throwOnError: true,
        strict: 'ignore',
        trust: false,
        maxSize: 50,
      });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return `<code class="math-error" title="${escapeHtml(reason)}">${escapeHtml(tex)}</code>`;
    }
  },
};

function installRules(parser: MarkdownIt): void {
  const { rules } = parser.renderer;
  rules.table_open = () => '<div class="table-wrap"><table>\n';
  rules.table_close = () => '</table></div>\n';
  for (const cell of ['th', 'td']) {
    rules[`${cell}_open`] = (tokens, index) => {
      const align = /text-align:(\w+)/.exec(tokens[index]!.attrGet('style') ?? '')?.[1];
      const scope = cell === 'th' ? ' scope="col"' : '';
      return `<${cell}${scope}${cellClass(align, plainText(tokens[index + 1]))}>`;
    };
  }
  rules.text = (tokens, index, _options, { catalog }: MarkdownScope) => {
    const { content } = tokens[index]!;
    const href = hrefAround(tokens, index);
    return href === undefined ? linkMentions(content, catalog) : linkText(content, href, catalog);
  };
  rules.link_open = (tokens, index, _options, scope: MarkdownScope) => {
    const asked = tokens[index]!.attrGet('href') ?? '';
    const exhibit = labeledBy(asked, scope.catalog);
    if (exhibit) return `<a class="reference" href="#${exhibit.id}">`;
    const href = resolveLink(asked, scope);
    if (href === undefined) return '<span class="dead-link">';
    const rel = href.startsWith('#') ? '' : ' rel="noopener noreferrer"';
    return `<a href="${escapeHtml(href)}"${rel}>`;
  };
  rules.link_close = (tokens, index, _options, scope: MarkdownScope) => {
    const href = hrefAround(tokens, index) ?? '';
    return labeledBy(href, scope.catalog) || resolveLink(href, scope) !== undefined ? '</a>' : '</span>';
  };
  rules.image = (tokens, index, _options, scope: MarkdownScope) => {
    const token = tokens[index]!;
    const alt = escapeHtml(plainText(token) || token.content);
    const src = resolveImage(token.attrGet('src') ?? '', scope.attachments);
    return src
      ? `<img src="${escapeHtml(src)}" alt="${alt}">`
      : `<span class="dead-link">[image: ${alt}]</span>`;
  };
}
