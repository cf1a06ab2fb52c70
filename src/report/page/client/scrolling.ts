import { all } from './dom.js';

/** Makes what scrolls, and only that, reachable by keyboard; a numbered table that scrolls is a region with its name. */
export function markScrollers(): void {
  for (const box of all('.table-wrap, .scrolls, .katex-block, pre')) {
    const scrolls = box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;
    if (scrolls) box.tabIndex = 0;
    else box.removeAttribute('tabindex');
    const name = box.querySelector(':scope > table')?.getAttribute('aria-labelledby');
    if (!name) continue;
    if (scrolls) {
      box.setAttribute('role', 'region');
      box.setAttribute('aria-labelledby', name);
    } else {
      box.removeAttribute('role');
      box.removeAttribute('aria-labelledby');
    }
  }
}
