import { all } from './dom.js';

/** Makes what scrolls, and only that, reachable by keyboard; a scrolling table is a region named by its caption. */
export function markScrollers(): void {
  for (const box of all('.table-wrap, .scrolls, pre')) {
    const scrolls = box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;
    if (scrolls) box.tabIndex = 0;
    else box.removeAttribute('tabindex');
    if (!box.classList.contains('table-wrap')) continue;
    const name = box.querySelector('table')?.getAttribute('aria-labelledby');
    setAttributes(box, {
      role: scrolls ? 'region' : null,
      'aria-labelledby': scrolls && name ? name : null,
      'aria-label': scrolls && !name ? 'Table' : null,
    });
  }
}

function setAttributes(element: Element, attributes: Readonly<Record<string, string | null>>): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null) element.removeAttribute(name);
    else element.setAttribute(name, value);
  }
}
