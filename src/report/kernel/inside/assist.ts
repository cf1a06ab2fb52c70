import type { CompletionEntry, QuickInfo, Tslab, TslabDocPart } from './tslab.js';

/**
 * What Tab and Shift-Tab answer. tslab counts the cursor in UTF-16 units where the protocol counts characters, prints tags
 * without their names, and knows nothing inside the parentheses of a call, where readers ask most.
 */
export function explainNames({ jupyter }: Tslab): void {
  const handler = jupyter.JupyterHandlerImpl.prototype;
  handler.handleInspect = function ({ code, cursor_pos }) {
    const at = unitsOf(code, cursor_pos);
    const info = this.executor.inspect(code, at) ?? this.executor.inspect(code, calleeBefore(code, at));
    if (!info) return { status: 'ok', found: false, data: {}, metadata: {} };
    return { status: 'ok', found: true, data: describe(info), metadata: {} };
  };
  handler.handleComplete = function ({ code, cursor_pos }) {
    const { start, end, candidates, original } = this.executor.complete(code, unitsOf(code, cursor_pos));
    const [cursor_start, cursor_end] = [charactersOf(code, start), charactersOf(code, end)];
    const kinds = new Map(original?.entries.map(({ name, kind }: CompletionEntry) => [name, kind]));
    const types = candidates.map((text) => ({
      text,
      type: kinds.get(text) ?? '',
      start: cursor_start,
      end: cursor_end,
    }));
    const metadata = { _jupyter_types_experimental: types };
    return { status: 'ok', matches: candidates, cursor_start, cursor_end, metadata };
  };
}

const unitsOf = (code: string, characters: number): number => [...code].slice(0, characters).join('').length;
const charactersOf = (code: string, units: number): number => [...code.slice(0, units)].length;

/** The end of the name before the innermost parenthesis that is open at `at`; parentheses in strings count too. */
function calleeBefore(code: string, at: number): number {
  let depth = 0;
  for (let i = at - 1; i >= 0; i--) {
    if (code[i] === ')') depth++;
    else if (code[i] === '(' && depth-- === 0) return code.slice(0, i).trimEnd().length - 1;
  }
  return at;
}

/** Signature, documentation and tags, as plain text and as Markdown. */
function describe({ displayParts = [], documentation = [], tags = [] }: QuickInfo): Record<string, string> {
  const signature = displayParts.map(({ text }) => text).join('');
  const docs = (mark: string) => [
    joined(documentation, mark),
    ...tags.map(({ name, text = [] }) => `${mark}@${name}${mark} ${joined(text, mark)}`.trimEnd()),
  ];
  const blocks = (parts: readonly string[]) => parts.filter((part) => part !== '').join('\n\n');
  return {
    'text/plain': blocks([signature, ...docs('')]),
    'text/markdown': blocks([`\`\`\`typescript\n${signature}\n\`\`\``, ...docs('`')]),
  };
}

/** Text with its links: "{@link ", "Name" and "}" come as parts of their own. */
function joined(parts: readonly TslabDocPart[], mark: string): string {
  return parts
    .map(({ text, kind }) => {
      if (kind === 'link') return '';
      return kind === 'linkName' || kind === 'linkText' ? `${mark}${text.trim()}${mark}` : text;
    })
    .join('');
}
