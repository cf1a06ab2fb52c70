import assert from 'node:assert/strict';
import test from 'node:test';
import { renderSvg } from '../../src/notebook/index.js';

const bars = {
  mark: 'bar',
  data: {
    values: [
      { name: 'a', y: 1 },
      { name: 'b', y: 3 },
    ],
  },
  encoding: { x: { field: 'name', type: 'nominal' }, y: { field: 'y', type: 'quantitative' } },
};
const sizeOf = (svg: string) => Number(/ width="([\d.]+)"/.exec(svg)?.[1]);

test('a chart is drawn with a mark for each datum', async () => {
  const svg = await renderSvg(bars);
  assert.match(svg, /^<svg [\s\S]*<\/svg>$/);
  assert.equal(svg.match(/aria-roledescription="bar"/g)?.length, 2);
});

test("the theme is used where the spec's own config says nothing", async () => {
  const theme = { bar: { color: '#123456' } };
  assert.match(await renderSvg(bars, theme), /fill="#123456"/);
  const own = { ...bars, config: { bar: { color: '#654321' } } };
  const svg = await renderSvg(own, theme);
  assert.match(svg, /fill="#654321"/);
  assert.doesNotMatch(svg, /#123456/);
});

test('as wide as its container means a definite width where there is none', async () => {
  const wide = sizeOf(await renderSvg({ ...bars, width: 'container' }));
  assert.ok(wide > 640 && wide < 800, `${wide}`);
});

test('a spec is not changed, and a chart never loads data', async () => {
  const before = JSON.stringify(bars);
  await renderSvg(bars, { bar: { color: 'red' } });
  assert.equal(JSON.stringify(bars), before);
  const away = { ...bars, data: { url: 'data.json' } };
  await assert.rejects(renderSvg(away), /must be inline, not at data.json/);
});
