import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { eigs } from 'mathjs';
import { effectiveRankOf, filterRedundancy, filterRows } from '../../src/analysis/redundancy.js';
import { singularValues } from '../../src/analysis/singular-values.js';
import { random } from '../../src/base/random.js';

const close = (actual: number, expected: number, tolerance = 1e-9) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);

function randomMatrix(rows: number, columns: number, seed: number) {
  const stream = random(seed, 'matrix');
  return { rows, columns, data: Float64Array.from({ length: rows * columns }, () => stream.normal()) };
}

describe('singular values', () => {
  it('are the square roots of the eigenvalues of the Gram matrix, as mathjs finds them', () => {
    const sides = fc.integer({ min: 1, max: 6 });
    fc.assert(
      fc.property(sides, sides, fc.integer(), (rows, columns, seed) => {
        const { data, ...size } = randomMatrix(rows, columns, seed);
        const gram = Array.from({ length: rows }, (_, a) =>
          Array.from({ length: rows }, (_, b) => {
            let sum = 0;
            for (let i = 0; i < columns; i++) sum += data[a * columns + i]! * data[b * columns + i]!;
            return sum;
          }),
        );
        const eigenvalues = (eigs(gram, { eigenvectors: false }).values as number[])
          .map((value) => Math.sqrt(Math.max(0, value)))
          .sort((a, b) => b - a);
        const found = singularValues({ ...size, data });
        assert.equal(found.length, Math.min(rows, columns));
        found.forEach((value, i) => {
          close(value, eigenvalues[i]!, 1e-6);
        });
      }),
      { numRuns: 50 },
    );
  });

  it('do not change when the matrix is transposed, and their squares sum to its squared length', () => {
    const wide = randomMatrix(5, 40, 1);
    const tall = {
      rows: 40,
      columns: 5,
      data: Float64Array.from({ length: 200 }, (_, i) => wide.data[(i % 5) * 40 + Math.floor(i / 5)]!),
    };
    const values = singularValues(wide);
    singularValues(tall).forEach((value, i) => {
      close(value, values[i]!);
    });
    const length = wide.data.reduce((sum, value) => sum + value ** 2, 0);
    close(
      values.reduce((sum, value) => sum + value ** 2, 0),
      length,
    );
  });

  it('find a rank exactly: an outer product has one value', () => {
    const data = Float64Array.of(1, 2, 2, 2, 4, 4);
    const [first, second] = singularValues({ rows: 2, columns: 3, data });
    close(first!, Math.sqrt(45));
    close(second!, 0);
  });
});

describe('redundancy of filters', () => {
  it('rows are filters: the last axis of the kernel', () => {
    const kernel = Float32Array.of(1, 2, 3, 4, 5, 6);
    assert.deepEqual([...filterRows(kernel, [1, 1, 3, 2]).data], [1, 3, 5, 2, 4, 6]);
    assert.throws(() => filterRows(kernel, [3, 3, 3, 2]), /do not have the shape/);
  });
  it('is none for orthogonal filters of equal length and total for copies', () => {
    const identity = Float32Array.from({ length: 16 }, (_, i) => Number(i % 5 === 0));
    const none = filterRedundancy(identity, [1, 1, 4, 4]);
    close(none.effectiveRank, 4);
    close(none.relativeRank, 1);
    const copies = filterRedundancy(new Float32Array(27 * 8).fill(0.5), [3, 3, 3, 8]);
    close(copies.effectiveRank, 1, 1e-6);
    close(copies.relativeRank, 1 / 8, 1e-6);
  });
  it('does not mind the scale of the weights or the sign of a filter', () => {
    const { data } = randomMatrix(9, 6, 3);
    const plain = filterRedundancy(Float32Array.from(data), [3, 3, 1, 6]);
    const scaled = filterRedundancy(
      Float32Array.from(data, (x, i) => (i % 6 === 2 ? -4 : 4) * x),
      [3, 3, 1, 6],
    );
    close(plain.effectiveRank, scaled.effectiveRank, 1e-9);
  });
  it('effective rank of known spectra', () => {
    close(effectiveRankOf([1, 1, 0]), 2);
    close(effectiveRankOf([3, 1]), Math.exp(-(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25))));
    assert.equal(effectiveRankOf([0, 0]), 0);
  });
});
