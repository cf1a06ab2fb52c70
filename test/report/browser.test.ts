import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { renderReport } from '../../src/report/page/index.js';
import { readThrough, TestBrowser, violations } from './fixtures/browser.js';
import { failedReport, sampleReport } from './fixtures/report.js';

const browser = new TestBrowser();
let html = '';
let failed = '';
before(async () => {
  html = await renderReport(sampleReport());
  failed = await renderReport(failedReport());
});
after(() => browser.close());

const CHARTS = 5;
const clean = { requests: [], refused: [], noise: [] };

for (const width of [1280, 768, 390]) {
  for (const scheme of ['light', 'dark'] as const) {
    test(`at ${width} px, ${scheme}, the page logs nothing, requests nothing, does not scroll sideways, and is accessible`, {
      timeout: 60_000,
    }, async (t) => {
      const opened = await browser.open(t, { html, width, scheme });
      if (!opened) return;
      const { page, misdeeds } = opened;
      await readThrough(page);
      await page.waitForFunction(
        (count) => document.querySelectorAll('[data-state="live"]').length >= count,
        CHARTS,
      );
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
      assert.deepEqual(await violations(page), []);
      assert.deepEqual(misdeeds, clean);
    });
  }
}

test('the page of a failed report is accessible, with all folds open', { timeout: 60_000 }, async (t) => {
  const opened = await browser.open(t, { html: failed, scheme: 'dark' });
  if (!opened) return;
  const { page, misdeeds } = opened;
  await page.evaluate(() => {
    for (const fold of document.querySelectorAll('details')) fold.open = true;
  });
  assert.ok(await page.getByRole('alert').getByText('FAILED').isVisible());
  assert.deepEqual(await violations(page), []);
  assert.deepEqual(misdeeds, clean);
});

test('charts become interactive without moving anything', { timeout: 60_000 }, async (t) => {
  for (const width of [1280, 390]) {
    const still = await browser.open(t, { html, width, javaScript: false });
    const live = await browser.open(t, { html, width });
    if (!still || !live) return;
    await readThrough(live.page);
    await live.page.waitForFunction(
      (count) => document.querySelectorAll('[data-state="live"]').length >= count,
      CHARTS,
    );
    const layout = (page: Page) =>
      page.evaluate(() => ({
        charts: [...document.querySelectorAll('.chart-image')].map((chart) => {
          const { width, height } = chart.getBoundingClientRect();
          return { width, height };
        }),
        height: document.querySelector('.chapter:last-child')!.getBoundingClientRect().top + scrollY,
        viewBoxes: [...document.querySelectorAll('.chart-view')]
          .filter((view) => view.getClientRects().length > 0)
          .map((view) => view.querySelector('svg')!.getAttribute('viewBox')),
      }));
    const [before, now] = [await layout(still.page), await layout(live.page)];
    assert.deepEqual(now.charts, before.charts);
    assert.equal(before.charts.length, CHARTS);
    // the same layout, not just the same box: text is measured alike at build time and in the page
    assert.deepEqual(now.viewBoxes, before.viewBoxes);
    const toolbar =
      width > 1000 ? 0 : await live.page.evaluate(() => document.querySelector('.sidebar')!.clientHeight);
    const stillToolbar = await still.page.evaluate(() => document.querySelector('.sidebar')!.clientHeight);
    assert.equal(
      Math.round(now.height - toolbar),
      Math.round(before.height - (width > 1000 ? 0 : stillToolbar)),
    );
  }
});

test('charts show tooltips on hover and zoom by wheel', { timeout: 60_000 }, async (t) => {
  const opened = await browser.open(t, { html });
  if (!opened) return;
  const { page, misdeeds } = opened;
  const chart = page.locator('#figure-4 .chart-view:visible');
  await chart.scrollIntoViewIfNeeded();
  await chart.and(page.locator('[data-state="live"]')).waitFor();
  await chart.locator('.mark-rect path').last().hover();
  const tooltip = page.locator('#vg-tooltip-element.visible');
  await tooltip.waitFor();
  assert.match(
    (await tooltip.allInnerTexts()).join(),
    /Test accuracy\s+80%\s+model\s+extra_big\s+source\s+published/,
  );

  const scatter = page.locator('#figure-5 .chart-view:visible');
  await scatter.scrollIntoViewIfNeeded();
  await scatter.and(page.locator('[data-state="live"]')).waitFor();
  const labels = async () => (await scatter.locator('text').allInnerTexts()).join(' ');
  const start = await labels();
  await scatter.locator('svg').hover();
  await page.mouse.wheel(0, -400);
  await page.waitForFunction(
    (old) =>
      [...document.querySelectorAll('#figure-5 .chart-wide text')]
        .map((text) => text.textContent)
        .join(' ') !== old,
    start,
  );
  assert.notEqual(await labels(), start);
  assert.deepEqual(misdeeds, clean);
});

test('without scripts, the page has all drawings, math and folds, and no buttons that do nothing', {
  timeout: 60_000,
}, async (t) => {
  const opened = await browser.open(t, { html, width: 390, javaScript: false });
  if (!opened) return;
  const { page } = opened;
  for (let figure = 3; figure <= 7; figure++) {
    const svg = page.locator(`#figure-${figure} svg:visible`);
    assert.equal(await svg.count(), 1);
    const box = await svg.boundingBox();
    assert.ok(box && box.width > 200 && box.height > 100, JSON.stringify(box));
  }
  assert.ok((await page.locator('math:visible').count()) >= 5);
  assert.equal(await page.getByRole('button').count(), 0);
  await page.locator('summary', { hasText: 'Contents' }).click();
  assert.ok(await page.locator('.folded-toc a', { hasText: 'Learning curves' }).isVisible());
});

test('the theme follows the system until the reader chooses one, which is remembered', {
  timeout: 60_000,
}, async (t) => {
  const opened = await browser.open(t, { html, scheme: 'dark' });
  if (!opened) return;
  const { page } = opened;
  const look = () =>
    page.evaluate(() => ({
      paper: getComputedStyle(document.body).backgroundColor,
      axis: getComputedStyle(document.querySelector('#figure-3 svg text')!).fill,
    }));
  const dark = { paper: 'rgb(21, 24, 28)', axis: 'rgb(163, 171, 181)' };
  const light = { paper: 'rgb(254, 254, 254)', axis: 'rgb(87, 96, 106)' };
  assert.deepEqual(await look(), dark);
  await page.getByRole('button', { name: 'Light or dark' }).click();
  assert.deepEqual(await look(), light);
  await page.reload();
  assert.deepEqual(await look(), light);
  await page.getByRole('button', { name: 'Light or dark' }).click();
  assert.deepEqual(await look(), dark);
});

test('one button shows all code and hides it again', { timeout: 60_000 }, async (t) => {
  const opened = await browser.open(t, { html });
  if (!opened) return;
  const { page } = opened;
  const button = page.getByRole('button', { name: 'Show all code' });
  const visible = () => page.locator('details.code pre:visible').count();
  assert.equal(await visible(), 0);
  await button.click();
  assert.equal(await visible(), await page.locator('details.code').count());
  assert.equal(await button.getAttribute('aria-pressed'), 'true');
  await button.click();
  assert.equal(await visible(), 0);
});

test('the contents mark the section being read and link to the headings', { timeout: 60_000 }, async (t) => {
  const opened = await browser.open(t, { html });
  if (!opened) return;
  const { page } = opened;
  const link = page.locator('.sidebar-toc a', { hasText: 'Learning curves' });
  await link.click();
  await page.waitForFunction(() => {
    const top = document.getElementById('nb-05-filter-sweep--learning-curves')!.getBoundingClientRect().top;
    return top > -5 && top < 300;
  });
  await page.locator('.sidebar-toc a[aria-current="true"]', { hasText: 'Learning curves' }).waitFor();
  await page.keyboard.press('Home');
  await page.locator('.sidebar-toc a[aria-current="true"]', { hasText: 'The dataset' }).waitFor();
});

test('the first Tab reaches the skip link, which leads past the contents', { timeout: 60_000 }, async (t) => {
  const opened = await browser.open(t, { html });
  if (!opened) return;
  const { page } = opened;
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Skip to content');
  assert.ok(await page.evaluate(() => document.activeElement!.getBoundingClientRect().top >= 0));
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'content');
});

test('printed, the page is light and has every figure, no sidebar and no buttons', {
  timeout: 60_000,
}, async (t) => {
  const opened = await browser.open(t, { html, scheme: 'dark' });
  if (!opened) return;
  const { page } = opened;
  await page.getByRole('button', { name: 'Light or dark' }).click();
  await page.getByRole('button', { name: 'Light or dark' }).click(); // dark by choice, not by system only
  await page.emulateMedia({ media: 'print' });
  assert.equal(
    await page.evaluate(() => getComputedStyle(document.body).backgroundColor),
    'rgb(254, 254, 254)',
  );
  assert.equal(await page.locator('.sidebar:visible, .folded-toc:visible, button:visible').count(), 0);
  assert.equal(await page.locator('figure svg:visible, figure img:visible').count(), 7);
  const pdf = await page.pdf();
  assert.equal(pdf.subarray(0, 5).toString('latin1'), '%PDF-');
});

test('a chart can be saved as CSV, SVG and PNG, by keyboard, in the colors of the page', {
  timeout: 60_000,
}, async (t) => {
  const opened = await browser.open(t, { html, scheme: 'dark' });
  if (!opened) return;
  const { page, misdeeds } = opened;
  await page.locator('#figure-4 summary', { hasText: 'Data, 10 rows' }).click();
  assert.match(
    (await page.locator('#figure-4 .figure-data tbody').allInnerTexts()).join(),
    /baseline\s+measured\s+0\.472/,
  );
  await page.locator('#figure-4 .chart-view[data-state="live"]:visible').waitFor();
  const save = async (format: string) => {
    await page.locator('#figure-4 .menu summary').focus();
    await page.keyboard.press('Enter');
    const button = page.locator('#figure-4 .menu').getByRole('button', { name: format });
    while (!(await button.evaluate((element) => element === document.activeElement)))
      await page.keyboard.press('Tab');
    const started = page.waitForEvent('download');
    await page.keyboard.press('Enter');
    const download = await started;
    assert.equal(download.suggestedFilename(), `figure-4.${format.toLowerCase()}`);
    assert.equal(await page.locator('details.menu[open]').count(), 0);
    const chunks: Buffer[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  };

  const lines = (await save('CSV')).toString().split('\r\n');
  assert.deepEqual(lines.slice(0, 3), [
    'model,source,accuracy',
    'baseline,measured,0.472',
    'baseline,published,0.3993',
  ]);
  assert.equal(lines.length, 12);

  const svg = (await save('SVG')).toString();
  assert.match(svg, /^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  assert.match(svg, /<rect width="100%" height="100%" fill="rgb\(21, 24, 28\)"/);
  assert.match(svg, /fill="rgb\(163, 171, 181\)"[^>]*>Test accuracy</);
  assert.doesNotMatch(svg, /var\(/);

  const { width, height, data } = PNG.sync.read(await save('PNG'));
  assert.ok(width > 2000 && height > 500, `${width} x ${height}`);
  assert.deepEqual([...data.subarray(0, 4)], [21, 24, 28, 255]);
  assert.ok(
    data.some((value, i) => i % 4 === 0 && value === 0xf0),
    'bars of the second category',
  );
  assert.deepEqual(misdeeds, clean);
});

test('an open menu closes on Escape, with the focus back on it, and on a click elsewhere', {
  timeout: 60_000,
}, async (t) => {
  const opened = await browser.open(t, { html });
  if (!opened) return;
  const { page } = opened;
  const open = page.locator('details.menu[open]');
  const summary = page.locator('#figure-4 .menu summary');
  await summary.click();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Escape');
  assert.equal(await open.count(), 0);
  assert.ok(await summary.evaluate((element) => element === document.activeElement));
  await summary.click();
  assert.equal(await open.count(), 1);
  await page.locator('#figure-4 figcaption').click();
  assert.equal(await open.count(), 0);
});

test('a mention shows what it refers to on hover and on focus, until Escape', {
  timeout: 60_000,
}, async (t) => {
  const opened = await browser.open(t, { html });
  if (!opened) return;
  const { page, misdeeds } = opened;
  const preview = page.locator('.preview');
  const mention = (text: string) => page.locator('.prose a.reference', { hasText: text }).last();

  await mention('Figure 4').hover();
  await preview.waitFor();
  assert.match(await preview.innerText(), /Figure 4\. Measured beside published/);
  assert.ok(await preview.locator('svg').isVisible());
  const box = (await preview.boundingBox())!;
  assert.ok(
    box.x >= 0 && box.y >= 0 && box.x + box.width <= 1280 && box.y + box.height <= 900,
    JSON.stringify(box),
  );
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 5 });
  await page.waitForTimeout(400);
  assert.equal(await preview.count(), 1, 'it can be hovered');
  await page.mouse.move(5, 5);
  await preview.waitFor({ state: 'detached' });

  await mention('C7').focus();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Tab');
  assert.equal(await mention('C7').getAttribute('aria-describedby'), await preview.getAttribute('id'));
  assert.match(
    await preview.innerText(),
    /C7\s+statement\s+The dense baseline is the best there is\.\s+verdict\s+refuted/,
  );
  assert.deepEqual(await violations(page), []);
  await page.keyboard.press('Escape');
  assert.equal(await preview.count(), 0);
  assert.equal(await mention('C7').getAttribute('aria-describedby'), null);
  await page.keyboard.press('Enter');
  assert.match(page.url(), /#term-c7$/);
  assert.deepEqual(misdeeds, clean);
});

test('a preview repeats no id of the page', { timeout: 60_000 }, async (t) => {
  const opened = await browser.open(t, { html });
  if (!opened) return;
  const { page } = opened;
  for (const link of await page.locator('a.reference').all()) {
    await link.hover();
    await page.locator('.preview').waitFor();
    const repeated = await page.evaluate(() => {
      const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
      return ids.filter((id, i) => ids.indexOf(id) !== i);
    });
    assert.deepEqual(repeated, []);
    await page.keyboard.press('Escape');
  }
});

test('a table that is too wide scrolls, by keyboard too, as a region with the name of the table', {
  timeout: 60_000,
}, async (t) => {
  const opened = await browser.open(t, { html, width: 390 });
  if (!opened) return;
  const { page } = opened;
  const region = page.getByRole('region', { name: 'Table 1.' });
  await region.focus();
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction(() => document.querySelector('#table-1 .table-wrap')!.scrollLeft > 0);
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.waitForFunction(() => !document.querySelector('#table-1 [role=region]'));
});

/** What axe finds. The page's policy lets no script in but its own, so axe is injected by the driver. */
