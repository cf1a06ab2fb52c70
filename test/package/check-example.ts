import assert from 'node:assert/strict';

/** What examples check their results with. */
export interface Check {
  same(actual: unknown, expected: unknown): void;
  throws(call: () => Promise<void>, type: string, message: string): Promise<void>;
  prints(call: () => Promise<void>, line: string): Promise<void>;
}

export const check: Check = {
  same: (actual, expected) => assert.deepEqual(rounded(actual), rounded(expected)),
  async throws(call, type, message) {
    await assert.rejects(call, (error: unknown) => {
      assert.ok(error instanceof Error);
      assert.equal(error.constructor.name, type);
      assert.ok(error.message.includes(message), `"${error.message}" does not hold "${message}"`);
      return true;
    });
  },
  async prints(call, line) {
    const { write } = process.stdout;
    let printed = '';
    // The test runner reports in bytes on the same stream.
    process.stdout.write = ((...args: Parameters<typeof write>) => {
      if (typeof args[0] !== 'string') return write.apply(process.stdout, args);
      printed += args[0];
      return true;
    }) as typeof write;
    try {
      await call();
    } finally {
      process.stdout.write = write;
    }
    assert.ok(printed.split('\n').includes(line), `"${printed}" has no line "${line}"`);
  },
};

/** Arrays of numbers as lists, and numbers that are not whole to three digits. */
function rounded(value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? value : Number(value.toPrecision(3));
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>, rounded);
  if (Array.isArray(value)) return value.map(rounded);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, rounded(field)]));
}
