/** Code cells and their colours; contrast is at least 4.5:1 on the panel in both themes. */
export const CODE_STYLE = `
.code { margin: 0.9rem 0; border: 1px solid transparent; border-radius: 8px; font-size: 0.8rem; }
.code[open] { border-color: var(--line); background: var(--panel); }
.code > summary { display: flex; gap: 0.7rem; align-items: baseline; padding: 0.25rem 0.6rem 0.25rem 0; color: var(--muted); cursor: pointer;
  border-radius: 6px; list-style: none; }
.code[open] > summary { padding-left: 0.8rem; border-bottom: 1px solid var(--line); border-radius: 8px 8px 0 0; }
.code > summary::-webkit-details-marker { display: none; }
.code > summary::before { content: ""; flex: none; width: 0.42em; height: 0.42em; border-right: 1.5px solid; border-bottom: 1.5px solid;
  transform: translateY(-0.15em) rotate(-45deg); }
.code[open] > summary::before { transform: translateY(-0.25em) rotate(45deg); }
.code > summary:hover { color: var(--accent); }
.code-title { min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.code-title code { background: none; padding: 0; font-size: 0.94em; overflow-wrap: normal; }
.time { margin-left: auto; flex: none; }
pre { margin: 1rem 0; padding: 0.8rem 1rem; overflow-x: auto; background: var(--panel); border-radius: 8px; font-size: 0.8rem; line-height: 1.5; tab-size: 2; }
.code > pre { margin: 0; border-radius: 0 0 8px 8px; }
.hljs-keyword, .hljs-built_in, .hljs-literal, .hljs-tag { color: var(--code-key); }
.hljs-string, .hljs-regexp, .hljs-subst { color: var(--code-text); }
.hljs-number, .hljs-attr, .hljs-property { color: var(--code-number); }
.hljs-title, .hljs-type, .hljs-class { color: var(--code-name); }
.hljs-comment, .hljs-meta, .hljs-doctag { color: var(--code-note); font-style: italic; }
`;
