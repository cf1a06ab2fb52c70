import { closest } from './dom.js';
import { previewOf } from './preview-content.js';

/** Milliseconds a pointer rests on a mention before the preview opens, and may be away before it closes. */
const OPEN_AFTER = 120;
const CLOSE_AFTER = 200;

/**
 * Shows what a mention of a figure, table or term refers to while the mention is hovered or focused. The preview can be
 * hovered too, stays as long as it is, and Escape closes it (WCAG 2.2, 1.4.13).
 */
export function installPreviews(): void {
  let shown: { link: HTMLElement; preview: HTMLElement } | undefined;
  let timer = 0;

  const close = () => {
    clearTimeout(timer);
    shown?.link.removeAttribute('aria-describedby');
    shown?.preview.remove();
    shown = undefined;
  };
  const open = (link: HTMLElement) => {
    clearTimeout(timer);
    if (shown?.link === link) return;
    close();
    const content = previewOf(link);
    if (!content) return;
    const preview = document.createElement('div');
    preview.className = 'preview';
    preview.id = 'preview';
    preview.setAttribute('role', 'tooltip');
    preview.popover = 'manual';
    preview.append(content);
    (link.closest('main') ?? document.body).append(preview);
    preview.showPopover();
    place(preview, link);
    link.setAttribute('aria-describedby', preview.id);
    shown = { link, preview };
  };
  const later = (act: () => void, after: number) => {
    clearTimeout(timer);
    timer = setTimeout(act, after);
  };

  document.addEventListener('pointerover', (event) => {
    if (event.pointerType === 'touch') return; // a tap follows the link
    const link = closest(event, 'a.reference');
    if (link) later(() => open(link), OPEN_AFTER);
    else if (closest(event, '.preview')) clearTimeout(timer);
    else if (shown && document.activeElement !== shown.link) later(close, CLOSE_AFTER);
    else if (!shown) clearTimeout(timer);
  });
  document.addEventListener('focusin', (event) => {
    const link = closest(event, 'a.reference');
    if (link?.matches(':focus-visible')) open(link);
    else if (!closest(event, '.preview')) close();
  });
  document.addEventListener('focusout', close);
  document.addEventListener('click', close);
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') close();
  });
  addEventListener('scroll', () => shown && place(shown.preview, shown.link), { passive: true });
}

/** Above the link where there is room, otherwise below, and never outside the window. */
function place(preview: HTMLElement, link: HTMLElement): void {
  const [anchor] = link.getClientRects();
  if (!anchor) return;
  const { offsetWidth: width, offsetHeight: height } = preview;
  const gap = 8;
  const inside = (at: number, size: number, room: number) => Math.max(gap, Math.min(at, room - size - gap));
  const above = anchor.top - height - gap;
  const top = above >= gap ? above : anchor.bottom + gap;
  preview.style.left = `${inside(anchor.left, width, innerWidth)}px`;
  preview.style.top = `${inside(top, height, innerHeight)}px`;
}
