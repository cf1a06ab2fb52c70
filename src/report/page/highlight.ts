import type { HLJSApi } from 'highlight.js';
import { escapeHtml } from './html.js';

const TYPESCRIPT = new Set(['typescript', 'ts', 'javascript', 'js', 'tsx', 'jsx', 'mjs', 'cjs']);
let highlighter: HLJSApi | undefined;

/** Code as HTML with `hljs-*` classes; other languages than TypeScript and JavaScript are only escaped. */
export function highlightCode(code: string, language = 'typescript'): string {
  if (!TYPESCRIPT.has(language.toLowerCase())) return escapeHtml(code);
  return loadHighlighter().highlight(code, { language: 'typescript', ignoreIllegals: true }).value;
}

/** Only the grammar in use is loaded: the whole package knows 190 languages. */
function loadHighlighter(): HLJSApi {
  if (!highlighter) {
    highlighter = require('highlight.js/lib/core') as HLJSApi;
    highlighter.registerLanguage('typescript', require('highlight.js/lib/languages/typescript'));
  }
  return highlighter;
}
