import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { MIME, type TableInfo } from '../../src/notebook/mime.js';
import { makeNotebook, markdownCell } from '../../src/report/nbformat.js';
import { renderReport } from '../../src/report/page/index.js';
import { ATTACKS } from './fixtures/attacks.js';
import { readThrough, TestBrowser } from './fixtures/browser.js';
import { display, figure, ran, sampleReport, stream } from './fixtures/report.js';

const browser = new TestBrowser();
after(() => browser.close());

/** Every attack through every kind of output and text of a notebook. */
async function hostilePage(): Promise<string> {
  const cells = ATTACKS.flatMap((attack) => [
    markdownCell(`${attack}\n\n[link](${attack}) and \`${attack}\` and $\\text{${attack}}$\n\n## ${attack}`),
    ran(attack, [
      stream(attack),
      stream(attack, 'stderr'),
      display({ [MIME.html]: attack }),
      display({
        [MIME.svg]: attack.startsWith('<svg') ? attack : `<svg width="9" height="9">${attack}</svg>`,
      }),
      display({ [MIME.markdown]: attack }),
      display({ [MIME.plain]: attack }),
      display({ [MIME.table]: hostileTable(attack) }),
      display({ 'application/json': { [attack]: attack } }),
      display({ [MIME.png]: attack }),
      { output_type: 'error', ename: attack, evalue: attack, traceback: [attack] },
    ]),
  ]);
  const links = [
    '[a](javascript:window.pwned=1)',
    '[a](data:text/html,<script>window.pwned=1</script>)',
    '<javascript:window.pwned=1>',
    '![a](javascript:window.pwned=1)',
    '![a](https://evil.example/a.png)',
    '![a](//evil.example/a.png)',
    '[ref]: javascript:window.pwned=1\n\n[ref]',
  ].map((source) => markdownCell(source));
  const charts = ATTACKS.slice(0, 6).map((attack) =>
    ran('chart', [figure({ [MIME.vegaLite]: hostileChart(attack) }, attack, attack)]),
  );
  const notebook = makeNotebook([markdownCell('# Hostile'), ...links, ...charts, ...cells]);
  return renderReport(
    sampleReport({
      banners: [{ level: 'warning', text: ATTACKS.join('\n\n') }],
      notebooks: [{ file: '01-x.ipynb', notebook, seconds: 1 }],
    }),
  );
}

function hostileTable(attack: string): TableInfo {
  const columns = [attack, 'term'].map((name) => ({ name, group: attack, align: 'left' }) as const);
  const rows = [[attack, attack]];
  return { caption: attack, label: attack, columns, rows, defines: [attack] };
}

function hostileChart(attack: string): object {
  const script = '</script><script>window.pwned=1</script>';
  return {
    title: attack,
    description: script,
    data: {
      values: [
        {
          x: 1,
          y: attack,
          t: attack,
          link: 'javascript:window.pwned=1',
          image: 'https://evil.example/p.png',
          title: script,
        },
      ],
    },
    transform: [{ calculate: 'datum.y + datum.x', as: 'z' }],
    width: 300,
    mark: { type: 'bar', tooltip: { content: 'data' } },
    encoding: {
      x: { field: 'x', type: 'quantitative', title: script },
      y: { field: 'y', type: 'nominal' },
      href: { field: 'link' },
      color: { field: 't', type: 'nominal' },
    },
  };
}

for (const javaScript of [true, false]) {
  test(`nothing in a notebook runs or loads anything in the page (scripts ${javaScript ? 'on' : 'off'})`, {
    timeout: 120_000,
  }, async (t) => {
    const opened = await browser.open(t, { html: await hostilePage(), javaScript });
    if (!opened) return;
    const { page, misdeeds } = opened;
    await readThrough(page);
    const charts = page.locator('.chart-view:visible');
    assert.ok((await charts.count()) >= 6);
    if (javaScript) {
      await page.waitForFunction(() => document.querySelectorAll('[data-state="live"]').length >= 6);
      for (const chart of (await charts.all()).slice(0, 3)) {
        const bar = chart.locator('.mark-rect path').first();
        await bar.scrollIntoViewIfNeeded();
        await bar.hover();
        await page.locator('#vg-tooltip-element.visible').waitFor();
        await bar.click();
      }
      const links = await page
        .locator('main a[href]')
        .evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).protocol));
      assert.deepEqual(
        [...new Set(links)].filter((protocol) => !['http:', 'https:', 'mailto:', 'file:'].includes(protocol)),
        [],
      );
    }
    assert.equal(await page.evaluate(() => (globalThis as { pwned?: unknown }).pwned), undefined);
    assert.equal(await page.locator('main').count(), 1);
    assert.ok(await page.locator('#provenance').isVisible());
    assert.deepEqual(misdeeds, { requests: [], refused: [], noise: [] });
  });
}

test('the policy alone holds: scripts and requests that got into the page are refused', {
  timeout: 60_000,
}, async (t) => {
  const honest = await renderReport(sampleReport());
  const injected =
    '<script>window.pwned=1</script><img src=x onerror="window.pwned=1"><img src="https://evil.example/a.png">' +
    '<iframe src="https://evil.example/"></iframe><link rel="stylesheet" href="https://evil.example/a.css">';
  const opened = await browser.open(t, { html: honest.replace('<h1>', `${injected}<h1>`) });
  if (!opened) return;
  const { page, misdeeds } = opened;
  await readThrough(page);
  // a string as code, run by the page and not by the driver, whom the policy does not bind
  await page.evaluate(() => void setTimeout('window.pwned = 2' as unknown as () => void, 0));
  await page.waitForTimeout(100);
  assert.equal(await page.evaluate(() => (globalThis as { pwned?: unknown }).pwned), undefined);
  assert.ok(misdeeds.noise.length >= 4, misdeeds.noise.join('\n'));
  assert.deepEqual(misdeeds.requests, []);
  const outside = misdeeds.refused.filter((address) => !address.startsWith('file:'));
  assert.deepEqual(outside.sort(), ['https://evil.example/a.css', 'https://evil.example/a.png']);
});
