const KEY = 'whyconv-theme';
const root = document.documentElement;

/** Applies the reader's earlier choice, if there is one; otherwise the system's theme applies. */
export function restoreTheme(): void {
  try {
    const theme = localStorage.getItem(KEY);
    if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
  } catch {
    // storage may be denied to a page opened from disk
  }
}

export function toggleTheme(): void {
  const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  const next = (root.dataset.theme ?? system) === 'dark' ? 'light' : 'dark';
  root.dataset.theme = next;
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // the choice lasts as long as the page
  }
}
