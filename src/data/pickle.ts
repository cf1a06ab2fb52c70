import { messageOf } from '../base/errors.js';

/**
 * Reads pickles of one fixed shape: a dictionary of byte strings, integers, lists and uint8 arrays of NumPy, written by
 * Python 2 with protocol 2, as the batches of CIFAR-10's Python version are. A pickle is a program: this machine knows
 * only instructions that build such values, calls nothing, and refuses every other one.
 * Source: Python's pickletools.py and numpy's `ndarray.__reduce__`.
 */

/** A value of a pickle. Byte strings are Buffers that share the memory of the file. */
export type PickleValue =
  | number
  | boolean
  | null
  | Buffer
  | PickleValue[]
  | PickleDict
  | Uint8Matrix
  | Callable
  | Dtype;
export type PickleDict = Map<string, PickleValue>;

/** A C-contiguous uint8 array; empty until its state has been read. */
export class Uint8Matrix {
  shape: readonly number[] = [];
  values: Uint8Array = new Uint8Array();
}

/** What a pickle may call: the two constructors that make a uint8 array. */
type Callable = 'ndarray' | 'reconstruct' | 'dtype';
class Dtype {}

export class PickleError extends Error {
  override readonly name = 'PickleError';
}

const CALLABLES: Readonly<Record<string, Callable>> = {
  'numpy.core.multiarray _reconstruct': 'reconstruct',
  'numpy._core.multiarray _reconstruct': 'reconstruct',
  'numpy ndarray': 'ndarray',
  'numpy dtype': 'dtype',
};

const MARK = Symbol('mark');
type Slot = PickleValue | typeof MARK;

/** The dictionary that a pickle holds. @throws PickleError with the offset of what is not understood */
export function readPickle(bytes: Buffer): PickleDict {
  const machine = new Machine(bytes);
  try {
    return machine.run();
  } catch (error) {
    // Reads beyond the end are RangeErrors of Buffer.
    throw new PickleError(`${messageOf(error)} (at byte ${machine.offset})`, { cause: error });
  }
}

class Machine {
  readonly #bytes: Buffer;
  readonly #stack: Slot[] = [];
  readonly #memo = new Map<number, PickleValue>();
  offset = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  run(): PickleDict {
    for (;;) {
      const code = String.fromCharCode(this.#byte());
      if (code === '.') break;
      const instruction = Object.hasOwn(INSTRUCTIONS, code) ? INSTRUCTIONS[code] : undefined;
      if (!instruction)
        throw new Error(`the instruction 0x${code.charCodeAt(0).toString(16)} is not allowed`);
      instruction(this);
    }
    const result = this.pop();
    if (!(result instanceof Map)) throw new Error('the content is not a dictionary');
    return result;
  }

  push(value: Slot): void {
    this.#stack.push(value);
  }

  pop(): PickleValue {
    const value = this.#stack.pop();
    if (value === undefined || value === MARK) throw new Error('a value is missing');
    return value;
  }

  top(): PickleValue {
    const value = this.pop();
    this.#stack.push(value);
    return value;
  }

  /** The values since the last mark, which is removed too. */
  sinceMark(): PickleValue[] {
    const at = this.#stack.lastIndexOf(MARK);
    if (at < 0) throw new Error('a mark is missing');
    return this.#stack.splice(at).slice(1) as PickleValue[];
  }

  remember(index: number): void {
    this.#memo.set(index, this.top());
  }

  recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw new Error(`nothing is remembered as ${index}`);
    this.push(value);
  }

  take(length: number): Buffer {
    const end = this.offset + length;
    if (length < 0 || end > this.#bytes.length) throw new Error('the file ends early');
    const taken = this.#bytes.subarray(this.offset, end);
    this.offset = end;
    return taken;
  }

  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.offset);
    if (end < 0 || end - this.offset > 100) throw new Error('a name does not end');
    const text = this.take(end - this.offset).toString('latin1');
    this.offset++;
    return text;
  }

  #byte(): number {
    return this.take(1)[0]!;
  }
}

const INSTRUCTIONS: Readonly<Record<string, (machine: Machine) => void>> = {
  '\x80': (m) => {
    const version = m.take(1)[0];
    if (version !== 2) throw new Error(`protocol ${version} in place of 2`);
  },
  '(': (m) => m.push(MARK),
  N: (m) => m.push(null),
  '\x88': (m) => m.push(true),
  '\x89': (m) => m.push(false),
  K: (m) => m.push(m.take(1)[0]!),
  M: (m) => m.push(m.take(2).readUInt16LE()),
  J: (m) => m.push(m.take(4).readInt32LE()),
  U: (m) => m.push(m.take(m.take(1)[0]!)),
  T: (m) => m.push(m.take(m.take(4).readInt32LE())),
  '}': (m) => m.push(new Map()),
  ']': (m) => m.push([]),
  ')': (m) => m.push([]),
  t: (m) => m.push(m.sinceMark()),
  '\x85': (m) => m.push([m.pop()]),
  '\x86': (m) => m.push(lastOf(m, 2)),
  '\x87': (m) => m.push(lastOf(m, 3)),
  q: (m) => m.remember(m.take(1)[0]!),
  r: (m) => m.remember(m.take(4).readUInt32LE()),
  h: (m) => m.recall(m.take(1)[0]!),
  j: (m) => m.recall(m.take(4).readUInt32LE()),
  a: (m) => appendAll(m, [m.pop()]),
  e: (m) => appendAll(m, m.sinceMark()),
  s: (m) => setAll(m, lastOf(m, 2)),
  u: (m) => setAll(m, m.sinceMark()),
  c: (m) => {
    const name = `${m.line()} ${m.line()}`;
    if (!Object.hasOwn(CALLABLES, name)) throw new Error(`the name ${JSON.stringify(name)} is not allowed`);
    m.push(CALLABLES[name]!);
  },
  R: (m) => {
    const [callable, args] = lastOf(m, 2);
    m.push(construct(callable!, args!));
  },
  b: (m) => {
    const state = m.pop();
    setState(m.top(), state);
  },
};

function lastOf(machine: Machine, count: number): PickleValue[] {
  return Array.from({ length: count }, () => machine.pop()).reverse();
}

function appendAll(machine: Machine, values: readonly PickleValue[]): void {
  const list = machine.top();
  if (!Array.isArray(list)) throw new Error('only lists are appended to');
  for (const value of values) list.push(value);
}

function setAll(machine: Machine, pairs: readonly PickleValue[]): void {
  const dict = machine.top();
  if (!(dict instanceof Map)) throw new Error('only dictionaries have items');
  for (let i = 0; i < pairs.length; i += 2) {
    const [key, value] = [pairs[i], pairs[i + 1]];
    if (!Buffer.isBuffer(key) || value === undefined) throw new Error('an item is not a name and a value');
    dict.set(key.toString('latin1'), value);
  }
}

/** `_reconstruct(ndarray, (0,), 'b')` makes an empty array, `dtype('u1', 0, 1)` the type of its elements. */
function construct(callable: PickleValue, args: PickleValue): PickleValue {
  if (!Array.isArray(args)) throw new Error('a call without arguments');
  if (callable === 'reconstruct' && args[0] === 'ndarray') return new Uint8Matrix();
  if (callable === 'dtype' && Buffer.isBuffer(args[0]) && args[0].toString('latin1') === 'u1')
    return new Dtype();
  throw new Error('only arrays of uint8 can be made');
}

/** An array's state is (version, shape, dtype, Fortran order, bytes). */
function setState(target: PickleValue, state: PickleValue): void {
  if (target instanceof Dtype) return;
  if (!(target instanceof Uint8Matrix) || !Array.isArray(state)) throw new Error('only arrays have a state');
  const [, shape, dtype, fortran, values] = state;
  const sizes = Array.isArray(shape) && shape.every((size) => Number.isInteger(size) && Number(size) >= 0);
  if (!sizes || !(dtype instanceof Dtype) || fortran !== false || !Buffer.isBuffer(values))
    throw new Error('the array is not one of uint8 in C order');
  target.shape = shape as number[];
  if (target.shape.reduce((product, size) => product * size, 1) !== values.length)
    throw new Error(`an array of shape ${target.shape.join(' x ')} has ${values.length} bytes`);
  target.values = values;
}
