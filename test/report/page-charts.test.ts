import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHART_PALETTE, chartTheme, MODEL_COLORS, paletteEntries } from '../../src/charts/index.js';
import { readAssets } from '../../src/report/page/assets.js';
import { themeable } from '../../src/report/page/chart-colors.js';
import {
  chartTables,
  NARROW_WIDTH,
  narrowSpec,
  WIDE_WIDTH,
  wideSpec,
} from '../../src/report/page/chart-spec.js';
import { slimSvg } from '../../src/report/page/chart-svg.js';
import { Charts } from '../../src/report/page/charts.js';
import { bars, curves, facets, heatmap, scatter } from './fixtures/charts.js';

const UNIT = {
  mark: 'bar',
  data: { values: [{ x: 1 }] },
  encoding: { x: { field: 'x', type: 'quantitative' } },
};

/** WCAG 2.2 contrast of two "#rrggbb" colors. */
function contrast(a: string, b: string): number {
  const luminance = (hex: string) => {
    const [r, g, blue] = [1, 3, 5].map((at) => {
      const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * blue!;
  };
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high! + 0.05) / (low! + 0.05);
}

test('every mark color stands out from the page (3:1) and every text color is readable (4.5:1), in both modes', () => {
  for (const mode of ['light', 'dark'] as const) {
    const { paper, ink, muted, categories, models } = CHART_PALETTE[mode];
    for (const color of [...categories, ...Object.values(models)]) {
      assert.ok(contrast(color, paper) >= 3, `${mode} ${color}: ${contrast(color, paper)}`);
    }
    for (const color of [ink, muted]) assert.ok(contrast(color, paper) >= 4.5, `${mode} ${color}`);
  }
  assert.ok(Math.abs(contrast('#000000', '#ffffff') - 21) < 1e-9);
});

test('no two light colors are equal, so that each has one dark counterpart', () => {
  const [light, dark] = [paletteEntries('light'), paletteEntries('dark')];
  assert.equal(new Set(light.map(([, color]) => color)).size, light.length);
  assert.deepEqual(
    light.map(([name]) => name),
    dark.map(([name]) => name),
  );
  assert.equal(chartTheme('dark').title?.color, CHART_PALETTE.dark.ink);
});

test('palette colors become custom properties everywhere except in the data', () => {
  const ink = CHART_PALETTE.light.ink;
  assert.deepEqual(
    themeable({
      a: ink.toUpperCase(),
      b: [`cond ? '${ink}' : '#123456'`],
      data: [{ values: [{ c: ink }] }],
      n: 1,
    }),
    {
      a: 'var(--chart-ink)',
      b: ["cond ? 'var(--chart-ink)' : '#123456'"],
      data: [{ values: [{ c: ink }] }],
      n: 1,
    },
  );
});

test('a single plot fills the column of the page, and of a phone, whatever width it was given', () => {
  for (const width of [200, 5000, 'container']) {
    assert.equal(wideSpec({ ...UNIT, width }).width, WIDE_WIDTH);
    assert.equal(narrowSpec({ ...UNIT, width })?.width, NARROW_WIDTH);
  }
  for (const own of [{}, { width: { step: 20 } }, { width: 200, encoding: { row: { field: 'x' } } }])
    assert.deepEqual(wideSpec({ ...UNIT, ...own }), { ...UNIT, ...own });
  const long = 'one two three four five six seven eight nine ten eleven';
  assert.deepEqual(narrowSpec({ ...UNIT, title: { text: long, subtitle: 'short' } })?.title, {
    text: ['one two three four five six seven eight nine', 'ten eleven'],
    subtitle: 'short',
  });
});

test('plots next to each other are stacked for a phone; grids from data are not', () => {
  const wide = { ...UNIT, width: 500 };
  const stacked = narrowSpec({ hconcat: [wide, UNIT] });
  assert.deepEqual(stacked, {
    vconcat: [
      { ...UNIT, width: 280 },
      { ...UNIT, width: 280 },
    ],
  });
  assert.equal(narrowSpec({ facet: { field: 'x' }, columns: 3, spec: wide })?.columns, 1);
  assert.equal(narrowSpec({ facet: { row: { field: 'x' } }, spec: wide }), undefined);
  assert.equal(narrowSpec({ ...UNIT, encoding: { column: { field: 'x' } } }), undefined);
});

test('the data of a chart is found wherever it is, once', () => {
  const values = [{ a: 1 }, { a: 2, b: 'x' }];
  const tables = chartTables({
    data: { values },
    layer: [{ data: { values } }, { data: { values: [3] } }],
    datasets: { d: [{ c: 1 }] },
  });
  assert.deepEqual(
    tables.map((table) => [table.columns, table.rows.length]),
    [
      [['a', 'b'], 2],
      [['value'], 1],
      [['c'], 1],
    ],
  );
});

test('charts are drawn with unique ids, themeable colors and nothing from outside', async () => {
  const charts = new Charts();
  const drawn = [];
  for (const spec of [curves(), bars(), scatter(), heatmap(), facets(), curves()])
    drawn.push(await charts.render(spec, 'A "label"'));
  const html = drawn.map((chart) => chart.html).join('');
  const svgs = [...html.matchAll(/<svg [\s\S]*?<\/svg>/g)].map(([svg]) => svg).join('');
  const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  assert.equal(new Set(ids).size, ids.length);
  for (const [, id] of svgs.matchAll(/url\(#([^)]+)\)/g)) assert.ok(ids.includes(id), id);
  assert.doesNotMatch(
    svgs.replaceAll('http://www.w3.org/2000/svg', ''),
    /https?:|href|aria-|onclick|<script|NaN|undefined/,
  );
  assert.doesNotMatch(svgs, new RegExp(Object.values(MODEL_COLORS).join('|'), 'i'));
  assert.match(svgs, /var\(--chart-model-extra_big\)/);
  assert.match(html, /role="img" aria-label="A &quot;label&quot;"/);
  assert.ok(charts.sharedBlock().length < 30_000);
  assert.equal(drawn[0]!.tables[0]!.rows.length, 100);
});

test('the marks of a drawing are where the data put them', async () => {
  const { html } = await new Charts().render(
    {
      ...UNIT,
      data: {
        values: [
          { x: 25, y: 'a' },
          { x: 100, y: 'b' },
        ],
      },
      width: 200,
      encoding: { x: { field: 'x', type: 'quantitative' }, y: { field: 'y', type: 'nominal' } },
    },
    'bars',
  );
  const bars = [
    ...html
      .split('</svg>')[0]!
      .matchAll(/<path d="M0,[\d.]+h([\d.]+)v[^"]*" fill="var\(--chart-category-1\)"/g),
  ];
  const [short, long] = bars.map(([, length]) => Number(length));
  assert.ok(Math.abs(long! - 4 * short!) < 0.1, `${short} and ${long}`);
});

test('a chart that loads anything, or is not a chart, is refused with a reason', async () => {
  const charts = new Charts();
  await assert.rejects(
    charts.render({ ...UNIT, data: { url: 'https://evil.example/a.json' } }, ''),
    /may not load data: https:\/\/evil/,
  );
  await assert.rejects(charts.render({ ...UNIT, data: { url: '/etc/passwd' } }, ''), /may not load data/);
  await assert.rejects(charts.render({ mark: 'nonsense' }, ''), /./);
  await assert.rejects(charts.render({ whatever: true }, ''), /./);
  await assert.rejects(charts.render('text', ''), /a Vega-Lite spec is an object/);
  assert.equal(charts.count, 0);
});

test('links and pictures of marks lead nowhere', async () => {
  const spec = {
    data: { values: [{ l: 'javascript:alert(1)', u: 'https://evil.example/a.png' }] },
    layer: [
      { mark: 'point', encoding: { href: { field: 'l' } } },
      { mark: { type: 'image', width: 9, height: 9 }, encoding: { url: { field: 'u' } } },
      { mark: { type: 'text', text: '<script>alert(1)</script>' } },
    ],
  };
  const html = (await new Charts().render(spec, '').catch(() => ({ html: '' }))).html.replace(
    /<script type[\s\S]*?<\/script>/g,
    '',
  );
  assert.doesNotMatch(html, /href|evil|<script/);
});

test('an SVG with elements that Vega does not draw is refused', () => {
  const svg = (inner: string) =>
    `<svg class="marks" width="10" height="10" viewBox="0 0 10 10">${inner}</svg>`;
  assert.throws(() => slimSvg(svg('<script>1</script>'), 's'), /may not contain/);
  assert.throws(() => slimSvg(svg('<foreignObject/>'), 's'), /may not contain/);
  assert.throws(() => slimSvg('<svg/>', 's'), /no size/);
  assert.equal(
    slimSvg(svg('<path id="a" role="x" d="M1.23456,2e-16" clip-path="url(#b)"/>'), 's').svg,
    '<svg xmlns="http://www.w3.org/2000/svg" class="marks" width="10" height="10" viewBox="0 0 10 10"><path id="s-a" d="M1.23,0" clip-path="url(#s-b)"/></svg>',
  );
});

test('the scripts of a page are classic scripts that fit in one, those for charts only where there are charts', async () => {
  const [without, withCharts] = [
    await readAssets({ charts: false, plays: false }),
    await readAssets({ charts: true, plays: false }),
  ];
  assert.deepEqual(withCharts.scripts[0], without.scripts[0]);
  assert.deepEqual([without.scripts.length, withCharts.scripts.length], [1, 2]);
  for (const script of [withCharts.boot, ...withCharts.scripts]) {
    assert.doesNotThrow(() => new Function(script));
  }
  assert.ok(without.scripts.join('').length < 20_000);
  assert.ok(withCharts.scripts.join('').length < 650_000);
  assert.ok(withCharts.scripts[1]!.includes('BSD-3-Clause'), 'the licenses of what is bundled');
});

test('the style sheet has every color of the palette, for light and dark', async () => {
  const { style } = await readAssets({ charts: false, plays: false });
  for (const mode of ['light', 'dark'] as const)
    for (const [name, color] of paletteEntries(mode))
      assert.match(style, new RegExp(`--chart-${name}: light-dark\\([^)]*${color}`), `${mode} ${name}`);
});
