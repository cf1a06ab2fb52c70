/** Everything the page does once it is loaded, except for the charts; without it the page is complete but still. */
import { followReading } from './contents.js';
import { closest } from './dom.js';
import { openTarget, toggleCode } from './folds.js';
import { installMenus } from './menu.js';
import { installPreviews } from './preview.js';
import { markScrollers } from './scrolling.js';
import { toggleTheme } from './theme.js';

document.addEventListener('click', (event) => {
  const button = closest(event, 'button[data-action]');
  if (button?.dataset.action === 'theme') toggleTheme();
  if (button?.dataset.action === 'code') toggleCode(button);
});
document.addEventListener('toggle', markScrollers, true);
addEventListener('resize', markScrollers);
addEventListener('hashchange', openTarget);
markScrollers();
openTarget();
followReading();
installMenus();
installPreviews();
