import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { endianness } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import fc from 'fast-check';
import { readTensorFile, type TensorFile, writeTensorFile } from '../../src/training/index.js';
import { refusal } from '../support/refusal.js';
import { temporaryFolder } from './fixtures.js';

const example: TensorFile = {
  tensors: {
    'conv1/kernel': {
      shape: [2, 1, 2],
      values: Float32Array.of(1.5, -0, Number.NaN, Number.NEGATIVE_INFINITY),
    },
    scalar: { shape: [], values: Float32Array.of(1e-40) },
    empty: { shape: [0, 3], values: new Float32Array(0) },
  },
  metadata: { model: 'größer', key: 'abc' },
};

/** The format by its description, without the code under test. */
function parseSafetensors(bytes: Buffer) {
  const length = Number(bytes.readBigUInt64LE(0));
  const text = bytes.toString('utf8', 8, 8 + length);
  const { __metadata__: metadata, ...entries } = JSON.parse(text) as Record<
    string,
    { dtype: string; shape: number[]; data_offsets: [number, number] }
  >;
  const data = bytes.subarray(8 + length);
  const tensors = Object.entries(entries).map(
    ([
      name,
      {
        dtype,
        shape,
        data_offsets: [from, to],
      },
    ]) => {
      const values = Array.from({ length: (to - from) / 4 }, (_, i) => data.readFloatLE(from + 4 * i));
      return { name, dtype, shape, from, to, values };
    },
  );
  return { length, text, metadata, tensors, data };
}

it('writes the safetensors format, byte by byte', async (t) => {
  const path = join(temporaryFolder(t), 'a.safetensors');
  await writeTensorFile(path, example);
  const { length, text, metadata, tensors, data } = parseSafetensors(readFileSync(path));
  assert.equal((8 + length) % 8, 0, 'data begins at a multiple of 8');
  assert.ok(text.startsWith('{'), 'the header begins with {, padding comes after it');
  assert.deepEqual(metadata, example.metadata);
  assert.deepEqual(
    tensors.map(({ name, dtype, shape, values }) => ({ name, dtype, shape, values })),
    Object.entries(example.tensors).map(([name, { shape, values }]) => ({
      name,
      dtype: 'F32',
      shape,
      values: [...values],
    })),
  );
  let end = 0;
  for (const { from, to } of tensors) {
    assert.equal(from, end, 'no holes');
    end = to;
  }
  assert.equal(end, data.length, 'nothing after the last tensor');
});

it('is read by Python’s safetensors', async (t) => {
  if (spawnSync('python3', ['-c', 'import safetensors, numpy']).status !== 0)
    return t.skip('python3 with safetensors is not installed');
  const path = join(temporaryFolder(t), 'a.safetensors');
  await writeTensorFile(path, example);
  const script = `import sys
from safetensors import safe_open
with safe_open(sys.argv[1], 'np') as f:
    print(sorted(f.keys()), f.metadata()['model'], f.get_tensor('conv1/kernel').shape, f.get_tensor('conv1/kernel').flatten()[0])`;
  const printed = execFileSync('python3', ['-c', script, path], { encoding: 'utf8' });
  assert.equal(printed.trim(), "['conv1/kernel', 'empty', 'scalar'] größer (2, 1, 2) 1.5");
});

it('reads back what it wrote, bit by bit, whatever it is', async (t) => {
  const folder = temporaryFolder(t);
  const name = fc
    .stringMatching(/^[a-zA-Z0-9_./ äß€-]{1,20}$/)
    .filter((text) => !['__proto__', '__metadata__'].includes(text));
  const tensor = fc.float32Array({ maxLength: 20 }).map((values) => ({ shape: [values.length], values }));
  const file = fc.record({
    tensors: fc.dictionary(name, tensor),
    metadata: fc.dictionary(name, fc.string()),
  });
  await fc.assert(
    fc.asyncProperty(file, async (content) => {
      const path = join(folder, 'a.safetensors');
      await writeTensorFile(path, content);
      const found = await readTensorFile(path);
      assert.deepEqual({ ...found.metadata }, { ...content.metadata });
      assert.deepEqual(Object.keys(found.tensors).sort(), Object.keys(content.tensors).sort());
      for (const [key, { shape, values }] of Object.entries(content.tensors)) {
        assert.deepEqual(found.tensors[key]!.shape, shape);
        assert.deepEqual(Buffer.from(found.tensors[key]!.values.buffer), Buffer.from(values.slice().buffer));
      }
    }),
    { numRuns: 40 },
  );
  assert.deepEqual(readdirSync(folder), ['a.safetensors'], 'no temporary file is left');
});

it('writes the values of a view, not of the memory around it', async (t) => {
  const path = join(temporaryFolder(t), 'a');
  const values = Float32Array.of(1, 2, 3, 4, 5).subarray(1, 4);
  await writeTensorFile(path, { tensors: { v: { shape: [3], values } }, metadata: {} });
  assert.deepEqual((await readTensorFile(path)).tensors.v!.values, Float32Array.of(2, 3, 4));
});

it('refuses a file that is cut short at any byte, or is none, naming it', async (t) => {
  const path = join(temporaryFolder(t), 'a.safetensors');
  await writeTensorFile(path, example);
  const whole = readFileSync(path);
  const what = { what: 'not a whole safetensors file', where: path, remedy: 'delete it' };
  const broken = [
    ...Array.from({ length: whole.length }, (_, n) => whole.subarray(0, n)),
    Buffer.from('<html>not found</html> and some more text'),
    Buffer.alloc(64),
    Buffer.alloc(64, 255),
  ];
  for (const bytes of broken) {
    writeFileSync(path, bytes);
    await assert.rejects(readTensorFile(path), refusal(what), `${bytes.length} bytes`);
  }
});

it('refuses a header that does not agree with itself', async (t) => {
  const path = join(temporaryFolder(t), 'a.safetensors');
  const write = (entry: object) => {
    const json = Buffer.from(
      JSON.stringify({ v: { dtype: 'F32', shape: [2], data_offsets: [0, 8], ...entry } }),
    );
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(json.length));
    writeFileSync(path, Buffer.concat([length, json, Buffer.alloc(16)]));
  };
  const what = refusal({ what: 'not a whole safetensors file' });
  write({});
  assert.deepEqual((await readTensorFile(path)).tensors.v!.values, new Float32Array(2));
  for (const entry of [
    { dtype: 'F64' },
    { shape: [3] },
    { data_offsets: [0, 4] },
    { data_offsets: [-8, 0] },
    { shape: 'x' },
    { data_offsets: null },
  ]) {
    write(entry);
    await assert.rejects(readTensorFile(path), what, JSON.stringify(entry));
  }
});

it('refuses metadata that are not strings by name', async (t) => {
  const path = join(temporaryFolder(t), 'a.safetensors');
  for (const metadata of [null, 5, 'x', [1], { spec: null }, { spec: {} }]) {
    const json = Buffer.from(JSON.stringify({ __metadata__: metadata }));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(json.length));
    writeFileSync(path, Buffer.concat([length, json]));
    const what = refusal({ what: 'not a whole safetensors file', where: path });
    await assert.rejects(readTensorFile(path), what, JSON.stringify(metadata));
  }
});

it('says what cannot be read, and why', async (t) => {
  const folder = temporaryFolder(t);
  const what = { what: 'cannot be read', expected: 'a safetensors file' };
  await assert.rejects(readTensorFile(folder), refusal({ ...what, where: folder, found: 'EISDIR' }));
  const absent = join(folder, 'a');
  await assert.rejects(readTensorFile(absent), refusal({ ...what, where: absent, found: 'ENOENT' }));
});

it('runs where numbers are little-endian, as the format has them', () => {
  assert.equal(endianness(), 'LE');
});
