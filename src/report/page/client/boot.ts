/** Runs before the page is painted, so that a reader's choice of theme does not flash. */
import { restoreTheme } from './theme.js';

document.documentElement.classList.add('js');
restoreTheme();
