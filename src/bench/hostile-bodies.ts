import { deflateSync } from 'node:zlib';
import { random } from '../base/random.js';
import { somePng } from './some-png.js';

const honest = somePng();

/** A request that no honest client sends. */
export interface Attack {
  readonly path: string;
  readonly type: string;
  readonly body: Uint8Array | string;
}

/**
 * A PNG whose header says this size, with the data of one that is all black: 60,000 x 60,000 pixels are 11 GB unpacked. Several
 * sizes make several headers.
 */
function bomb(...sides: readonly number[]): Buffer {
  const chunk = (name: string, data: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const body = Buffer.concat([Buffer.from(name), data]);
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32BE(crc(body));
    return Buffer.concat([length, body, checksum]);
  };
  const header = (side: number) => {
    const content = Buffer.alloc(13);
    content.writeUInt32BE(side, 0);
    content.writeUInt32BE(side, 4);
    content.set([8, 2, 0, 0, 0], 8);
    return chunk('IHDR', content);
  };
  const data = deflateSync(Buffer.alloc(1 << 20));
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    ...sides.map(header),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function crc(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let i = 0; i < 8; i++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return (value ^ 0xffffffff) >>> 0;
}

const json = { path: '/invocations', type: 'application/json' };
const predict = { path: '/v1/models/small:predict', type: 'application/json' };
const infer = { path: '/v2/models/small/infer', type: 'application/json' };
const image = { path: '/invocations', type: 'image/png' };
const npy = { path: '/invocations', type: 'application/x-npy' };
const tensor = (changes: object) =>
  JSON.stringify({
    inputs: [{ name: 'images', shape: [1, 32, 32, 3], datatype: 'FP32', data: [0], ...changes }],
  });
const npyHead = (shape: string, type = '<f4') => {
  const dictionary = `{'descr': '${type}', 'fortran_order': False, 'shape': ${shape}, }`;
  const text = `${dictionary.padEnd(117)}\n`;
  return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00\x76\x00', 'latin1'), Buffer.from(text)]);
};
const once = <T>(make: () => T): (() => T) => {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};
const deep = once(() => '['.repeat(200_000));

/** As large as a body may be. */
const blank = once(() => Buffer.alloc(6_000_000, '\n'));
const commas = once(() => Buffer.alloc(6_000_000, ','));

/** Bodies that no honest client sends; each with a number that varies it. */
export const ATTACKS: readonly ((n: number) => Attack)[] = [
  (n) => ({ ...image, body: honest.subarray(0, 1 + (n % (honest.length - 13))) }),
  (n) => ({ ...image, body: flipped(honest, n) }),
  (n) => ({ ...image, body: noise(n, 1 + (n % 2000)) }),
  () => ({ ...image, body: bomb(60_000) }),
  () => ({ ...image, body: bomb(4_000) }),
  () => ({ ...image, body: bomb(32, 4_000) }),
  () => ({ ...image, body: '<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32"/>' }),
  () => ({ ...image, body: '<svg xmlns="http://www.w3.org/2000/svg" width="99999" height="99999"/>' }),
  () => ({ ...image, type: 'image/jpeg', body: '\xff\xd8\xff\xe0' }),
  () => ({ ...json, body: '{"instances": [[NaN, Infinity]]}' }),
  () => ({ ...json, body: deep() }),
  () => ({ ...predict, body: `{"instances": ${deep()}` }),
  () => ({ ...json, body: '{"__proto__": {"instances": []}, "constructor": 1}' }),
  (n) => ({ ...json, body: JSON.stringify({ instances: Array.from({ length: n % 9 }, () => [[[]]]) }) }),
  () => ({ ...json, body: JSON.stringify({ instances: Array(3000).fill([]) }) }),
  () => ({ ...json, body: JSON.stringify({ instances: [{ b64: 'AAAA' }] }) }),
  () => ({ ...json, body: JSON.stringify({ instances: [Array(3072).fill(1e308)] }) }),
  () => ({ ...json, body: JSON.stringify({ instances: [Array(3072).fill('0.5')] }) }),
  (n) => ({ ...json, body: `{"instances": [[${'0.5,'.repeat(n % 3000)}` }),
  () => ({ ...json, body: 'null' }),
  () => ({ ...infer, body: tensor({ shape: [2 ** 31, 32, 32, 3] }) }),
  () => ({ ...infer, body: tensor({ shape: [-1, 32, 32, 3] }) }),
  () => ({ ...infer, body: tensor({ data: { length: 3072 } }) }),
  () => ({ ...infer, body: tensor({ parameters: { binary_data_size: 12_288 } }) }),
  () => ({ ...npy, body: npyHead('(1000000, 32, 32, 3)') }),
  () => ({ ...npy, body: Buffer.concat([npyHead('(1, 32, 32, 3)'), Buffer.alloc(4 * 3072, 0xff)]) }),
  () => ({ ...npy, body: npyHead('(1, 32, 32, 3)', '|O') }),
  (n) => ({ ...npy, body: noise(n, 200) }),
  () => ({ path: '/invocations', type: 'text/csv', body: blank() }),
  () => ({ path: '/invocations', type: 'text/csv', body: commas() }),
  () => ({ path: '/invocations', type: 'text/csv', body: '1\n'.repeat(50_000) }),
  () => ({ path: '/invocations', type: 'application/jsonlines', body: '[]\n'.repeat(20_000) }),
  (n) => ({ path: `/models/${'x'.repeat(n % 90)}/invoke`, type: 'image/png', body: honest }),
  () => ({ path: '/models', type: 'application/json', body: '{"model_name": "x", "url": "/etc/passwd"}' }),
];

function noise(seed: number, length: number): Uint8Array {
  const rng = random(seed, 'bench', 'noise');
  return Uint8Array.from({ length }, () => Math.floor(256 * rng.uniform()));
}

/** The picture with its header damaged at one byte: past it, a decoder may repair what it reads. */
const flipped = (bytes: Buffer, n: number): Uint8Array =>
  Buffer.from(bytes).fill(bytes[n % 8]! ^ 0x55, n % 8, (n % 8) + 1);
