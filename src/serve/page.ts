import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IMAGE_BYTES } from '../data/index.js';
import { countParameters, MODEL_NAMES, type ModelName } from '../models/index.js';
import { modelsWithWeights, networkOfModel } from '../runs/index.js';
import { argMax } from '../training/index.js';
import { ask } from './answer.js';
import { bodyOf, type Dialect } from './dialects/dialect.js';
import type { Look } from './look.js';
import { OCCLUSION_SIDE, occluded, probabilityLost } from './occlusion.js';
import { allOrNone, type Servable, servable } from './servable.js';

/** Networks that answer on the page beside the one that is served, where their weights are here. */
const BESIDE: readonly ModelName[] = ['baseline', 'small', 'big'];

/** The page loads its own files, asks this service, and nothing else. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** What `npm run build` bundles from `client`. */
const FILES: Readonly<Record<string, { readonly file: string; readonly type: string }>> = {
  '/': { file: 'index.html', type: 'text/html; charset=utf-8' },
  '/page.js': { file: 'page.js', type: 'text/javascript; charset=utf-8' },
  '/page.css': { file: 'page.css', type: 'text/css; charset=utf-8' },
};

/** The page at `/`, and what it asks: `POST /look` with an image file. */
export const page: Dialect = (app, { models, read }) => {
  for (const [path, { file, type }] of Object.entries(FILES)) {
    app.get(path, async (_, reply) =>
      reply
        .headers({
          'content-security-policy': POLICY,
          'x-content-type-options': 'nosniff',
          'referrer-policy': 'no-referrer',
        })
        .type(type)
        .send(await readFile(join(__dirname, 'assets', file))),
    );
  }
  let beside: Promise<Servable[]> | undefined;
  app.addHook('onClose', async () => {
    for (const network of (await beside?.catch(() => [])) ?? []) await network.dispose();
  });
  app.post('/look', async (request): Promise<Look> => {
    const image = await read(bodyOf(request));
    const first = models.first();
    beside ??= companions(first.name).catch((error: unknown) => {
      // Another look may find what is wrong put right.
      beside = undefined;
      throw error;
    });
    const networks = [first, ...(await beside)];
    const answers = await Promise.all(networks.map((network) => ask(network, image.pixels)));
    const { probabilities, classes } = answers[0]!;
    const of = argMax(probabilities);
    const covered = await ask(first, occluded(image.pixels));
    return {
      classes,
      networks: networks.map(({ name, model }, i) => ({
        name,
        parameters: countParameters(model),
        probabilities: [...answers[i]!.probabilities],
      })),
      seen: Buffer.from(
        Uint8Array.from(image.pixels.subarray(0, IMAGE_BYTES), (pixel) => Math.round(255 * pixel)),
      ).toString('base64'),
      lost: {
        side: OCCLUSION_SIDE,
        values: probabilityLost(probabilities[of]!, covered.probabilities, { classes: classes.length, of }),
      },
    };
  });
};

/** Loaded when the page first asks: who only wants predictions pays nothing for them. */
async function companions(served: string): Promise<Servable[]> {
  const here = await modelsWithWeights();
  const names = MODEL_NAMES.filter((name) => BESIDE.includes(name) && here.includes(name) && name !== served);
  const networks = await Promise.all(names.map((name) => networkOfModel(name)));
  return allOrNone(networks, (network) => servable(network.model.name, network, { batches: [1] }));
}
