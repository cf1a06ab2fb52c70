import { WhyconvError } from '../base/errors.js';
import { tf } from './tf.js';

/** The parts of tfjs-node's addon that the engine uses. Its attribute and type numbers are TensorFlow's own. */
export interface NativeBinding {
  readonly TF_Version: string;
  createTensor(shape: readonly number[], dtype: number, values: ArrayLike<number> | ArrayBufferView): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array;
  executeOp(
    op: string,
    attrs: readonly OpAttr[],
    inputs: readonly number[],
    outputs: number,
  ): TensorMetadata[];
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(id: number): void;
  runSavedModel(
    id: number,
    inputs: readonly number[],
    inputNames: string,
    outputNames: string,
  ): TensorMetadata[];
}

export interface OpAttr {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

export interface TensorMetadata {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
}

/** TensorFlow's `DataType`. */
export const DTYPE = { float: 1, int32: 3, uint8: 4, string: 7, bool: 10, bfloat16: 14 } as const;

/** TensorFlow's `TF_AttrType`. */
export const ATTR = { string: 0, int: 1, float: 2, bool: 3, type: 4, shape: 5, tensor: 6 } as const;

/** The parts of tfjs-node's backend that the engine uses. */
export interface NativeBackend {
  readonly isUsingGpuDevice: boolean;
  binding: NativeBinding;
  getInputTensorIds(tensors: readonly tf.TensorInfo[]): number[];
  executeSingleOutput(op: string, attrs: readonly OpAttr[], inputs: readonly tf.TensorInfo[]): tf.Tensor;
  executeMultipleOutputs(
    op: string,
    attrs: readonly OpAttr[],
    inputs: readonly tf.TensorInfo[],
    outputs: number,
  ): tf.Tensor[];
}

export const isNative = (): boolean => tf.getBackend() === 'tensorflow';

/** The running native backend. @throws WhyconvError if another backend is running, or none */
export function nativeBackend(): NativeBackend {
  if (!isNative()) {
    throw new WhyconvError({
      what: 'this operation needs the native engine',
      found: `backend ${tf.getBackend() || '(none started)'}`,
      remedy: 'run `npm run engine`, and await startEngine() before building a program',
    });
  }
  return tf.backend() as unknown as NativeBackend;
}

export const typeAttr = (name: string, value: number): OpAttr => ({ name, type: ATTR.type, value });
