import assert from 'node:assert/strict';
import test from 'node:test';
import { chartTheme, drawChart } from '../../src/charts/index.js';

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
const svgOf = async (chart: Record<string, unknown>, config = {}) => (await drawChart(chart, { config })).svg;
const widthOf = (svg: string) => Number(/ width="([\d.]+)"/.exec(svg)?.[1]);

test('a chart is drawn with one mark per datum', async () => {
  const svg = await svgOf(bars);
  assert.match(svg, /^<svg [\s\S]*<\/svg>$/);
  assert.equal(svg.match(/aria-roledescription="bar"/g)?.length, 2);
});

test("the given config applies where the chart's own says nothing", async () => {
  const config = { bar: { color: '#123456' } };
  assert.match(await svgOf(bars, config), /fill="#123456"/);
  const svg = await svgOf({ ...bars, config: { bar: { color: '#654321' } } }, config);
  assert.match(svg, /fill="#654321"/);
  assert.doesNotMatch(svg, /#123456/);
});

test("a chart as wide as its container gets a definite width, as there isn't one", async () => {
  const width = widthOf(await svgOf({ ...bars, width: 'container' }));
  assert.ok(width > 640 && width < 800, `${width}`);
});

test('the compiled program draws the same chart again', async () => {
  const { svg, program } = await drawChart(bars, { config: chartTheme('light') });
  const vega = await import('vega');
  const view = new vega.View(vega.parse(program as never), { renderer: 'none' });
  try {
    assert.equal(await view.toSVG(), svg);
  } finally {
    view.finalize();
  }
});

test('drawing changes neither the chart nor the config', async () => {
  const config = { bar: { color: 'red' } };
  const before = JSON.stringify([bars, config]);
  await svgOf(bars, config);
  assert.equal(JSON.stringify([bars, config]), before);
});

test('a chart whose data is elsewhere is refused with its address', async () => {
  for (const url of ['data.json', '/etc/passwd', 'https://evil.example/a.json'])
    await assert.rejects(svgOf({ ...bars, data: { url } }), (error: Error) =>
      error.message.includes(`may not load data: ${url}`),
    );
});
