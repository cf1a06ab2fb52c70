import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { PNG } from 'pngjs';
import { featureMapGrid, filterGrid, imageGrid, picturesOf, reachGrid } from '../../src/charts/index.js';

function decode(png: Uint8Array) {
  const { width, height, data } = PNG.sync.read(Buffer.from(png));
  return {
    width,
    height,
    at: (x: number, y: number) => [...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4)],
  };
}

describe('an image grid', () => {
  it('puts every pixel of every picture where it belongs, gaps transparent', () => {
    const sizes = fc.record({
      count: fc.integer({ min: 1, max: 7 }),
      side: fc.integer({ min: 1, max: 4 }),
      columns: fc.integer({ min: 1, max: 5 }),
      scale: fc.integer({ min: 1, max: 3 }),
      gap: fc.integer({ min: 0, max: 3 }),
    });
    fc.assert(
      fc.property(sizes, ({ count, side, columns, scale, gap }) => {
        const images = Uint8Array.from({ length: count * side * side * 3 }, (_, i) => (i * 37) % 256);
        const { width, height, at } = decode(imageGrid(picturesOf(images, side), { columns, scale, gap }));
        const across = Math.min(columns, count);
        const step = side * scale + gap;
        assert.deepEqual([width, height], [across * step - gap, Math.ceil(count / across) * step - gap]);
        for (let x = 0; x < width; x++) {
          for (let y = 0; y < height; y++) {
            const n = Math.floor(y / step) * across + Math.floor(x / step);
            const [inX, inY] = [Math.floor((x % step) / scale), Math.floor((y % step) / scale)];
            const from = ((n * side + inY) * side + inX) * 3;
            const inside = inX < side && inY < side && n < count;
            assert.deepEqual(at(x, y), inside ? [...images.subarray(from, from + 3), 255] : [0, 0, 0, 0]);
          }
        }
      }),
      { numRuns: 30 },
    );
  });
  it('picks images by index', () => {
    const images = Uint8Array.of(1, 1, 1, 2, 2, 2, 3, 3, 3);
    assert.deepEqual(
      picturesOf(images, 1, [2, 0]).map(({ pixels }) => [...pixels]),
      [
        [3, 3, 3],
        [1, 1, 1],
      ],
    );
  });
  it('needs at least one picture, equal sizes and a whole scale', () => {
    const picture = { pixels: new Uint8Array(12), width: 2, height: 2 };
    assert.throws(() => imageGrid([]), /at least one/);
    assert.throws(() => imageGrid([picture, { ...picture, width: 1 }]), /picture 1/);
    assert.throws(() => imageGrid([picture], { scale: 0.5 }), RangeError);
    assert.throws(() => imageGrid([{ ...picture, width: 3 }]), /12 bytes/);
  });
});

describe('pictures of weights and features', () => {
  it('show a weight of 0 as mid-gray and the largest weight of a filter as full color', () => {
    // Two 1x1 filters over R, G, B: (2, 0, -2) and (0, 0.5, 0).
    const kernel = Float32Array.of(2, 0, /**/ 0, 0.5, /**/ -2, 0);
    const { at, width } = decode(filterGrid(kernel, [1, 1, 3, 2], { scale: 1, gap: 0 }));
    assert.equal(width, 2);
    assert.deepEqual(at(0, 0), [255, 128, 0, 255]);
    assert.deepEqual(at(1, 0), [128, 255, 128, 255]);
    assert.throws(() => filterGrid(kernel, [3, 3, 3, 2]), RangeError);
  });
  it('show filters over other than three channels as gray', () => {
    const { at } = decode(filterGrid(Float32Array.of(1, 2, -6), [1, 1, 3, 1], { scale: 1 }));
    assert.deepEqual(at(0, 0), [149, 170, 0, 255]);
    const [r, g, b] = decode(filterGrid(Float32Array.of(1, 3), [1, 1, 2, 1], { scale: 1 })).at(0, 0);
    assert.deepEqual([r, g, b], [255, 255, 255]);
  });
  it('scale each feature map by its own maximum, and show a silent map as black', () => {
    const maps = Float32Array.of(0, 0, /**/ 4, 0);
    const { at } = decode(featureMapGrid(maps, [1, 2, 2], { scale: 1, gap: 0 }));
    assert.deepEqual(
      [at(0, 0), at(1, 0), at(2, 0), at(3, 0)].map(([gray]) => gray),
      [0, 255, 0, 0],
    );
  });
  it('show receptive fields as bright as the square root of the gradient', () => {
    const { at, width } = decode(
      reachGrid([Float32Array.of(0, 4, 1, 0), new Float32Array(4)], 2, { scale: 1, gap: 0 }),
    );
    assert.equal(width, 4);
    assert.deepEqual(
      [at(0, 0), at(1, 0), at(0, 1), at(2, 0)].map(([gray]) => gray),
      [0, 255, 128, 0],
    );
    assert.throws(() => reachGrid([new Float32Array(3)], 2), /3 values of picture 0/);
  });
});
