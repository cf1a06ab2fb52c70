import katex from 'katex';
import { escapeHtml } from './html.js';
import { withStyledLetters } from './math-letters.js';

/**
 * The formulas of one notebook as MathML. A macro that one of them defines (`\newcommand`) and an equation that one of them
 * tags and labels are known to those after it, as in Jupyter, where a page has one typesetter.
 */
export class Formulas {
  readonly #macros: Record<string, string> = {};
  /** What `\eqref` shows, by label. */
  readonly #tags = new Map<string, string>();

  /** A formula that cannot be set is shown as its source, marked. */
  toMathml(tex: string, displayMode: boolean): string {
    try {
      const mathml = katex.renderToString(this.#prepared(tex), {
        displayMode,
        macros: this.#macros,
        globalGroup: true,
        output: 'mathml',
        throwOnError: true,
        strict: 'ignore',
        trust: false,
        maxSize: 50,
        maxExpand: 1000,
      });
      return withStyledLetters(mathml);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return `<code class="math-error" title="${escapeHtml(reason)}">${escapeHtml(tex)}</code>`;
    }
  }

  /** What KaTeX does not know: labels and references to them, and a macro that is defined although it exists. */
  #prepared(tex: string): string {
    for (const row of tex.split('\\\\')) {
      const label = /\\label\{([^}]*)\}/.exec(row)?.[1];
      const tag = /\\tag\*?\{([^}]*)\}/.exec(row)?.[1];
      if (label !== undefined && tag !== undefined) this.#tags.set(label, tag);
    }
    return (
      tex
        // Only what is tagged has a number.
        .replace(/\\(begin|end)\{(equation|align|gather)\}/g, '\\$1{$2*}')
        .replace(/\\tag\*?\{([^}]*)\}/g, '\\qquad\\text{($1)}')
        .replace(/\\label\{[^}]*\}/g, '')
        .replace(/\\(eq)?ref\{([^}]*)\}/g, (_, eq: string | undefined, label: string) => {
          const tag = this.#tags.get(label) ?? '???';
          return `\\text{${eq ? `(${tag})` : tag}}`;
        })
        .replace(
          /\\DeclareMathOperator(\*?)\s*\{?\s*(\\[a-zA-Z]+)\s*\}?\s*\{([^{}]*)\}/g,
          (_, limits: string, name: string, text: string) =>
            `\\newcommand{${name}}{\\operatorname${limits}{${text}}}`,
        )
        // In a notebook the author's definition counts, also of a name that KaTeX has already, such as \R.
        .replace(
          /\\(?:re)?newcommand\*?\s*\{?\s*(\\[a-zA-Z]+)\s*\}?/g,
          (_, name: string) => `\\providecommand{${name}}{}\\renewcommand{${name}}`,
        )
    );
  }
}
