import { IMAGE_BYTES } from '../../data/index.js';
import { badRequest } from '../refusal.js';
import { IMAGE_SHAPE, type Images, imagesOfBytes, imagesOfNumbers } from './images.js';

/**
 * "The first 6 bytes are a magic string: exactly \x93NUMPY. The next 1 byte is an unsigned byte: the major version number of
 * the file format. [...] The next 2 bytes form a little-endian unsigned short int: the length of the header data HEADER_LEN."
 * (NumPy, numpy.lib.format, "Format version 1.0"; version 2.0 has four bytes of length.)
 */
const MAGIC = Buffer.from('\x93NUMPY', 'latin1');

/** How values are read, by NumPy's name of the type. */
const TYPES: Readonly<Record<string, { bytes: number; read: (view: DataView, at: number) => number }>> = {
  '|u1': { bytes: 1, read: (view, at) => view.getUint8(at) },
  '<f2': { bytes: 2, read: (view, at) => half(view.getUint16(at, true)) },
  '<f4': { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  '<f8': { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
};

/**
 * Images of an array in NumPy's format, [32, 32, 3] or [n, 32, 32, 3]: bytes of type uint8, or floats from 0 to 1.
 *
 * @throws Refusal (400)
 */
export function imagesOfNpy(body: Uint8Array): Images {
  const { type, fortran, shape, start } = headerOf(body);
  const known = TYPES[type];
  if (!known || fortran)
    throw badRequest(
      `npy: found type ${JSON.stringify(type)}${fortran ? ' in Fortran order' : ''}, expected ${Object.keys(TYPES).join(', ')} in C order`,
    );
  const [images, ...image] = shape.length === 3 ? [1, ...shape] : shape;
  if (!images || image.join() !== '32,32,3')
    throw badRequest(
      `npy: found shape [${shape.join(', ')}], expected ${IMAGE_SHAPE} or [n, 32, 32, 3] with n of at least 1`,
    );
  const values = images * IMAGE_BYTES;
  if (body.length - start !== values * known.bytes)
    throw badRequest(
      `npy: found ${body.length - start} bytes of data, expected ${values * known.bytes} for shape [${shape.join(', ')}]`,
    );
  if (known.bytes === 1) return imagesOfBytes(body.subarray(start));
  const view = new DataView(body.buffer, body.byteOffset + start, values * known.bytes);
  const pixels = Float32Array.from({ length: values }, (_, i) => known.read(view, i * known.bytes));
  return imagesOfNumbers(pixels, 'npy');
}

interface Header {
  readonly type: string;
  readonly fortran: boolean;
  readonly shape: readonly number[];
  /** Offset of the data. */
  readonly start: number;
}

function headerOf(body: Uint8Array): Header {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
  const version = bytes[6];
  if (bytes.length < 12 || !bytes.subarray(0, 6).equals(MAGIC) || (version !== 1 && version !== 2))
    throw badRequest('the body is not an array in NumPy’s format (.npy, version 1 or 2)');
  const before = version === 1 ? 10 : 12;
  const start = before + (version === 1 ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8));
  const text = bytes.toString('latin1', before, Math.min(start, bytes.length, before + 1024));
  const type = /'descr':\s*'([^']*)'/.exec(text)?.[1];
  const fortran = /'fortran_order':\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape':\s*\(([\d,\s]*)\)/.exec(text)?.[1];
  if (start > bytes.length || type === undefined || fortran === undefined || shape === undefined)
    throw badRequest('npy: the header is damaged');
  const sizes = shape.split(',').flatMap((size) => (size.trim() === '' ? [] : [Number(size)]));
  return { type, fortran: fortran === 'True', shape: sizes, start };
}

/** IEEE 754 half precision. */
function half(bits: number): number {
  const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
