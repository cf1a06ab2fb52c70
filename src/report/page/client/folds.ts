import { all } from './dom.js';

/** Opens all folded code, or closes it again. */
export function toggleCode(button: Element): void {
  const open = button.getAttribute('aria-pressed') !== 'true';
  button.setAttribute('aria-pressed', String(open));
  for (const fold of all<HTMLDetailsElement>('details.code')) fold.open = open;
}

/** Opens the folds around the target of the address. */
export function openTarget(): void {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let fold = target?.closest('details'); fold; fold = fold.parentElement?.closest('details')) {
    fold.open = true;
  }
  if (target?.closest('details')) target.scrollIntoView();
}
