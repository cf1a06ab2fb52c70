import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { derivation } from '../../src/charts/index.js';
import { architectureFacts } from '../../src/study/index.js';

describe('the facts about the architectures', () => {
  for (const { id, value, formula, published, decimals } of architectureFacts()) {
    it(`${id}: the formula gives what the architectures have`, () => {
      assert.equal(derivation(formula, value).value, value);
    });
    if (published === null) continue;
    it(`${id}: the value is the published one, to the published decimals`, () => {
      const unit = 10 ** -decimals;
      assert.equal(Math.round(value / unit), Math.round(published / unit));
    });
  }
  it('a flatten head adds 1.03 million parameters to big, not the published 1.05 million: the pooled head has its own', () => {
    assert.equal(architectureFacts().find(({ id }) => id === 'flatten-head')?.value, 1_032_192);
  });
});
