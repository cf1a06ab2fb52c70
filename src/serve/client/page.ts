import { look } from './look.js';
import { showLook } from './show.js';
import { showTen } from './ten.js';

const element = (id: string): HTMLElement => document.getElementById(id)!;

/** Only the answer to the picture that was shown last is of interest. */
let latest = 0;

/** Asks the service about a picture and shows the answer, or why there is none. */
async function examine(picture: Blob): Promise<void> {
  const turn = ++latest;
  element('problem').textContent = '';
  element('status').textContent = 'looking';
  try {
    const found = await look(picture);
    if (turn !== latest) return;
    showLook(found);
    element('status').textContent = '';
  } catch (error) {
    if (turn !== latest) return;
    element('status').textContent = '';
    element('result').hidden = true;
    element('problem').textContent = error instanceof Error ? error.message : String(error);
  }
}

const pictureIn = (files: FileList | undefined | null): File | undefined => files?.[0];

for (const id of ['file', 'camera']) {
  const input = element(id) as HTMLInputElement;
  input.addEventListener('change', () => {
    const picture = pictureIn(input.files);
    if (picture) void examine(picture);
    // The same file may be chosen again.
    input.value = '';
  });
}

document.addEventListener('paste', (event) => {
  const picture = pictureIn(event.clipboardData?.files);
  if (picture) void examine(picture);
});

const drop = element('drop');
// Everywhere: a file that misses the frame would replace the page.
for (const kind of ['dragover', 'drop']) document.addEventListener(kind, (event) => event.preventDefault());
document.addEventListener('dragover', () => drop.classList.add('over'));
for (const kind of ['dragleave', 'drop', 'dragend'])
  document.addEventListener(kind, () => drop.classList.remove('over'));
document.addEventListener('drop', (event) => {
  const picture = pictureIn(event.dataTransfer?.files);
  if (picture) void examine(picture);
});

void showTen(element('ten'), examine);
