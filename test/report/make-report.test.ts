import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { InterruptedError, UsageError, WhyconvError } from '../../src/base/errors.js';
import type { ExecuteEvent } from '../../src/report/execute/index.js';
import { type MakeReportOptions, makeReport } from '../../src/report/make-report.js';
import {
  type CodeCell,
  codeCell,
  makeNotebook,
  markdownCell,
  parseNotebook,
  serializeNotebook,
} from '../../src/report/nbformat.js';
import { refusal } from '../support/refusal.js';
import { temporaryFolder } from './kernel-helpers.js';

type Cells = Parameters<typeof makeNotebook>[0];

/** Writes notebooks named `<name>.ipynb` and gives the options to make a report of them beside their folder. */
async function project(t: TestContext, notebooks: Readonly<Record<string, Cells>>) {
  const folder = await temporaryFolder(t);
  const source = join(folder, 'notebooks');
  await mkdir(source);
  for (const [name, cells] of Object.entries(notebooks))
    await writeFile(join(source, `${name}.ipynb`), serializeNotebook(makeNotebook(cells)));
  const events: ExecuteEvent[] = [];
  const options: MakeReportOptions = {
    title: 'A title',
    subtitle: 'And what it is about.',
    profile: 'smoke',
    cellTimeout: 3600,
    out: join(folder, 'out'),
    notebooks: Object.keys(notebooks).map((name) => join(source, `${name}.ipynb`)),
    parameters: { profile: 'smoke', data: 'synthetic', seed: 3 },
    env: {},
    conclude: async () => ({
      provenance: [{ title: 'Machine', facts: [{ label: 'CPU', value: 'an abacus' }] }],
    }),
    onEvent: (event) => events.push(event),
    signal: new AbortController().signal,
  };
  return { source, options, events };
}

const h1 = (title: string) => markdownCell(`# ${title}`);
const names = async (folder: string) => (await readdir(folder)).sort();
/** The page's text without markup. */
const pageText = async (path: string) => (await readFile(path, 'utf8')).replace(/<[^>]*>/g, '');

test('when a notebook fails, the page says so, what was executed is kept, and the rest is marked as not run', async (t) => {
  const { options, events } = await project(t, {
    '01-fine': [
      h1('Fine'),
      codeCell("const profile = 'quick';\nconst data = '';\nconst seed = 0;", { tags: ['parameters'] }),
      codeCell('console.log(profile, data, seed);'),
    ],
    '02-broken': [
      h1('Broken'),
      codeCell('console.log("before");'),
      codeCell('const x = 1;\nthrow new RangeError("out of luck");'),
    ],
    '03-after': [h1('After'), codeCell('console.log("never");')],
  });
  const made = await makeReport(options);
  const { failure } = made;
  assert.ok(failure);
  assert.deepEqual(
    [failure.notebook, failure.cell.cellNumber, failure.cell.ename, failure.cell.evalue],
    ['02-broken.ipynb', 3, 'RangeError', 'out of luck'],
  );
  assert.equal(failure.cell.source, 'const x = 1;\nthrow new RangeError("out of luck");');
  assert.deepEqual(
    made.notebooks.map(({ file, state, seconds }) => [file, state, seconds === undefined]),
    [
      ['01-fine.ipynb', 'complete', false],
      ['02-broken.ipynb', 'failed', false],
      ['03-after.ipynb', 'not run', true],
    ],
  );
  assert.deepEqual(await names(options.out), ['01-fine.ipynb', '02-broken.ipynb', 'index.html']);

  const read = async (name: string) =>
    parseNotebook(await readFile(join(options.out, name), 'utf8'), name).cells as CodeCell[];
  const [, , injected, printing] = await read('01-fine.ipynb');
  assert.match(injected!.source, /const seed = 3;/);
  assert.deepEqual(printing!.outputs, [
    { output_type: 'stream', name: 'stdout', text: 'smoke synthetic 3\n' },
  ]);
  const [, before, broken] = await read('02-broken.ipynb');
  assert.equal(before!.outputs.length, 1);
  assert.ok(
    broken!.outputs.some((output) => output.output_type === 'error' && output.ename === 'RangeError'),
  );

  assert.equal(made.path, join(options.out, 'index.html'));
  assert.equal(made.bytes, (await readFile(made.path)).length);
  const text = await pageText(made.path);
  for (const word of [
    'A title',
    'And what it is about.',
    'FAILED',
    '02-broken.ipynb',
    'RangeError',
    'out of luck',
    'Fine',
    'After',
    'not run',
    'an abacus',
  ])
    assert.ok(text.includes(word), word);
  assert.deepEqual(
    events.flatMap((event) =>
      event.type === 'notebook-end' ? [`${basename(event.path)} ${event.status}`] : [],
    ),
    ['01-fine.ipynb ok', '02-broken.ipynb failed'],
  );
});

test('when a kernel cannot start, the page says so and the error is thrown', async (t) => {
  const { options } = await project(t, {
    '01-first': [h1('First'), codeCell('1;')],
    '02-second': [h1('Second'), codeCell('2;')],
  });
  await assert.rejects(
    makeReport({ ...options, env: { NODE_OPTIONS: '--no-such-option' } }),
    refusal({ what: 'kernel', found: 'no-such-option' }),
  );
  assert.deepEqual(await names(options.out), ['index.html']);
  const text = await pageText(join(options.out, 'index.html'));
  for (const word of ['FAILED', '01-first.ipynb', 'no-such-option', 'not run'])
    assert.ok(text.includes(word), word);
});

test('an interrupted report keeps its executed copies, writes no page and removes the old one', async (t) => {
  const { options } = await project(t, {
    '01-done': [h1('Done'), codeCell('console.log("done");')],
    '02-long': [h1('Long'), codeCell('await new Promise((resolve) => setTimeout(resolve, 600_000));')],
  });
  await mkdir(options.out);
  await writeFile(join(options.out, 'index.html'), 'of an earlier day');
  const controller = new AbortController();
  const onEvent = (event: ExecuteEvent) => {
    if (event.type === 'cell-start' && event.path.endsWith('02-long.ipynb'))
      setTimeout(() => controller.abort(), 50);
  };
  await assert.rejects(makeReport({ ...options, onEvent, signal: controller.signal }), InterruptedError);
  assert.deepEqual(await names(options.out), ['01-done.ipynb']);
});

test('copies of earlier executions are replaced, and other files are left alone', async (t) => {
  const { options, source } = await project(t, { '01-one': [h1('One')], '02-two': [h1('Two')] });
  await mkdir(options.out);
  const stale = serializeNotebook(makeNotebook([h1('Stale')]));
  for (const name of ['01-one.ipynb', '02-two.ipynb', 'mine.ipynb', 'notes.txt'])
    await writeFile(join(options.out, name), stale);
  await makeReport({ ...options, notebooks: [join(source, '02-two.ipynb')] });
  assert.deepEqual(await names(options.out), ['02-two.ipynb', 'index.html', 'mine.ipynb', 'notes.txt']);
  assert.match(await readFile(join(options.out, '02-two.ipynb'), 'utf8'), /# Two/);
  assert.equal(await readFile(join(options.out, 'mine.ipynb'), 'utf8'), stale);
});

test('a report is never written into the folder of the notebooks, under whatever name, nor where it cannot be', async (t) => {
  const { options, source } = await project(t, { '01-one': [h1('One')] });
  const alias = join(options.out, '..', 'alias');
  await symlink(source, alias);
  const before = await readFile(join(source, '01-one.ipynb'), 'utf8');
  for (const out of [source, alias, join(source, '..', 'notebooks')])
    await assert.rejects(makeReport({ ...options, out }), (error: unknown) => {
      assert.ok(error instanceof UsageError);
      return refusal({ what: 'replace the notebooks', where: '--out', remedy: 'another folder' })(error);
    });
  assert.deepEqual(await names(source), ['01-one.ipynb']);
  assert.equal(await readFile(join(source, '01-one.ipynb'), 'utf8'), before);

  const file = join(source, '01-one.ipynb');
  for (const out of [file, join(file, 'below')])
    await assert.rejects(makeReport({ ...options, out }), refusal({ where: out, what: /folder/ }));
});

test('a notebook that cannot be read or parsed is named before anything is executed', async (t) => {
  const { options, source, events } = await project(t, { '01-one': [h1('One'), codeCell('1;')] });
  const gone = join(source, '02-gone.ipynb');
  await assert.rejects(
    makeReport({ ...options, notebooks: [...options.notebooks, gone] }),
    refusal({ what: 'cannot be read', where: gone, found: 'ENOENT' }),
  );
  await writeFile(gone, '{');
  await assert.rejects(makeReport({ ...options, notebooks: [...options.notebooks, gone] }), WhyconvError);
  assert.deepEqual(events, []);
});

test('a notebook is given the parameters that it declares', async (t) => {
  const { options } = await project(t, {
    '01-mine': [
      h1('Mine'),
      codeCell("const profile = 'quick';", { tags: ['parameters'] }),
      codeCell('console.log(profile);'),
    ],
    '02-none': [h1('None'), codeCell('console.log("none");')],
  });
  const made = await makeReport(options);
  assert.equal(made.failure, undefined);
  const texts = made.notebooks.map(({ notebook }) =>
    JSON.stringify((notebook.cells.at(-1) as CodeCell).outputs),
  );
  assert.match(texts[0]!, /smoke/);
  assert.match(texts[1]!, /none/);
});

test('cells with a tag to skip are in the page as code, and are not executed', async (t) => {
  const { options } = await project(t, {
    '01-exercise': [
      h1('Exercise'),
      codeCell('console.log("told");'),
      codeCell('// Solution 1\nconsole.log("spoiled".toUpperCase());', { tags: ['solution'] }),
    ],
  });
  const made = await makeReport({ ...options, skipTags: ['exercise', 'solution'] });
  assert.equal(made.failure, undefined);
  const [, shown, skipped] = made.notebooks[0]!.notebook.cells as CodeCell[];
  assert.deepEqual([shown!.execution_count, shown!.outputs.length], [1, 1]);
  assert.deepEqual([skipped!.execution_count, skipped!.outputs], [null, []]);
  const text = await pageText(made.path);
  assert.ok(text.includes('Solution 1') && text.includes('toUpperCase'));
  assert.ok(!text.includes('SPOILED'));
});
