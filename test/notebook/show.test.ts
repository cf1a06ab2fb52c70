import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import test from 'node:test';
import { WhyconvError } from '../../src/base/errors.js';
import { projectRoot } from '../../src/base/files.js';
import { forFrontEnd } from '../../src/charts/index.js';
import { banner, display, figure, MIME, say } from '../../src/notebook/index.js';
import { shownBy } from './fake-host.js';

test('text is shown as Markdown and as plain text', async () => {
  const [shown] = await shownBy(false, () => say('*a*'));
  assert.deepEqual(shown, { data: { [MIME.markdown]: '*a*', [MIME.plain]: '*a*' }, options: {} });
});

test('a display hands on its id', async () => {
  const [shown] = await shownBy(true, () => display({ [MIME.plain]: 'x' }, { id: 'i', update: true }));
  assert.deepEqual(shown?.options, { id: 'i', update: true });
});

test('a banner is quoted where it is not known, over all its lines', async () => {
  const [shown] = await shownBy(true, () => banner('info', 'One.\nTwo.'));
  assert.deepEqual(shown?.data, {
    [MIME.banner]: { level: 'info', text: 'One.\nTwo.' },
    [MIME.markdown]: '> **Note.** One.\n> Two.',
    [MIME.plain]: 'Note: One.\nTwo.',
  });
});

test('a figure is a picture with its description, then its caption for those who know no figures', async () => {
  const shown = await shownBy(false, () =>
    figure({ png: new Uint8Array([1, 2, 255]), caption: 'C', alt: 'A' }),
  );
  assert.deepEqual(
    shown.map(({ data }) => data),
    [
      { [MIME.png]: 'AQL/', [MIME.figure]: { caption: 'C', alt: 'A' }, [MIME.plain]: '[Figure: A]' },
      {
        [MIME.markdown]: '**Figure.** C',
        [MIME.plain]: 'Figure. C',
        [MIME.figure]: { caption: 'C', alt: 'A', captionOnly: true },
      },
    ],
  );
});

test('a chart is shown as spec and as drawing', async () => {
  const chart = {
    mark: 'point',
    data: { values: [{ x: 1 }] },
    encoding: { x: { field: 'x', type: 'quantitative' } },
  };
  const [picture] = await shownBy(true, () => figure({ chart, caption: 'C', alt: 'A' }));
  assert.deepEqual(picture?.data[MIME.vegaLite], forFrontEnd(chart));
  assert.match(String(picture?.data[MIME.svg]), /^<svg /);
});

test('a figure without picture, with two, or without words is refused', async () => {
  const words = { caption: 'C', alt: 'A' };
  for (const [options, reason] of [
    [words, /found: {4}none/],
    [{ ...words, svg: '<svg/>', png: new Uint8Array() }, /found: {4}svg and png/],
    [{ svg: '<svg/>', caption: 'C', alt: ' ' }, /no alt/],
    [{ svg: '<svg/>', caption: '', alt: 'A' }, /no caption/],
  ] as const) {
    const shown = await shownBy(true, () =>
      assert.rejects(figure(options), (error) => error instanceof WhyconvError && reason.test(error.message)),
    );
    assert.deepEqual(shown, []);
  }
});

test('in a plain Node process the text is printed', () => {
  const room = JSON.stringify(join(projectRoot, 'dist', 'src', 'notebook', 'index.js'));
  const script = `const n = require(${room}); n.say('words'); n.display({ 'text/html': 'x' }); n.progressReporter()({ task: 't', fraction: 1 });`;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  assert.deepEqual([stdout, stderr], ['words\n', 't: done in 0.0 s\n']);
});
