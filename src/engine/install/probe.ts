import { z } from 'zod';
import { lastLines, runChild } from '../../base/child.js';
import { supplyRemovedUtilFunctions } from '../node-compat.js';
import { packageName } from './layout.js';

const Report = z.object({ library: z.string(), device: z.enum(['cpu', 'gpu']), gradient: z.number() });

/** What an addon says of itself once it has loaded and computed, or why it has not. */
export type ProbeResult =
  | { readonly works: true; readonly library: string; readonly device: 'cpu' | 'gpu' }
  | { readonly works: false; readonly reason: string };

const mark = 'whyconv-probe:';
/** Sum over the filter gradient of the convolution in `reportAddon`: 3 x 3 taps, each seen at 4 x 4 places. */
const expectedGradient = 144;

/**
 * Loads an addon in a process of its own and lets it compute a convolution's gradient there, so that a library that
 * does not fit this machine (a missing symbol, an illegal instruction) takes down that process and not this one.
 */
export async function probeAddon(addon: string, signal?: AbortSignal): Promise<ProbeResult> {
  const code = `require(${JSON.stringify(__filename)}).reportAddon(${JSON.stringify(addon)})`;
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' };
  const child = await runChild(process.execPath, ['-e', code], { env, timeout: 120_000, signal });
  const line = child.stdout.split('\n').find((text) => text.startsWith(mark));
  if (!line) {
    // Node prints where, what and how it came; a library that aborts prints its reason last.
    const told = /^\w*Error: .*$/m.exec(child.stderr)?.[0] ?? lastLines(child.stderr, 2);
    return { works: false, reason: `it does not load (${child.ended})${told ? `: ${told}` : ''}` };
  }
  const { library, device, gradient } = Report.parse(JSON.parse(line.slice(mark.length)));
  if (gradient !== expectedGradient) {
    return { works: false, reason: `it computes wrongly: ${gradient} instead of ${expectedGradient}` };
  }
  return { works: true, library, device };
}

/** The child's part of `probeAddon`: prints one line with what the addon found. */
export function reportAddon(addon: string): void {
  supplyRemovedUtilFunctions();
  // The package asks node-pre-gyp where its addon lies; here it must be the one under test.
  const finder = require.resolve('@mapbox/node-pre-gyp', {
    paths: [require.resolve(`${packageName}/package.json`)],
  });
  require(finder);
  require.cache[finder]!.exports = { find: () => addon };
  const tf: typeof import('@tensorflow/tfjs') = require(packageName);
  const image = tf.ones<import('@tensorflow/tfjs').Rank.R4>([1, 6, 6, 1]);
  const loss = (filter: import('@tensorflow/tfjs').Tensor) =>
    tf.conv2d(image, filter as import('@tensorflow/tfjs').Tensor4D, 1, 'valid').sum();
  const gradient = tf
    .grad(loss)(tf.ones([3, 3, 1, 1]))
    .sum()
    .dataSync()[0];
  const backend = tf.backend() as unknown as { binding: { TF_Version: string }; isUsingGpuDevice: boolean };
  const device = backend.isUsingGpuDevice ? 'gpu' : 'cpu';
  process.stdout.write(
    `${mark}${JSON.stringify({ library: backend.binding.TF_Version, device, gradient })}\n`,
  );
}
