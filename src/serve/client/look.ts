import type { Look } from '../look.js';

/** The longest side that is sent: the network gets 32 pixels, and a photograph may be larger than the service takes. */
const LONGEST = 1024;
const MAX_BYTES = 5_000_000;

/** Asks the service about a picture. @throws Error in its words */
export async function look(picture: Blob): Promise<Look> {
  const body = picture.size > MAX_BYTES ? await smaller(picture) : picture;
  const response = await fetch('/look', {
    method: 'POST',
    headers: { 'content-type': body.type || 'application/octet-stream' },
    body,
  }).catch(() => {
    throw new Error('The service does not answer: is it still running?');
  });
  const answer: unknown = await response.json().catch(() => ({}));
  if (response.ok) return answer as Look;
  const { error } = answer as { error?: string };
  throw new Error(error ?? `The service answered ${response.status}.`);
}

/** The same picture, drawn smaller. */
async function smaller(picture: Blob): Promise<Blob> {
  const bitmap = await createImageBitmap(picture).catch(() => {
    throw new Error('This file cannot be read as a picture.');
  });
  const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
  const canvas = new OffscreenCanvas(Math.ceil(bitmap.width * scale), Math.ceil(bitmap.height * scale));
  canvas.getContext('2d')!.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob({ type: 'image/png' });
}
