import { IMAGE_SIDE } from '../../data/dataset.js';

/** The middle square of a picture, reduced to [32, 32, 3]; undefined where the file is no picture the browser reads. */
export async function reduced(file: Blob): Promise<Uint8Array | undefined> {
  const picture = await createImageBitmap(file).catch(() => undefined);
  if (!picture) return undefined;
  const side = Math.min(picture.width, picture.height);
  const [left, top] = [(picture.width - side) / 2, (picture.height - side) / 2];
  const canvas = new OffscreenCanvas(IMAGE_SIDE, IMAGE_SIDE);
  const context = canvas.getContext('2d');
  if (!context) return undefined;
  // By halves, so that every pixel of the picture counts.
  const small = await halved(picture, [left, top, side]);
  context.imageSmoothingQuality = 'high';
  context.drawImage(small, 0, 0, IMAGE_SIDE, IMAGE_SIDE);
  const { data } = context.getImageData(0, 0, IMAGE_SIDE, IMAGE_SIDE);
  return Uint8Array.from(
    { length: IMAGE_SIDE * IMAGE_SIDE * 3 },
    (_, i) => data[Math.floor(i / 3) * 4 + (i % 3)]!,
  );
}

async function halved(
  picture: ImageBitmap,
  [left, top, side]: readonly [number, number, number],
): Promise<OffscreenCanvas> {
  let now = Math.max(IMAGE_SIDE, Math.floor(side));
  let canvas = new OffscreenCanvas(now, now);
  canvas.getContext('2d')?.drawImage(picture, left, top, side, side, 0, 0, now, now);
  while (now >= 2 * IMAGE_SIDE) {
    now = Math.ceil(now / 2);
    const next = new OffscreenCanvas(now, now);
    next.getContext('2d')?.drawImage(canvas, 0, 0, now, now);
    canvas = next;
  }
  return canvas;
}
