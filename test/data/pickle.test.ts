import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { PickleError, readPickle } from '../../src/data/pickle.js';
import { Uint8Matrix } from '../../src/data/pickle-machine.js';
import { makeBatches, temporaryFolder } from './fixtures.js';
import { pickledBatch } from './python-fixtures.js';

const records = makeBatches(4, 1500).get('data_batch_1.bin')!;
const whole = pickledBatch(records);
const latin1 = (text: string) => Buffer.from(text, 'latin1');

test('a batch as Python 2 has written it: array, labels and names in groups of 1,000', () => {
  const dictionary = readPickle(whole);
  assert.deepEqual([...dictionary.keys()], ['batch_label', 'labels', 'data', 'filenames']);
  const data = dictionary.get('data');
  assert.ok(data instanceof Uint8Matrix);
  assert.deepEqual(data.shape, [1500, 3072]);
  const pixels = Buffer.from(data.values);
  assert.ok(pixels.subarray(0, 3072).equals(records.subarray(1, 3073)));
  assert.ok(pixels.subarray(-3072).equals(records.subarray(-3072)));
  const labels = dictionary.get('labels') as number[];
  assert.deepEqual(
    labels,
    Array.from({ length: 1500 }, (_, i) => records[i * 3073]),
  );
  const names = dictionary.get('filenames') as Buffer[];
  assert.equal(names.length, 1500);
  assert.equal(names[1499]!.toString(), 'image_s_001499.png');
});

test('the pickle of these tests is one that Python accepts', (t) => {
  if (spawnSync('python3', ['--version']).status !== 0) return t.skip('python3 is not installed');
  const path = join(temporaryFolder(t), 'batch');
  writeFileSync(path, whole);
  const code = 'import pickletools, sys; pickletools.dis(open(sys.argv[1], "rb"), open("/dev/null", "w"))';
  const { status, stderr } = spawnSync('python3', ['-c', code, path], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
});

test('what a hostile pickle would call is refused by its name, and nothing is run', () => {
  const hostile: [string, RegExp][] = [
    ['\x80\x02cos\nsystem\n(U\x04trueR.', /the name "os system" is not allowed \(at byte 13\)/],
    ['\x80\x02c__builtin__\neval\n(U\x011tR.', /"__builtin__ eval" is not allowed/],
    ['\x80\x02cnumpy\nload\n(U\x01xtR.', /"numpy load" is not allowed/],
    ['\x80\x02cconstructor\nprototype\n.', /is not allowed/],
    ['\x80\x02(U\x01xios\nsystem\n.', /instruction 0x69 is not allowed/],
    ['\x80\x02\x81.', /instruction 0x81 is not allowed/],
    ['\x80\x02P0\n.', /instruction 0x50 is not allowed/],
    ['\x80\x02cnumpy\ndtype\nU\x01O\x85R.', /only arrays of uint8/],
    ['\x80\x02cnumpy\ndtype\ncnumpy\ndtype\n\x85R.', /only arrays of uint8/],
    ['\x80\x02cnumpy.core.multiarray\n_reconstruct\ncnumpy\ndtype\n\x85R.', /only arrays of uint8/],
    ['\x80\x02}U\x09__proto__K\x01s}b.', /only arrays have a state/],
  ];
  for (const [text, reason] of hostile) {
    assert.throws(
      () => readPickle(latin1(text)),
      (error) => error instanceof PickleError && reason.test(error.message),
      JSON.stringify(text),
    );
  }
  assert.deepEqual([...readPickle(latin1('\x80\x02}U\x09__proto__K\x01s.'))], [['__proto__', 1]]);
  assert.equal(({} as { polluted?: unknown }).polluted, undefined);
});

test('other protocols, missing values, marks and ends are refused', () => {
  const broken: [string, RegExp][] = [
    ['', /ends early \(at byte 0\)/],
    ['\x80\x04}.', /protocol 4 in place of 2/],
    ['\x80\x02.', /a value is missing/],
    ['\x80\x02]..', /not a dictionary/],
    ['\x80\x02(.', /a value is missing/],
    ['\x80\x02t.', /a mark is missing/],
    ['\x80\x02}K\x01K\x02s.', /not a name and a value/],
    ['\x80\x02}(U\x01au.', /not a name and a value/],
    ['\x80\x02h\x07.', /nothing is remembered as 7/],
    ['\x80\x02T\xff\xff\xff\x7fx.', /ends early/],
    ['\x80\x02T\xff\xff\xff\xffx.', /ends early/],
    ['\x80\x02c'.padEnd(500, 'x'), /a name does not end/],
  ];
  for (const [text, reason] of broken) {
    assert.throws(
      () => readPickle(latin1(text)),
      (error) => error instanceof PickleError && reason.test(error.message),
      JSON.stringify(text),
    );
  }
});

test('an array whose shape is not that of its bytes is refused', () => {
  const shape = Buffer.from('4d0c05', 'hex');
  const at = whole.indexOf(Buffer.from([0x4d, 0xdc, 0x05]));
  const other = Buffer.concat([whole.subarray(0, at), shape, whole.subarray(at + 3)]);
  assert.throws(() => readPickle(other), /an array of shape 1292 x 3072 has 4608000 bytes/);
});

test('a pickle that was cut anywhere or has a byte changed is read or refused, and never fails otherwise', () => {
  const small = pickledBatch(makeBatches(1, 2).get('test_batch.bin')!);
  const byte = fc.tuple(fc.integer({ min: 0, max: small.length - 1 }), fc.integer({ min: 0, max: 255 }));
  fc.assert(
    fc.property(byte, ([at, value]) => {
      const changed = Buffer.from(small);
      changed[at] = value;
      for (const bytes of [changed, small.subarray(0, at)]) {
        try {
          readPickle(bytes);
        } catch (error) {
          assert.ok(error instanceof PickleError);
        }
      }
    }),
    { numRuns: 2000 },
  );
});
