import type { Token } from 'markdown-it';
import { type Anchors, notebookAnchor, slugify } from './anchors.js';
import { escapeHtml } from './html.js';
import { plainText } from './markdown.js';

/** A heading of the page, in reading order. */
export interface Heading {
  /** 2 to 6; the page's only h1 is the report's title. */
  readonly level: number;
  readonly text: string;
  readonly id: string;
}

/**
 * Places the headings of one notebook in the page: its title is the only h2, all others are below it, no level is
 * skipped on the way down, and each has an anchor made of the notebook's name and its own text.
 */
export class HeadingPlacer {
  readonly headings: Heading[] = [];
  readonly #chapter: string;
  #previous = 1;

  constructor(
    file: string,
    readonly anchors: Anchors,
  ) {
    this.#chapter = notebookAnchor(file);
  }

  /** Rewrites the heading tokens in place and records them. */
  place(tokens: readonly Token[]): void {
    let closing: Heading | undefined;
    tokens.forEach((token, index) => {
      if (token.type === 'heading_open') {
        closing = this.add(plainText(tokens[index + 1]), Number(token.tag.slice(1)));
        token.tag = `h${closing.level}`;
        token.attrSet('id', closing.id);
      } else if (token.type === 'heading_close' && closing) token.tag = `h${closing.level}`;
    });
  }

  /** @param depth The heading's level in the notebook, 1 to 6. */
  add(text: string, depth: number): Heading {
    const isTitle = this.headings.length === 0;
    const level = isTitle ? 2 : Math.min(6, Math.max(3, depth + 1), this.#previous + 1);
    const id = this.anchors.claim(isTitle ? this.#chapter : `${this.#chapter}--${slugify(text)}`);
    const heading = { level, text, id };
    this.headings.push(heading);
    this.#previous = level;
    return heading;
  }
}

/** The table of contents: chapters (h2) with their sections (h3). */
export function tocList(headings: readonly Heading[]): string {
  const items: string[] = [];
  let sections: string[] = [];
  const close = () => {
    if (sections.length > 0) items.push(`<ol>${sections.join('')}</ol>`);
    sections = [];
    if (items.length > 0) items.push('</li>');
  };
  for (const heading of headings) {
    const link = `<a href="#${heading.id}">${escapeHtml(heading.text)}</a>`;
    if (heading.level === 2) {
      close();
      items.push(`<li>${link}`);
    } else if (heading.level === 3) sections.push(`<li>${link}</li>`);
  }
  close();
  return `<ol class="toc">${items.join('')}</ol>`;
}
