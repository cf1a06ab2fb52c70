import assert from 'node:assert/strict';
import { it } from 'node:test';
import { readmeChart, readmeResults, withResults } from '../../src/views/readme.js';

const figures = { testAccuracy: 0.624, validationAccuracy: 0.63, seconds: 31.4, seeds: 1 };
const results = {
  models: [
    {
      model: 'small' as const,
      here: figures,
      recorded: { ...figures, seeds: 3 },
      published: { testAccuracy: 0.6092, validationAccuracy: 0.6078 },
    },
    { model: 'extra_big' as const, here: null, recorded: null, published: null },
  ],
  claims: [
    { id: 'C4', verdict: 'indicated', recorded: 'supported' },
    { id: 'C15', verdict: 'no records', recorded: null },
  ],
};

it('the README’s results begin with the answer, and its tables show each figure by its source, and a dash for what is not there', () => {
  const text = readmeResults(results);
  assert.match(
    readmeResults({ ...results, answer: ['**Why?** Because.'] }),
    /^\*\*Why\?\*\* Because\.\n\n\*\*Test/,
  );
  assert.match(text, /^\*\*Test accuracy/);
  assert.match(text, /^\| small \| 14,450 \| 60\.9 % \| 62\.4 % \(3 seeds\) \| 62\.4 % \|$/m);
  assert.match(text, /^\| extra_big \| 589,514 \| – \| – \| – \|$/m);
  assert.match(text, /^\| claim \| statement \| recorded \| in this run \|$/m);
  assert.match(text, /^\| C4 \| Even `small` beats the dense baseline.* \| supported \| indicated \|$/m);
  assert.match(text, /^\| C15 \| .* \| – \| no records \|$/m);
  const without = readmeResults({
    ...results,
    models: results.models.map((row) => ({ ...row, recorded: null })),
    claims: [{ id: 'C4', verdict: 'indicated' }],
  });
  assert.match(without, /^\| claim \| statement \| in this run \|$/m);
  assert.doesNotMatch(without, /recorded/);
});

it('the README’s picture has one mark per figure', () => {
  const { values } = readmeChart(results).data as { values: { source: string }[] };
  assert.deepEqual(
    values.map(({ source }) => source),
    ['published', 'recorded', 'here'],
  );
});

it('results replace what stood between the marks, as often as they are written', () => {
  const readme = 'before\n<!-- results: made by `npm run readme` -->\nold\n<!-- end of results -->\nafter\n';
  const once = withResults(readme, 'new');
  assert.match(once, /^before\n<!--.*-->\n\nnew\n\n<!-- end of results -->\nafter\n$/);
  assert.equal(withResults(once, 'new'), once);
  assert.throws(() => withResults('no marks', 'new'), /lacks/);
});
