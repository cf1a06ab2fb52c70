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
export type Callable = 'ndarray' | 'reconstruct' | 'dtype';
/** uint8, the one type of elements. */
export class Dtype {}

export const MARK = Symbol('mark');
export type Slot = PickleValue | typeof MARK;

/** What an instruction does to the machine. */
export type Instruction = (machine: PickleMachine) => void;

/** The stack and memory of a pickle's program, and its bytes. */
export class PickleMachine {
  readonly #bytes: Buffer;
  readonly #stack: Slot[] = [];
  readonly #memo = new Map<number, PickleValue>();
  offset = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Runs to the end. @throws Error; {@link offset} is then where */
  run(instructions: Readonly<Record<string, Instruction>>): PickleDict {
    for (;;) {
      const code = String.fromCharCode(this.#byte());
      if (code === '.') break;
      const instruction = Object.hasOwn(instructions, code) ? instructions[code] : undefined;
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
