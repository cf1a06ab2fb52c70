import { z } from 'zod';
import { lastLines, runChild } from '../../base/child.js';
import type { NativeBackend } from '../native-binding.js';
import { loadPackage } from './addon.js';

const Report = z.object({ library: z.string(), device: z.enum(['cpu', 'gpu']), gradient: z.number() });

/** What a working addon reports about itself, or why it does not work. */
export type ProbeResult =
  | { readonly works: true; readonly library: string; readonly device: 'cpu' | 'gpu' }
  | {
      readonly works: false;
      readonly reason: string;
      /** Whether it would fail again: a timeout or a lack of memory passes. */
      readonly lasting: boolean;
    };

const mark = 'whyconv-probe:';
/** Sum of the filter gradient of the convolution in `reportAddon`: 3 x 3 weights, each used at 4 x 4 positions. */
const expectedGradient = 144;

/**
 * Loads an addon in a separate process and computes a convolution's gradient there, so that a library that does not match
 * this machine (a missing symbol, an illegal instruction) crashes that process and not this one.
 */
export async function probeAddon(addon: string, signal?: AbortSignal): Promise<ProbeResult> {
  const code = `require(${JSON.stringify(__filename)}).reportAddon(${JSON.stringify(addon)})`;
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' };
  const child = await runChild(process.execPath, ['-e', code], { env, timeout: 120_000, signal });
  const line = child.stdout.split('\n').find((text) => text.startsWith(mark));
  if (!line) {
    // Node prints the error between its location and its stack; a library that aborts prints its reason last.
    const message = /^\w*Error: .*$/m.exec(child.stderr)?.[0] ?? lastLines(child.stderr, 2);
    const reason = `it does not load (${child.ended})${message ? `: ${message}` : ''}`;
    return { works: false, reason, lasting: !/^no answer|SIGKILL|SIGTERM|SIGINT/.test(child.ended) };
  }
  const { library, device, gradient } = Report.parse(JSON.parse(line.slice(mark.length)));
  if (gradient !== expectedGradient) {
    const reason = `it computes wrong results: ${gradient} instead of ${expectedGradient}`;
    return { works: false, reason, lasting: true };
  }
  return { works: true, library, device };
}

/** Runs in the process that `probeAddon` starts: prints the addon's report as one line. */
export function reportAddon(addon: string): void {
  const tf = loadPackage(addon);
  const image = tf.ones<import('@tensorflow/tfjs').Rank.R4>([1, 6, 6, 1]);
  const loss = (filter: import('@tensorflow/tfjs').Tensor) =>
    tf.conv2d(image, filter as import('@tensorflow/tfjs').Tensor4D, 1, 'valid').sum();
  const gradient = tf
    .grad(loss)(tf.ones([3, 3, 1, 1]))
    .sum()
    .dataSync()[0];
  const backend = tf.backend() as unknown as NativeBackend;
  const device = backend.isUsingGpuDevice ? 'gpu' : 'cpu';
  process.stdout.write(
    `${mark}${JSON.stringify({ library: backend.binding.TF_Version, device, gradient })}\n`,
  );
}
