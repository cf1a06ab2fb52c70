import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { byBlock } from '../../src/analysis/index.js';
import { MODELS } from '../../src/models/index.js';
import { madeRecord } from '../support/records.js';

const run = (label: string, model: 'baseline' | 'small', block: number | null | undefined, test: number) => ({
  label,
  record: madeRecord({
    model: MODELS[model],
    test,
    ...(block !== undefined && { transform: { kind: 'permutePixels', blockSize: block } }),
  }),
});

describe('runs by the blocks their pixels were permuted in', () => {
  it('go from images as they are to the whole image, by what was trained and not by label', () => {
    const found = byBlock([
      run('whole', 'small', null, 0.3),
      run('eight', 'small', 8, 0.4),
      run('plain', 'baseline', undefined, 0.45),
      run('two', 'small', 2, 0.5),
      run('none', 'small', undefined, 0.6),
    ]);
    assert.deepEqual(
      found.map(({ model, block, result }) => [model, block, result.testAccuracy.mean]),
      [
        ['small', 1, 0.6],
        ['small', 2, 0.5],
        ['small', 8, 0.4],
        ['small', 32, 0.3],
        ['baseline', 1, 0.45],
      ],
    );
  });
});
