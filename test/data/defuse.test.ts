import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { crc32, deflateSync } from 'node:zlib';
import { PNG } from 'pngjs';
import { defused } from '../../src/data/images/defuse.js';
import { plainPng } from '../../src/data/images/plain-png.js';
import { loadDecoder, pictureKind } from '../../src/data/index.js';

const sharp = require('sharp') as (input: Uint8Array) => {
  jpeg(options: { progressive: boolean }): { toBuffer(): Promise<Buffer> };
  webp(): { toBuffer(): Promise<Buffer> };
};

function chunk(name: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(name), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

/** A header of 8 bits, RGB. */
function header(side: number, interlace = 0): Buffer {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(side, 0);
  data.writeUInt32BE(side, 4);
  data.set([8, 2, 0, 0, interlace], 8);
  return chunk('IHDR', data);
}

const end = chunk('IEND', new Uint8Array());
const png = (...chunks: Buffer[]) => Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), ...chunks, end]);
/** The data of a black picture. */
const black = (side: number) => chunk('IDAT', deflateSync(Buffer.alloc(side * (3 * side + 1))));
const decode = loadDecoder({ maxPixels: 1000 });

describe('a picture that pretends to be small', () => {
  it('by a second header is refused, whatever its place', async () => {
    const lies = {
      'the second one larger': png(header(32), header(64), black(64)),
      'the second one the same': png(header(32), header(32), black(32)),
      interlaced: png(header(32), header(32, 1), black(32)),
      'behind the data': png(header(32), black(32), header(64)),
      'not at the beginning': png(chunk('tEXt', Buffer.from('a\0b')), header(32), black(32)),
      'behind the end': Buffer.concat([png(header(32), black(32)), header(32), end]),
    };
    for (const [name, file] of Object.entries(lies)) assert.equal(plainPng(file), undefined, name);
    assert.equal(plainPng(png(header(32), black(32)))?.length, 3072);
    await assert.rejects(decode(lies['the second one larger']));
    await assert.rejects(decode(png(header(64), black(64))), /pixel limit/);
  });

  it('by packed text loses that text, and nothing else', async () => {
    const text = chunk('zTXt', Buffer.concat([Buffer.from('k\0\0'), deflateSync(Buffer.alloc(1000))]));
    const parts = [chunk('tEXt', Buffer.from('a\0b')), chunk('gAMA', Buffer.of(0, 0, 0xb1, 0x8f))] as const;
    const file = png(header(20), parts[0], text, parts[1], text, black(20), text);
    assert.deepEqual(defused(file), png(header(20), ...parts, black(20)));
    assert.deepEqual(defused(file.subarray(0, -3)), png(header(20), ...parts, black(20)).subarray(0, -3));
    assert.deepEqual(Uint8Array.from(await decode(file)), new Uint8Array(3072));
  });

  it('by thousands of scans is refused', async () => {
    const picture = PNG.sync.write(new PNG({ width: 20, height: 20 }));
    const jpeg = await sharp(picture).jpeg({ progressive: true }).toBuffer();
    assert.equal(defused(jpeg), jpeg);
    const scans = Buffer.concat([jpeg, ...Array<Buffer>(100).fill(Buffer.of(0xff, 0xda))]);
    await assert.rejects(decode(scans), /a JPEG of more than 100 scans/);
  });

  it('is of a known kind by its first bytes alone', async () => {
    const picture = PNG.sync.write(new PNG({ width: 20, height: 20 }));
    assert.equal(pictureKind(picture), 'png');
    assert.equal(pictureKind(await sharp(picture).jpeg({ progressive: false }).toBuffer()), 'jpeg');
    assert.equal(pictureKind(await sharp(picture).webp().toBuffer()), 'webp');
    for (const other of ['', 'GIF89a', '<svg/>', 'RIFF....WAVE', 'II*\0'])
      assert.equal(pictureKind(Buffer.from(other)), undefined, other);
  });
});
