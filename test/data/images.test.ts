import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { PNG } from 'pngjs';
import { checkDataset } from '../../src/data/checks.js';
import type { Dataset } from '../../src/data/dataset.js';
import type { ImageFile } from '../../src/data/images/list-images.js';
import { requireNumber } from '../../src/data/images/requirements.js';
import { loadDataset } from '../../src/data/load.js';
import { classCounts } from '../../src/data/statistics.js';
import { refusal, temporaryFolder } from './fixtures.js';

/** The image library, loaded as the code under test loads it: an optional package may be missing, with its types. */
interface Picture {
  composite(layers: readonly object[]): Picture;
  toColourspace(space: string): Picture;
  withMetadata(options: object): Picture;
  jpeg(options?: object): Picture;
  png(): Picture;
  webp(options: object): Picture;
  toBuffer(): Promise<Buffer>;
}
const sharp = require('sharp') as (input: Uint8Array | object) => Picture;

type Color = readonly [number, number, number, number?];

/** A PNG whose pixels are those of a function; written by a library that the code under test does not use. */
function png(width: number, height: number, color: (x: number, y: number) => Color): Buffer {
  const image = new PNG({ width, height });
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [r, g, b, alpha = 255] = color(x, y);
      image.data.set([r, g, b, alpha], 4 * (y * width + x));
    }
  return PNG.sync.write(image);
}

function scene(t: TestContext) {
  const folder = temporaryFolder(t);
  const cacheDir = join(folder, 'cache');
  const root = join(folder, 'images');
  const put = (name: string, bytes: Uint8Array | string) => {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), bytes);
  };
  /** `counts[name]` images of a class, each of a shade of its own. */
  const fill = (counts: Readonly<Record<string, number>>) => {
    let shade = 0;
    for (const [name, count] of Object.entries(counts))
      for (let i = 0; i < count; i++, shade++) {
        const gray = shade % 256;
        put(
          `${name}/${i}.png`,
          png(40, 36, (x) => [gray, x, Math.floor(shade / 256)]),
        );
      }
  };
  const load = (path = root, seed?: number) =>
    loadDataset({ path, cacheDir, ...(seed !== undefined && { seed }) });
  return { folder, root, cacheDir, put, fill, load };
}

/** Images of a label, in words that do not depend on their order. */
const shades = ({ images, labels }: Dataset['train']) =>
  [...labels].map((label, i) => `${label}:${images[3072 * i]}`).sort();

test('one subfolder per class: names in order, a sixth of each class for testing, every image once', async (t) => {
  const { root, fill, load } = scene(t);
  fill({ tulip: 12, rose: 30, Daisy: 6 });
  const dataset = await load();
  assert.deepEqual(dataset.classes, ['Daisy', 'rose', 'tulip']);
  const count = (set: Dataset['train']) =>
    [0, 1, 2].map((label) => set.labels.filter((each) => each === label).length);
  assert.deepEqual(
    [count(dataset.train), count(dataset.test)],
    [
      [5, 25, 10],
      [1, 5, 2],
    ],
  );
  const expected = [
    ...Array.from({ length: 12 }, (_, i) => `2:${i}`),
    ...Array.from({ length: 30 }, (_, i) => `1:${12 + i}`),
    ...Array.from({ length: 6 }, (_, i) => `0:${42 + i}`),
  ];
  assert.deepEqual([...shades(dataset.train), ...shades(dataset.test)].sort(), expected.sort());
  assert.deepEqual([dataset.name, dataset.official, dataset.source], ['images', false, root]);
  assert.equal(dataset.note, undefined);
});

test('every class has an image to test and one to train, however small it is', async (t) => {
  const perClass = ({ labels }: Dataset['train'], classes: number) => classCounts(labels, classes);
  const uneven = scene(t);
  uneven.fill({ a: 100, b: 100, c: 100, rare: 2 });
  const { train, test: held } = await uneven.load();
  assert.deepEqual(perClass(held, 4), [17, 17, 16, 1]);
  assert.deepEqual(perClass(train, 4), [83, 83, 84, 1]);
  const least = scene(t);
  least.fill({ a: 2, b: 2 });
  const smallest = await least.load();
  assert.deepEqual(
    [perClass(smallest.train, 2), perClass(smallest.test, 2)],
    [
      [1, 1],
      [1, 1],
    ],
  );
});

test('the test images depend on the seed alone', async (t) => {
  const { cacheDir, fill, load, root } = scene(t);
  fill({ a: 60, b: 60 });
  const first = await load(root, 1);
  rmSync(cacheDir, { recursive: true });
  const again = await load(root, 1);
  assert.deepEqual(again, first);
  const other = await load(root, 2);
  assert.notDeepEqual(shades(other.test), shades(first.test));
  assert.notEqual(other.fingerprint, first.fingerprint);
});

test('images of any size and kind become 32 x 32: the middle of a wide one, upright, RGB on white', async (t) => {
  const { put, load } = scene(t);
  const wide = png(96, 32, (x) => (x < 32 ? [255, 0, 0] : x < 64 ? [0, 200, 0] : [0, 0, 255]));
  const clear = png(5, 5, () => [10, 20, 30, 0]);
  const red = { r: 255, g: 0, b: 0 };
  const turned = await sharp({ create: { width: 64, height: 64, channels: 3, background: red } })
    .composite([
      {
        input: { create: { width: 64, height: 32, channels: 3, background: { r: 0, g: 0, b: 255 } } },
        top: 0,
        left: 0,
      },
    ])
    .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
    .withMetadata({ orientation: 3 })
    .toBuffer();
  const gray = await sharp(png(300, 300, () => [77, 77, 77]))
    .toColourspace('b-w')
    .webp({ lossless: true })
    .toBuffer();
  const cmyk = await sharp(png(50, 50, () => [255, 255, 255]))
    .toColourspace('cmyk')
    .jpeg()
    .toBuffer();
  const deep = await sharp(png(50, 50, () => [64, 128, 192]))
    .toColourspace('rgb16')
    .png()
    .toBuffer();
  for (const [name, bytes] of Object.entries({ wide, clear, turned, gray, cmyk, deep })) {
    const ending = { turned: 'JPG', gray: 'webp', cmyk: 'jpeg' }[name] ?? 'png';
    // Twice, so that one is left for training whatever is held out.
    for (const copy of [1, 2]) put(`${name}/${copy}.${ending}`, bytes);
  }
  const { classes, train } = await load();
  const pixel = (name: string, x: number, y: number) => {
    const at = 3072 * train.labels.indexOf(classes.indexOf(name)) + 3 * (32 * y + x);
    return [...train.images.subarray(at, at + 3)];
  };
  const near = (found: number[], expected: number[], within: number) =>
    assert.ok(
      found.every((value, i) => Math.abs(value - expected[i]!) <= within),
      `${found} is not ${expected}`,
    );
  for (const x of [0, 16, 31]) assert.deepEqual(pixel('wide', x, 16), [0, 200, 0]);
  assert.deepEqual(pixel('clear', 3, 3), [255, 255, 255]);
  // The blue upper half is the lower one once the camera's orientation is applied.
  near(pixel('turned', 16, 4), [255, 0, 0], 3);
  near(pixel('turned', 16, 28), [0, 0, 255], 3);
  assert.deepEqual(pixel('gray', 16, 16), [77, 77, 77]);
  near(pixel('cmyk', 16, 16), [255, 255, 255], 3);
  near(pixel('deep', 16, 16), [64, 128, 192], 1);
});

test('broken files are left out, counted and named, and other files are not looked at', async (t) => {
  const { put, fill, load } = scene(t);
  fill({ a: 12, b: 12 });
  put(
    'a/cut.jpg',
    (
      await sharp(png(90, 90, (x, y) => [x, y, 9]))
        .jpeg()
        .toBuffer()
    ).subarray(0, 400),
  );
  put('b/page.png', '<html>not found</html>');
  put('b/empty.webp', '');
  for (const name of ['a/.hidden.png', 'a/Thumbs.db', 'notes.txt', '__MACOSX/a/1.png', '.git/x/1.png'])
    put(name, 'x');
  const dataset = await load();
  assert.equal(dataset.train.count + dataset.test.count, 24);
  assert.match(dataset.note ?? '', /^3 image files could not be read and were left out: /);
  for (const name of ['cut.jpg', 'page.png', 'empty.webp']) assert.ok(dataset.note?.includes(name), name);
  assert.equal((await load()).note, dataset.note);
});

test('folders train and test around the classes are kept apart, and one folder around everything is looked into', async (t) => {
  const { root, fill, load, folder } = scene(t);
  fill({ 'train/a': 8, 'train/b': 7, 'val/a': 3, 'val/b': 2 });
  const split = await load();
  assert.deepEqual([split.train.count, split.test.count, split.classes], [15, 5, ['a', 'b']]);
  const wrapped = join(folder, 'wrapped');
  mkdirSync(wrapped);
  renameSync(root, join(wrapped, 'flower_photos'));
  const inner = await load(wrapped);
  assert.deepEqual([inner.train.count, inner.test.count], [15, 5]);
  assert.equal(inner.fingerprint, split.fingerprint);
});

test('hidden folders are not looked into, at any depth: Jupyter keeps copies there', async (t) => {
  const { root, put, fill, load } = scene(t);
  fill({ rose: 6, tulip: 6 });
  for (const hidden of ['rose/.ipynb_checkpoints', 'rose/more/.thumbs/deep', 'tulip/__MACOSX'])
    for (const i of [0, 1, 2]) put(`${hidden}/${i}.png`, readFileSync(join(root, 'rose', `${i}.png`)));
  put('.hidden/1.png', 'x');
  const { classes, train, test: held, note } = await load();
  assert.deepEqual([classes, train.count + held.count, note], [['rose', 'tulip'], 12, undefined]);
});

test('links to class folders and images are followed, each folder once and never back to where they are', async (t) => {
  const { root, folder, fill, load } = scene(t);
  fill({ rose: 6, tulip: 6, '../elsewhere/lilies/deep': 6 });
  const link = (to: string, at: string) => symlinkSync(to, join(root, at));
  link(join(folder, 'elsewhere', 'lilies'), 'lily');
  link(join(root, 'rose', '0.png'), 'tulip/linked.png');
  for (const [to, at] of [
    ['.', 'rose/itself'],
    ['..', 'rose/up'],
    ['.', 'all'],
    ['..', 'above'],
    ['nowhere', 'lost'],
    [root, 'lily/back'],
    ['deep', 'lily/again'],
  ] as const)
    link(to, at);
  const { classes, train, test: held, note } = await load();
  assert.deepEqual([classes, train.count + held.count], [['lily', 'rose', 'tulip'], 19]);
  assert.equal(note, undefined);
});

test('what was decoded is kept until a file changes, and read from its folder', async (t) => {
  const { root, cacheDir, fill, put, load } = scene(t);
  fill({ a: 8, b: 8 });
  const tasks: string[] = [];
  const watched = () => {
    tasks.length = 0;
    return loadDataset({ path: root, cacheDir, onProgress: ({ task }) => tasks.push(task) });
  };
  const first = await watched();
  assert.ok(tasks.includes('read images'));
  assert.deepEqual(await watched(), first);
  assert.equal(tasks.length, 0, 'nothing is decoded twice');
  assert.ok(first.folder?.startsWith(cacheDir));
  assert.deepEqual(await load(first.folder), first);
  assert.deepEqual(readdirSync(cacheDir), [`images-${first.fingerprint.slice(0, 16)}`]);
  utimesSync(join(root, 'a', '0.png'), 1e9, 1e9);
  assert.equal((await watched()).fingerprint, first.fingerprint);
  assert.ok(tasks.includes('read images'));
  copyFileSync(join(root, 'a', '1.png'), join(root, 'a', '0.png'));
  put(
    'b/new.png',
    png(9, 9, () => [1, 2, 3]),
  );
  assert.notEqual((await watched()).fingerprint, first.fingerprint);
  writeFileSync(join(first.folder!, 'train.bin'), 'damaged');
  await assert.rejects(load(first.folder), refusal('does not hold CIFAR-10'));
});

test('two folders of the same images share what was decoded, each under its own name', async (t) => {
  const { root, folder, cacheDir, fill, put } = scene(t);
  fill({ 'train/a': 4, 'train/b': 4, 'test/a': 2, 'test/b': 2 });
  const copy = join(folder, 'copy');
  cpSync(root, copy, { recursive: true });
  put('train/a/broken.png', 'x');
  let decoded = 0;
  const onProgress = ({ task }: { readonly task: string }) => {
    if (task === 'read images') decoded++;
  };
  const load = (path: string, seed: number) => loadDataset({ path, cacheDir, seed, onProgress });
  const origins = [
    [root, 0],
    [copy, 0],
    // The seed chooses no test images where the folder has its own.
    [root, 1],
  ] as const;
  const first = [];
  for (const [path, seed] of origins) first.push(await load(path, seed));
  assert.ok(decoded > 0);
  decoded = 0;
  for (const [i, [path, seed]] of origins.entries()) assert.deepEqual(await load(path, seed), first[i]);
  assert.equal(decoded, 0, 'nothing is decoded again');
  assert.deepEqual(
    first.map(({ source, note }) => [source, note !== undefined]),
    [
      [root, true],
      [copy, false],
      [root, true],
    ],
  );
  assert.equal(readdirSync(cacheDir).length, 1);
});

test('one class, eleven classes, classes with too few images and unknown test classes are refused', async (t) => {
  const few = scene(t);
  few.fill({ only: 5 });
  await assert.rejects(few.load(), refusal('only one class', 'only', 'into a subfolder'));
  few.put('other/1.png', 'broken');
  few.put(
    'other/2.png',
    png(8, 8, () => [0, 0, 0]),
  );
  await assert.rejects(
    few.load(),
    refusal('too few images', 'other: 1', '1 files could not be read', '1.png'),
  );
  const many = scene(t);
  many.fill(Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`class-${i}`, 2])));
  await assert.rejects(many.load(), refusal('too many classes', '11: class-0', '2 to 10', '10 outputs'));
  const unknown = scene(t);
  unknown.fill({ 'train/a': 3, 'train/b': 3, 'test/a': 1, 'test/c': 1 });
  await assert.rejects(unknown.load(), refusal('classes that the training set lacks', 'found:    c'));
});

test('more images than a file of records holds are refused before they are decoded', () => {
  const files = (count: number) => new Array<ImageFile>(count);
  const most = 698_823;
  requireNumber('/flowers', { files: files(most), test: files(most) });
  requireNumber('/flowers', { files: files(Math.floor((most * 6) / 5)) });
  for (const [listing, which] of [
    [{ files: files(most + 1), test: [] }, 'for training'],
    [{ files: [], test: files(most + 1) }, 'for testing'],
    [{ files: files(839_000) }, 'for training'],
  ] as const)
    assert.throws(() => requireNumber('/flowers', listing), refusal('too many images', which, '698,823'));
});

test('images without class folders are refused with what is expected', async (t) => {
  const { put, load } = scene(t);
  put(
    '1.png',
    png(8, 8, () => [0, 0, 0]),
  );
  await assert.rejects(load(), refusal('does not hold CIFAR-10', '1.png', 'one subfolder per class'));
});

test('the checks fit own images: any balance passes, an absent class and duplicates do not', async (t) => {
  const { fill, put, load } = scene(t);
  fill({ a: 50, b: 7, c: 4 });
  const failed = (dataset: Dataset) =>
    checkDataset(dataset)
      .filter(({ passed }) => !passed)
      .map(({ name }) => name);
  put(
    'a/bright.png',
    png(32, 32, () => [255, 255, 255]),
  );
  put(
    'a/dark.png',
    png(32, 32, () => [0, 0, 0]),
  );
  put(
    'a/bright2.png',
    png(32, 32, (x) => [255, 255, 255 - x]),
  );
  put(
    'a/dark2.png',
    png(32, 32, (x) => [0, x, x]),
  );
  assert.deepEqual(
    failed(await load()).filter((name) => !name.endsWith('values')),
    [],
  );
  for (const copy of [1, 2, 3, 4, 5, 6])
    put(
      `c/same-${copy}.png`,
      png(8, 8, () => [9, 9, 9]),
    );
  assert.ok(failed(await load()).includes('within train'));
});

test('the command loads, describes and checks a folder of images', async (t) => {
  const { root, cacheDir, fill, put } = scene(t);
  fill({ cat: 20, dog: 20 });
  put('cat/broken.png', 'x');
  for (const name of ['cat', 'dog'])
    for (let i = 0; i < 12; i++)
      put(
        `${name}/wide-${i}.png`,
        png(60, 32, (x, y) => [(x * 7 + i) % 256, (y * 8) % 256, name === 'cat' ? 0 : 255]),
      );
  const main = require.resolve('../../src/cli/main.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'data', '--data', root, '--check'], {
    encoding: 'utf8',
    env: { ...process.env, WHYCONV_DATA_DIR: cacheDir },
  });
  assert.equal(status, 0, stderr + stdout);
  assert.match(stdout, /official +no: own images, not CIFAR-10/);
  assert.match(stdout, /classes +cat, dog\n/);
  assert.match(stdout, /images +53 train, 11 test/);
  assert.match(stdout, /note +1 image file could not be read and was left out: cat\/broken\.png/);
  assert.match(stdout, /^pass {2}train balance +cat \d+, dog \d+/m);
  assert.ok(existsSync(cacheDir));
});

test('a failed check of own images says what to change in them, not to get another copy', async (t) => {
  const { root, cacheDir, fill } = scene(t);
  fill({ 'train/cat': 3, 'train/dog': 3, 'test/cat': 2 });
  const main = require.resolve('../../src/cli/main.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'data', '--data', root, '--check'], {
    encoding: 'utf8',
    env: { ...process.env, WHYCONV_DATA_DIR: cacheDir },
  });
  assert.equal(status, 1);
  assert.match(stdout, /FAIL {2}test balance +cat 2, dog 0/);
  assert.match(stderr, /add images where a class lacks them/);
  assert.doesNotMatch(stderr, /another copy/);
});

test('without the image library the error names the package and how to install it', async (t) => {
  const { root, cacheDir, fill } = scene(t);
  fill({ cat: 2, dog: 2 });
  const script = `
    const { _load } = require('node:module');
    require('node:module')._load = function (name, ...rest) {
      if (name === 'sharp') throw new Error("Cannot find module 'sharp'");
      return _load.call(this, name, ...rest);
    };
    process.argv.splice(1, 0, 'main.js');
    require(${JSON.stringify(require.resolve('../../src/cli/main.js'))});`;
  const { status, stderr } = spawnSync(process.execPath, ['-e', script, 'data', '--data', root], {
    encoding: 'utf8',
    env: { ...process.env, WHYCONV_DATA_DIR: cacheDir },
  });
  assert.equal(status, 1);
  assert.match(stderr, /reading images needs the package sharp[\s\S]*npm ci --include=optional/);
  assert.doesNotMatch(stderr, /\n +at /);
});
