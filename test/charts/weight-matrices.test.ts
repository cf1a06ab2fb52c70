import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { weightMatrices } from '../../src/charts/index.js';
import { type LayerMatrix, layerMatrix } from '../../src/models/layer-matrix.js';

const LAYERS = ['dense', 'locallyConnected', 'convolution'] as const;

/** The squares of each matrix as [row, column, color], in reading order. */
function squares(svg: string): [row: number, column: number, color: string][][] {
  return [...svg.matchAll(/<g transform="translate[\s\S]*?<\/g><rect/g)].map(([matrix]) =>
    [...matrix.matchAll(/<path fill="([^"]+)" d="([^"]+)"/g)]
      .flatMap(([, color, path]) =>
        [...path!.matchAll(/M(\d+) (\d+)h1v1h-1z/g)].map(([, x, y]): [number, number, string] => [
          Number(y),
          Number(x),
          color!,
        ]),
      )
      .sort((a, b) => a[0] - b[0] || a[1] - b[1]),
  );
}

describe('a picture of weight matrices', () => {
  const svg = weightMatrices(LAYERS.map((layer) => layerMatrix(layer, { side: 5, seed: 1 })));
  const [dense, local, convolution] = squares(svg) as [
    ReturnType<typeof squares>[0],
    ReturnType<typeof squares>[0],
    ReturnType<typeof squares>[0],
  ];
  const places = (drawn: typeof dense) => drawn.map(([row, column]) => `${row} ${column}`);

  it('draws a square for each weight there is: everywhere, or where pixels are neighbors of the output', () => {
    assert.equal(dense.length, 25 * 25);
    const near = Array.from({ length: 25 * 25 }, (_, i) => [Math.floor(i / 25), i % 25]).filter(
      ([output, input]) =>
        Math.abs(Math.floor(output! / 5) - Math.floor(input! / 5)) <= 1 &&
        Math.abs((output! % 5) - (input! % 5)) <= 1,
    );
    assert.deepEqual(
      places(local),
      near.map(([output, input]) => `${output} ${input}`),
    );
    assert.deepEqual(places(convolution), places(local));
  });

  it('gives the squares of a convolution one color along each diagonal, and those of the others many', () => {
    const colorsByDiagonal = (drawn: typeof dense) => {
      const diagonals = new Map<number, Set<string>>();
      for (const [row, column, color] of drawn)
        diagonals.set(column - row, (diagonals.get(column - row) ?? new Set()).add(color));
      return [...diagonals.values()].map((colors) => colors.size);
    };
    assert.ok(colorsByDiagonal(convolution).every((count) => count === 1));
    assert.ok(colorsByDiagonal(local).some((count) => count > 1));
  });

  it('says of each layer how many weights it learns', () => {
    const texts = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);
    assert.deepEqual(texts, [
      ...['dense', '625 weights'],
      ...['locally connected', '169 weights'],
      ...['convolution', '9 weights'],
    ]);
  });

  it('colors by sign and size: opposite weights have opposite ends of the ramp, the largest the deepest', () => {
    const matrix: LayerMatrix = {
      layer: 'dense',
      side: 2,
      values: Float32Array.of(9, 3, 1, 0.01, -9, -3, -1, -0.01, 0, 0, 0, 0, 0, 0, 0, 0),
      weights: 16,
    };
    const [drawn] = squares(weightMatrices([matrix]));
    assert.equal(drawn!.length, 8);
    const [large, clamped, some, none, negative, , , none2] = drawn!.map(([, , color]) => color);
    assert.equal(large, clamped);
    assert.equal(none, none2);
    assert.equal(new Set([large, some, none, negative]).size, 4);
  });

  it('is a well-formed, standalone drawing with a description', () => {
    assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"[^>]*role="img"/);
    assert.match(svg, /<title>[^<]+<\/title>\n<desc>dense: 625 weights; [^<]+<\/desc>/);
    assert.doesNotMatch(svg, /script|href|NaN|undefined/);
  });
});
