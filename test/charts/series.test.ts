import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { MODEL_COLORS, paletteEntries } from '../../src/charts/index.js';
import { layerColor, modelOrder, modelScales } from '../../src/charts/series.js';
import { MODEL_NAMES } from '../../src/models/architectures.js';

const rows = (...names: string[]) => names.map((model) => ({ model }));

it("models are in the study's order, followed by variants in the order of appearance", () => {
  assert.deepEqual(modelOrder(rows('mine', 'big', 'baseline', 'big', 'a twin', 'extra_big')), [
    'baseline',
    'big',
    'extra_big',
    'mine',
    'a twin',
  ]);
});

it('up to eight models, six of them variants, differ in color and in shape, each taken alone', () => {
  const variants = ['a', 'b', 'c', 'd', 'e', 'f'];
  const shown = fc
    .tuple(fc.subarray([...MODEL_NAMES]), fc.subarray(variants))
    .filter(([known, others]) => known.length + others.length <= 8);
  fc.assert(
    fc.property(shown, ([known, others]) => {
      const { domain, color, shape } = modelScales(rows(...others, ...known));
      assert.equal(domain.length, known.length + others.length);
      assert.equal(new Set(color.range).size, domain.length);
      assert.equal(new Set(shape.range).size, domain.length);
    }),
  );
});

it('a model of the study has the same color and shape whatever else a chart shows', () => {
  const look = (names: string[]) => {
    const { domain, color, shape } = modelScales(rows(...names));
    const at = domain.indexOf('big');
    return [color.range[at], shape.range[at]];
  };
  const alone = look(['big']);
  assert.equal(alone[0], MODEL_COLORS.big);
  for (const others of [['small'], ['other', 'small', 'baseline'], [...MODEL_NAMES]]) {
    assert.deepEqual(look([...others, 'big']), alone);
  }
});

it('every color of a model is one of the palette, so that a dark page can replace it', () => {
  const palette = new Set(paletteEntries('light').map(([, color]) => color));
  const { color } = modelScales(rows(...MODEL_NAMES, ...'abcdefghij'));
  for (const each of color.range) assert.ok(palette.has(each), each);
});

it('layers differ in color, however many there are, and get darker with depth', () => {
  const luminance = (hex: string) =>
    [0.2126, 0.7152, 0.0722].reduce(
      (sum, weight, i) => sum + weight * (Number.parseInt(hex.slice(1 + 2 * i, 3 + 2 * i), 16) / 255) ** 2.2,
      0,
    );
  for (const count of [1, 2, 7, 11, 30]) {
    const layers = Array.from({ length: count }, (_, i) => ({ layer: `layer ${i}` }));
    const { range } = layerColor(layers).scale;
    for (const [i, color] of range.entries()) {
      assert.match(color, /^#[0-9a-f]{6}$/);
      if (i > 0) assert.ok(luminance(color) < luminance(range[i - 1]!), `${count} layers, number ${i}`);
    }
  }
});
