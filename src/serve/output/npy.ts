/**
 * Float32 values as an array in NumPy's format, version 1.0: "len(magic string) + 2 + len(length) + HEADER_LEN be evenly
 * divisible by 64 for alignment purposes" (NumPy, numpy.lib.format).
 */
export function npyOf(values: Float32Array, shape: readonly number[]): Buffer {
  const dictionary = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  const before = 10;
  const padding = (64 - ((before + dictionary.length + 1) % 64)) % 64;
  const header = `${dictionary}${' '.repeat(padding)}\n`;
  const head = Buffer.alloc(before);
  head.write('\x93NUMPY\x01\x00', 'latin1');
  head.writeUInt16LE(header.length, 8);
  return Buffer.concat([
    head,
    Buffer.from(header, 'latin1'),
    Buffer.from(values.buffer, values.byteOffset, values.byteLength),
  ]);
}
