import { PNG } from 'pngjs';
import { random } from '../base/random.js';

/** An image of noise, 32 x 32, as a PNG file. */
export function somePng(): Buffer<ArrayBuffer> {
  const rng = random(0, 'bench', 'picture');
  const png = new PNG({ width: 32, height: 32 });
  for (let i = 0; i < png.data.length; i++) png.data[i] = i % 4 === 3 ? 255 : Math.floor(256 * rng.uniform());
  return Buffer.from(PNG.sync.write(png));
}
