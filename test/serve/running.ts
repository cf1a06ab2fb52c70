import { PNG } from 'pngjs';
import { random } from '../../src/base/random.js';
import { IMAGE_BYTES } from '../../src/data/index.js';
import { startEngine } from '../../src/engine/index.js';
import { infer } from '../../src/lab/index.js';
import { initialWeights, MODELS } from '../../src/models/index.js';
import type { TrainedNetwork } from '../../src/runs/index.js';
import { type ServiceOptions, startService } from '../../src/serve/service.js';

/** A network that nobody trained answers as well as another. */
export const NETWORK: TrainedNetwork = {
  model: MODELS.small,
  weights: initialWeights(MODELS.small, 1),
  key: null,
  source: 'made for a test',
};

export interface Running {
  readonly url: string;
  readonly port: number;
  readonly service: Awaited<ReturnType<typeof startService>>;
}

/** A service on a free port of this machine alone, until the test ends. */
export async function running(
  t: { after(end: () => Promise<void>): void },
  options: Partial<ServiceOptions> = {},
): Promise<Running> {
  await startEngine();
  const service = await startService({
    port: 0,
    host: '127.0.0.1',
    logLevel: null,
    network: async () => NETWORK,
    ...options,
  });
  t.after(() => service.stop());
  await service.loaded;
  return { url: `http://127.0.0.1:${service.port}`, port: service.port, service };
}

/** Random images, [count, 32, 32, 3]. */
export function someImages(count: number, seed = 0): Uint8Array {
  const rng = random(seed, 'test', 'served images');
  return Uint8Array.from({ length: count * IMAGE_BYTES }, () => Math.floor(256 * rng.uniform()));
}

export const logitsOf = (images: Uint8Array): Promise<Float32Array> =>
  infer(NETWORK.model, NETWORK.weights, images);

/** An image of 32 x 32 as a PNG file, by a library that the service does not use. */
export function pngOf(image: Uint8Array): Buffer<ArrayBuffer> {
  const png = new PNG({ width: 32, height: 32 });
  for (let i = 0; i < 1024; i++) png.data.set([...image.subarray(3 * i, 3 * i + 3), 255], 4 * i);
  return Buffer.from(PNG.sync.write(png));
}

/** Images as nested arrays [n][32][32][3] of numbers from 0 to 1. */
export function nested(images: Uint8Array): number[][][][] {
  const at = (i: number) => Math.fround(Math.fround(1 / 255) * images[i]!);
  const list = (length: number, of: (i: number) => unknown) => Array.from({ length }, (_, i) => of(i));
  return list(images.length / IMAGE_BYTES, (n) =>
    list(32, (y) => list(32, (x) => list(3, (c) => at(((n * 32 + y) * 32 + x) * 3 + c)))),
  ) as number[][][][];
}

/** Worst difference of two lists of numbers. */
export const difference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  a.length === b.length
    ? Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0)
    : Number.POSITIVE_INFINITY;
