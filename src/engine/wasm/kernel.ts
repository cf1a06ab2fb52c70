import { WhyconvError } from '../../base/errors.js';
import { tf } from '../tf.js';

/** The arguments of a kernel. Its inputs may be bare {dataId, shape, dtype} records. */
export type KernelCall = Parameters<tf.KernelFunc>[0];

/** The parts of tfjs's WebAssembly backend that our kernels use, apart from its operations. */
export interface WasmBackend {
  /** Allocates memory for a kernel's result, uninitialized. */
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  /** A view of a tensor's values; valid until the next allocation, which may move the whole heap. */
  typedArrayFromHeap(info: tf.TensorInfo): Float32Array;
}

/** Returns a result, or undefined to let the package's own kernel compute it. */
export type FasterKernel = (call: KernelCall) => tf.TensorInfo | undefined;

/** Registers a kernel that the package lacks, or replaces its own. */
export function putKernel(kernelName: string, kernelFunc: tf.KernelFunc): void {
  if (tf.getKernel(kernelName, 'wasm')) tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({ kernelName, backendName: 'wasm', kernelFunc });
}

/** Registers a faster kernel; the package's own still computes the cases for which the faster one returns undefined. */
export function speedUpKernel(kernelName: string, faster: FasterKernel): void {
  const own = tf.getKernel(kernelName, 'wasm');
  tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({ ...own, kernelFunc: (call) => faster(call) ?? own.kernelFunc(call) });
}

/** Kernels may receive bare records, but ops need tensors. */
export function asTensor<T extends tf.Tensor>(info: tf.TensorInfo): T {
  return (info instanceof tf.Tensor ? info : tf.engine().makeTensorFromTensorInfo(info)) as T;
}

/** The backend supports convolutions only with channels last. @throws WhyconvError */
export function refuseChannelsFirst(dataFormat: string): void {
  if (dataFormat === 'NHWC') return;
  throw new WhyconvError({
    what: 'the wasm engine supports convolutions only with channels last',
    found: `dataFormat ${dataFormat}`,
    expected: 'dataFormat NHWC',
  });
}
