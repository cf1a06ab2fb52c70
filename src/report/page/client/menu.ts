import { all, closest } from './dom.js';
import { saveExhibit } from './save.js';

/** Menus are `<details>`, which the keyboard opens; Escape, a choice and a click elsewhere close them. */
export function installMenus(): void {
  document.addEventListener('click', (event) => {
    const inside = closest<HTMLDetailsElement>(event, 'details.menu');
    for (const menu of openMenus()) if (menu !== inside) menu.open = false;
    const button = closest(event, 'button[data-save]');
    if (!button || !inside) return;
    close(inside);
    void saveExhibit(button);
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    for (const menu of openMenus()) close(menu);
  });
}

const openMenus = () => all<HTMLDetailsElement>('details.menu[open]');

function close(menu: HTMLDetailsElement): void {
  const focused = menu.contains(document.activeElement);
  menu.open = false;
  if (focused) menu.querySelector('summary')?.focus();
}
