import { tf } from '../tf.js';
import { ADAM_KERNEL, adamStep } from './adam.js';
import { filterGradientKernel } from './filter-gradient.js';
import { gatherRows } from './gather.js';
import { inputGradient } from './input-gradient.js';
import { putKernel, speedUpKernel } from './kernel.js';
import { productOfTransposed } from './mat-mul.js';
import { maxPoolGradient } from './max-pool-gradient.js';

let registered = false;

/**
 * Registers our kernels for tfjs's WebAssembly backend: the one that CNN training needs and the package lacks, and faster
 * ones for the operations that took most of a training step. Later calls do nothing.
 */
export function registerWasmKernels(): void {
  if (registered) return;
  registered = true;
  putKernel(tf.Conv2DBackpropFilter, filterGradientKernel);
  speedUpKernel(tf.Conv2DBackpropInput, inputGradient);
  putKernel(tf.MaxPoolGrad, maxPoolGradient);
  speedUpKernel(tf.BatchMatMul, productOfTransposed);
  putKernel(ADAM_KERNEL, adamStep);
  speedUpKernel(tf.GatherV2, gatherRows);
}
