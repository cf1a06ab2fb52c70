import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { startEngine } from '../../src/engine/index.js';
import { initialWeights, MODELS, type ModelName, weightShapes } from '../../src/models/index.js';
import { RunStore } from '../../src/runs/index.js';
import { occluded, probabilityLost } from '../../src/serve/occlusion.js';
import { TestBrowser } from '../report/fixtures/browser.js';
import { madeRecord } from '../support/records.js';
import { pngOf, type Running, running, someImages } from './running.js';

const browser = new TestBrowser();
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
let folder: string;
let server: Running;
const ends: (() => Promise<void>)[] = [];
const { WHYCONV_RUNS } = process.env;

/** Networks to stand beside the served one: `baseline` and `small`, as runs of this machine. */
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whyconv-serve-page-'));
  process.env.WHYCONV_RUNS = folder;
  await startEngine();
  for (const name of ['baseline', 'small'] satisfies ModelName[]) {
    const model = MODELS[name];
    const values = initialWeights(model, 0);
    const weights = Object.fromEntries(weightShapes(model).map((shape, i) => [shape.name, values[i]!]));
    await new RunStore(folder).put({ record: madeRecord({ model }), weights });
  }
  const big = { model: MODELS.big, weights: initialWeights(MODELS.big, 0), key: null, source: 'test' };
  server = await running({ after: (end) => ends.push(end) }, { network: async () => big });
});
after(async () => {
  await browser.close();
  for (const end of ends) await end();
  if (WHYCONV_RUNS === undefined) delete process.env.WHYCONV_RUNS;
  else process.env.WHYCONV_RUNS = WHYCONV_RUNS;
  await rm(folder, { recursive: true, force: true });
});

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  });
}

/** Columns of a table's body. */
const rows = (page: Page, table: string): Promise<string[][]> =>
  page
    .locator(`#${table} tbody tr`)
    .evaluateAll((found) =>
      found.map((row) => [...row.children].map((cell) => (cell.textContent ?? '').trim())),
    );

async function assertAnswered(page: Page): Promise<void> {
  await page.locator('#result:not([hidden])').waitFor();
  assert.match(await page.locator('#answer').innerText(), /^big says: [a-z]+ \(\d+\.\d %\)$/);
  const bars = await rows(page, 'bars');
  assert.equal(bars.length, 5);
  const shares = bars.map(([, share]) => Number.parseFloat(share!));
  assert.deepEqual(
    shares,
    [...shares].sort((a, b) => b - a),
  );
  const beside = await rows(page, 'beside');
  assert.deepEqual(
    beside.map(([name]) => name),
    ['big', 'baseline', 'small'],
  );
  assert.deepEqual(
    beside.map(([, parameters]) => parameters),
    ['157,226', '1,707,274', '14,450'],
  );
}

describe('the page', () => {
  for (const scheme of ['light', 'dark'] as const) {
    it(`works by keyboard alone, is accessible, and asks no other host (${scheme})`, async (t) => {
      const opened = await browser.visit(t, `${server.url}/`, { scheme });
      if (!opened) return;
      const { page, misdeeds } = opened;
      await page.locator('#ten button').nth(9).waitFor();
      assert.deepEqual(await violations(page), []);
      const reached: string[] = [];
      while (reached.at(-1) !== 'frog' && reached.length < 20) {
        await page.keyboard.press('Tab');
        reached.push(
          await page.evaluate(
            () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.id ?? '',
          ),
        );
      }
      assert.deepEqual(reached.slice(0, 2), ['file', 'camera']);
      await page.keyboard.press('Enter');
      await assertAnswered(page);
      assert.equal(
        await page.evaluate(() => document.activeElement?.id),
        'answer',
        'the answer has the focus',
      );
      assert.match((await page.locator('#heat').getAttribute('aria-label'))!, /^Where it looked: /);
      assert.deepEqual(await violations(page), []);
      assert.deepEqual(
        misdeeds.requests.filter((url) => !url.startsWith(server.url) && !url.startsWith('blob:')),
        [],
      );
      assert.deepEqual([misdeeds.refused, misdeeds.noise], [[], []]);
      if (process.env.SHOT) await page.screenshot({ path: `/tmp/serve-${scheme}.png`, fullPage: true });
    });
  }

  it('takes a file that is chosen, dropped or pasted, and says what is wrong with one', async (t) => {
    const opened = await browser.visit(t, `${server.url}/`, { width: 390 });
    if (!opened) return;
    const { page } = opened;
    const picture = { name: 'a.png', mimeType: 'image/png', buffer: pngOf(someImages(1)) };
    await page.locator('#file').setInputFiles(picture);
    await assertAnswered(page);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'fits a phone');
    for (const kind of ['drop', 'paste']) {
      await page.evaluate(() => {
        document.getElementById('result')!.hidden = true;
      });
      await page.evaluate(
        ([type, bytes]) => {
          const files = new DataTransfer();
          files.items.add(new File([Uint8Array.from(bytes as number[])], 'a.png', { type: 'image/png' }));
          const event =
            type === 'drop'
              ? new DragEvent('drop', { dataTransfer: files, bubbles: true, cancelable: true })
              : new ClipboardEvent('paste', { clipboardData: files, bubbles: true });
          document.getElementById('drop')!.dispatchEvent(event);
        },
        [kind, [...picture.buffer]] as const,
      );
      await assertAnswered(page);
    }
    await page
      .locator('#file')
      .setInputFiles({ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('no') });
    await page.locator('#problem:not(:empty)').waitFor();
    assert.match(await page.locator('#problem').innerText(), /cannot be read as an image/);
    assert.ok(await page.locator('#result').isHidden());
  });
});

describe('occlusion', () => {
  it('covers one square of 8 x 8 at each of 49 positions', () => {
    const images = occluded(new Float32Array(3072).fill(1));
    assert.equal(images.length, 49 * 3072);
    const counts = new Float32Array(1024);
    for (let position = 0; position < 49; position++) {
      const gray = images.subarray(position * 3072, (position + 1) * 3072).filter((value) => value === 0.5);
      assert.equal(gray.length, 3 * 64);
    }
    for (let i = 0; i < images.length; i += 3) if (images[i] === 0.5) counts[Math.floor(i / 3) % 1024]! += 1;
    assert.equal(Math.min(...counts), 1, 'every pixel is covered');
    assert.equal(images[8 * 3072 + (4 * 32 + 4) * 3], 0.5, 'the ninth is one step down and one to the right');
  });

  it('is what the class loses', () => {
    const covered = Float32Array.of(0.1, 0.9, 0.75, 0.25);
    assert.deepEqual(
      probabilityLost(0.75, covered, { classes: 2, of: 0 }).map((value) => Number(value.toFixed(3))),
      [0.65, 0],
    );
  });
});
