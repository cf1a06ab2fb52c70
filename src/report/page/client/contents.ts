import { all } from './dom.js';

/** Marks the section being read in the contents of the sidebar. */
export function followReading(): void {
  const links = new Map(all('.sidebar .toc a').map((link) => [link.getAttribute('href')?.slice(1), link]));
  const headings = all('h2[id], h3[id]').filter((heading) => links.has(heading.id));
  let current: Element | undefined;
  const update = () => {
    const passed = headings.filter((heading) => heading.getBoundingClientRect().top < innerHeight * 0.3);
    const link = links.get((passed.at(-1) ?? headings[0])?.id);
    if (link === current) return;
    current?.removeAttribute('aria-current');
    link?.setAttribute('aria-current', 'true');
    if (link) keepInView(link);
    current = link;
  };
  let waiting = false;
  const updateOnce = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      update();
    });
  };
  addEventListener('scroll', updateOnce, { passive: true });
  update();
}

/** `scrollIntoView` would also stop the page's own scrolling. */
function keepInView(link: Element): void {
  const list = link.closest('nav');
  if (!list) return;
  const [box, frame] = [link.getBoundingClientRect(), list.getBoundingClientRect()];
  if (box.top < frame.top) list.scrollTop -= frame.top - box.top + 20;
  if (box.bottom > frame.bottom) list.scrollTop += box.bottom - frame.bottom + 20;
}
