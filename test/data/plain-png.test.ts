import assert from 'node:assert/strict';
import { it } from 'node:test';
import { random } from '../../src/base/random.js';
import { plainPng } from '../../src/data/images/plain-png.js';
import { loadDecoder } from '../../src/data/index.js';

/** The image library, which writes the files and is what the short way must agree with. */
interface Picture {
  png(options?: object): Picture;
  resize(width: number, height: number): Picture;
  ensureAlpha(alpha: number): Picture;
  toColourspace(space: string): Picture;
  withIccProfile(name: string): Picture;
  removeAlpha(): Picture;
  raw(): Picture;
  toBuffer(): Promise<Buffer>;
}
const sharp = require('sharp') as (input: Uint8Array, options?: object) => Picture;

const rng = random(0, 'test', 'plain png');
const pixels = Uint8Array.from({ length: 3072 }, () => Math.floor(256 * rng.uniform()));
const picture = () => sharp(pixels, { raw: { width: 32, height: 32, channels: 3 } });

it('a plain PNG is read as the image library reads it, whatever its filters and compression', async () => {
  for (const file of [
    await picture().png().toBuffer(),
    await picture().png({ compressionLevel: 0, adaptiveFiltering: true }).toBuffer(),
    await picture().ensureAlpha(1).png().toBuffer(),
  ]) {
    assert.deepEqual(plainPng(file), pixels);
    assert.deepEqual(Uint8Array.from(await sharp(file).removeAlpha().raw().toBuffer()), pixels);
    assert.deepEqual(Uint8Array.from(await loadDecoder()(file)), pixels);
  }
});

it('any other file is left to the image library', async () => {
  const plain = await picture().png().toBuffer();
  const others = {
    transparent: await picture().ensureAlpha(0.5).png().toBuffer(),
    larger: await picture().resize(33, 32).png().toBuffer(),
    'of 16 bits': await picture().toColourspace('rgb16').png().toBuffer(),
    gray: await picture().toColourspace('b-w').png().toBuffer(),
    'with a palette': await picture().png({ palette: true }).toBuffer(),
    interlaced: await picture().png({ progressive: true }).toBuffer(),
    'with a color profile': await picture().withIccProfile('p3').png().toBuffer(),
    truncated: plain.subarray(0, plain.length - 1),
    'with bytes behind its end': Buffer.concat([plain, Buffer.of(0)]),
    damaged: Buffer.from(plain).fill(plain[60]! ^ 1, 60, 61),
    'without pixels': Buffer.concat([plain.subarray(0, 33), plain.subarray(plain.length - 12)]),
    empty: Buffer.alloc(0),
    'of another kind': Buffer.from('GIF89a'.padEnd(80)),
  };
  for (const [name, file] of Object.entries(others)) assert.equal(plainPng(file), undefined, name);
});
