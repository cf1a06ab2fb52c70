import { messageOf } from '../base/errors.js';
import {
  type Callable,
  Dtype,
  type Instruction,
  MARK,
  type PickleDict,
  PickleMachine,
  type PickleValue,
  Uint8Matrix,
} from './pickle-machine.js';

/**
 * Reads pickles of one fixed shape: a dictionary of byte strings, integers, lists and uint8 arrays of NumPy, written by
 * Python 2 with protocol 2, as the batches of CIFAR-10's Python version are. A pickle is a program: this machine knows
 * only instructions that build such values, calls nothing, and refuses every other one.
 * Source: Python's pickletools.py and numpy's `ndarray.__reduce__`.
 */

export class PickleError extends Error {
  override readonly name = 'PickleError';
}

/** The dictionary that a pickle holds. @throws PickleError with the offset of what is not understood */
export function readPickle(bytes: Buffer): PickleDict {
  const machine = new PickleMachine(bytes);
  try {
    return machine.run(INSTRUCTIONS);
  } catch (error) {
    // Reads beyond the end are RangeErrors of Buffer.
    throw new PickleError(`${messageOf(error)} (at byte ${machine.offset})`, { cause: error });
  }
}

const CALLABLES: Readonly<Record<string, Callable>> = {
  'numpy.core.multiarray _reconstruct': 'reconstruct',
  'numpy._core.multiarray _reconstruct': 'reconstruct',
  'numpy ndarray': 'ndarray',
  'numpy dtype': 'dtype',
};

const INSTRUCTIONS: Readonly<Record<string, Instruction>> = {
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

function lastOf(machine: PickleMachine, count: number): PickleValue[] {
  return Array.from({ length: count }, () => machine.pop()).reverse();
}

function appendAll(machine: PickleMachine, values: readonly PickleValue[]): void {
  const list = machine.top();
  if (!Array.isArray(list)) throw new Error('only lists are appended to');
  for (const value of values) list.push(value);
}

function setAll(machine: PickleMachine, pairs: readonly PickleValue[]): void {
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
