import sheet from './ten.png';

/** One image of each class, from CIFAR-10's test set, side by side. */
const NAMES = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'];
const SIDE = 32;

/** A button for each of the ten images; `choose` gets the one that is pressed as a file. */
export async function showTen(list: HTMLElement, choose: (picture: Blob) => void): Promise<void> {
  const image = new Image();
  image.src = sheet;
  await image.decode();
  for (const [i, name] of NAMES.entries()) {
    const canvas = document.createElement('canvas');
    canvas.width = SIDE;
    canvas.height = SIDE;
    canvas.getContext('2d')!.drawImage(image, -i * SIDE, 0);
    const button = document.createElement('button');
    button.type = 'button';
    button.title = name;
    button.setAttribute('aria-label', name);
    button.append(canvas);
    button.addEventListener('click', () => canvas.toBlob((blob) => blob && choose(blob)));
    const item = document.createElement('li');
    item.append(button);
    list.append(item);
  }
}
