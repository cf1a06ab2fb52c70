import type { tf } from '../tf.js';
import type { KernelCall, WasmBackend } from './kernel.js';

/** Name of the kernel; tfjs has no kernel for Adam. */
export const ADAM_KERNEL = 'WhyconvAdamStep';

export type AdamInputs = Readonly<
  Record<'variable' | 'first' | 'second' | 'gradient' | 'stepSize', tf.Tensor>
>;

/** Rounded to float32: see `adamUpdates`. */
export interface AdamAttributes {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/**
 * Kernel for an Adam step of one variable, in one pass over its values instead of a dozen operations that each allocate a
 * result of the variable's size.
 *
 * Inputs: the variable, its first and second moment and its gradient, of the same shape, and the step size, a scalar.
 * Results: the new variable and moments.
 */
export function adamStep({ inputs, attrs, backend }: KernelCall): tf.TensorInfo[] {
  const { variable, first, second, gradient, stepSize } = inputs as unknown as AdamInputs;
  const { beta1, beta2, epsilon } = attrs as unknown as AdamAttributes;
  const wasm = backend as unknown as WasmBackend;
  const results = [variable, first, second].map(({ shape }) => wasm.makeOutput(shape, 'float32'));
  const [w, m, v, g, rate] = [variable, first, second, gradient, stepSize].map(wasm.typedArrayFromHeap, wasm);
  const [newW, newM, newV] = results.map(wasm.typedArrayFromHeap, wasm);
  const size = rate![0]!;
  for (let i = 0; i < w!.length; i++) {
    const slope = g![i]!;
    newM![i] = beta1 * m![i]! + (1 - beta1) * slope;
    newV![i] = beta2 * v![i]! + (1 - beta2) * slope * slope;
    newW![i] = w![i]! - (size * newM![i]!) / (Math.sqrt(newV![i]!) + epsilon);
  }
  return results;
}
