import { WhyconvError } from '../../base/errors.js';
import { tf } from '../tf.js';

/** What a kernel is called with. Its inputs may be bare {dataId, shape, dtype} records. */
export type KernelCall = Parameters<tf.KernelFunc>[0];

/** What of tfjs's WebAssembly backend kernels of ours use beside its operations. */
export interface WasmBackend {
  /** Memory for a kernel's result, not yet written. */
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  /** The values of a tensor where they lie; valid until memory is next taken, since that may move them all. */
  typedArrayFromHeap(info: tf.TensorInfo): Float32Array;
}

/** Gives a result, or nothing where the package's own kernel should compute it. */
export type FasterKernel = (call: KernelCall) => tf.TensorInfo | undefined;

/** Registers a kernel that the package lacks, or has worse. */
export function putKernel(kernelName: string, kernelFunc: tf.KernelFunc): void {
  if (tf.getKernel(kernelName, 'wasm')) tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({ kernelName, backendName: 'wasm', kernelFunc });
}

/** Puts a faster kernel before the package's own, which keeps the cases that the faster one leaves. */
export function speedUpKernel(kernelName: string, faster: FasterKernel): void {
  const own = tf.getKernel(kernelName, 'wasm');
  tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({ ...own, kernelFunc: (call) => faster(call) ?? own.kernelFunc(call) });
}

/** Kernels may be handed bare records; ops need tensors. */
export function asTensor<T extends tf.Tensor>(info: tf.TensorInfo): T {
  return (info instanceof tf.Tensor ? info : tf.engine().makeTensorFromTensorInfo(info)) as T;
}

/** The backend convolves with channels last only. */
export function refuseChannelsFirst(dataFormat: string): void {
  if (dataFormat === 'NHWC') return;
  throw new WhyconvError({
    what: 'the wasm engine computes convolutions with channels last only',
    found: `dataFormat ${dataFormat}`,
    expected: 'dataFormat NHWC',
  });
}
