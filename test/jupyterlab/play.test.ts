import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { describeInLab, Lab, until } from './lab.js';

/** As large as a real one: what the server refuses or delays shows here. */
const CELL = `// Show a figure to move
import { cnn, denseBaseline, initialWeights, shapesDataset, show } from 'whyconv';
import { deflated, keyFrames, pack } from 'whyconv/dist/src/play/index.js';

const { test, classes } = shapesDataset({ train: 1, test: 3, seed: 0 });
const networks = [denseBaseline(), cnn('small', 8, 16)].map((spec, i) => ({
  key: String(i), name: spec.name, color: 'model-' + spec.name, spec, parameters: 1,
  packed: pack(spec, initialWeights(spec, 1), 'float16'),
}));
const images = { classes, pixels: deflated(test.images), labels: [...test.labels], indices: [0, 1, 2] };
const line = networks.map(({ name, color }) => ({ name, color, points: [0, 8].map((x) => ({ x, accuracy: 0.5 })) }));
const play = { kind: 'move', networks, images, measured: { zero: line, wrap: line } } as const;
await show({ play, svg: keyFrames(networks, []), caption: 'Moved.', alt: 'An image.' });`;

describeInLab('in JupyterLab', () => {
  let lab: Lab;
  before(async () => {
    lab = await Lab.start();
    await lab.write('play.ipynb', [CELL, '// Next cell\nconst next = 1;']);
  });
  after(() => lab?.close());

  it('a figure is moved under its cell; its keys are its own, and the address is not', async () => {
    const notebook = await lab.open('play.ipynb');
    const outputs = await notebook.run(0);
    assert.equal(
      outputs.find(({ output_type }) => output_type === 'error'),
      undefined,
      JSON.stringify(outputs[0]).slice(0, 500),
    );
    const { page } = notebook;
    const live = page.locator('.play-live');
    await live.scrollIntoViewIfNeeded();
    await page.locator('.play-share', { hasText: '%' }).first().waitFor();
    const address = page.url();
    await page.locator('.play-surface').focus();
    for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowDown');
    await page.getByText('3 px down').waitFor();
    await until('the announcement', async () =>
      /^Moved .*3 pixels down\. baseline: /.test((await page.locator('.play-said').textContent()) ?? ''),
    );
    assert.equal(await page.evaluate(() => document.activeElement?.className), 'play-surface');
    assert.equal(page.url(), address);
    assert.deepEqual(notebook.pageErrors, []);
    if (process.env.WHYCONV_SHOT) await page.screenshot({ path: process.env.WHYCONV_SHOT });
    await notebook.close();
  });
});
