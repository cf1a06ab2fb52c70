import mathPlugin from '@vscode/markdown-it-katex';
import MarkdownIt, { type Token } from 'markdown-it';
import type { Catalog } from './catalog.js';
import { Formulas } from './formulas.js';
import { highlightCode } from './highlight.js';
import { escapeHtml } from './html.js';
import { type LinkScope, resolveImage, resolveLink } from './links.js';
import { balanced, markdownTags } from './markup-tags.js';
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
 * Markdown of notebooks as safe HTML: of its HTML the tags of text stay, math becomes MathML (no fonts, no style sheet, no
 * script), links and images pass `resolveLink` and `resolveImage`, so nothing in the result loads anything.
 */
export class Markdown {
  readonly #parser: MarkdownIt;
  /** By notebook: one notebook's macros are nothing to the next. */
  readonly #formulas = new Map<string, Formulas>();
  #current = new Formulas();

  constructor() {
    this.#parser = new MarkdownIt({ html: true, highlight: highlightCode });
    // Replaces katex in the plugin, which is typed for other versions of both libraries and only calls renderToString.
    const katex = {
      renderToString: (tex: string, { displayMode = false }: { displayMode?: boolean } = {}) =>
        this.#current.toMathml(tex, displayMode),
    };
    const options = { katex, enableBareBlocks: true };
    this.#parser.use(mathPlugin as unknown as MarkdownIt.PluginWithOptions<object>, options);
    this.#parser.validateLink = () => true; // judged as a whole when rendered
    installRules(this.#parser);
  }

  parse(source: string): MarkdownTokens {
    return this.#parser.parse(source, {});
  }

  render(tokens: MarkdownTokens, scope: MarkdownScope): string {
    this.#current = this.#formulas.get(scope.file) ?? new Formulas();
    this.#formulas.set(scope.file, this.#current);
    const html = this.#parser.renderer.render(tokens, this.#parser.options, scope);
    return tokens.some(hasHtml) ? balanced(html) : html;
  }

  toHtml(source: string, scope: MarkdownScope): string {
    return this.render(this.parse(source), scope);
  }

  /** Without a paragraph around it, for a cell or a line. */
  inline(source: string, scope: MarkdownScope): string {
    return this.render(this.#parser.parseInline(source, {}), scope);
  }
}

const hasHtml = ({ type, children }: Token): boolean =>
  type === 'html_block' || (children?.some((child) => child.type === 'html_inline') ?? false);

/** The text of a heading or paragraph without its markup. */
export function plainText(inline: Token | undefined): string {
  return (inline?.children ?? [])
    .map((token) => (token.type.endsWith('break') ? ' ' : token.type === 'html_inline' ? '' : token.content))
    .join('')
    .replace(/\s+/g, ' ')
    .trim();
}

/** "- [ ] task" and "- [x] done" of GitHub's Markdown, as JupyterLab shows them; boxes that say what they are and take no click. */
function markTasks({ tokens }: { readonly tokens: Token[] }): void {
  for (const [i, token] of tokens.entries()) {
    const text = token.type === 'inline' ? token.children?.[0] : undefined;
    const task =
      tokens[i - 2]?.type === 'list_item_open' ? /^\[([ xX])\](?=\s)/.exec(text?.content ?? '') : null;
    if (text && task) text.content = (task[1] === ' ' ? '☐' : '☑') + text.content.slice(task[0].length);
  }
}

function installRules(parser: MarkdownIt): void {
  parser.core.ruler.push('tasks', markTasks);
  const { rules } = parser.renderer;
  for (const html of ['html_inline', 'html_block'])
    rules[html] = (tokens, index, _options, scope: MarkdownScope) =>
      markdownTags(tokens[index]!.content, scope);
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
