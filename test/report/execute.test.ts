import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { InterruptedError } from '../../src/base/errors.js';
import { projectRoot } from '../../src/base/files.js';
import { fromFrontEnd } from '../../src/charts/index.js';
import { MIME } from '../../src/notebook/mime.js';
import { type ExecuteEvent, executeNotebook } from '../../src/report/execute/index.js';
import {
  type CodeCell,
  codeCell,
  makeNotebook,
  markdownCell,
  type Notebook,
  serializeNotebook,
} from '../../src/report/nbformat.js';
import { temporaryFolder } from './kernel-helpers.js';

/** A folder where cells can `import ... from 'whyconv'`: the room "notebook" alone, as compiled. */
async function notebookFolder(t: TestContext): Promise<string> {
  const folder = await temporaryFolder(t);
  const home = join(folder, 'node_modules', 'whyconv');
  const room = JSON.stringify(join(projectRoot, 'dist', 'src', 'notebook', 'index.js'));
  await mkdir(home, { recursive: true });
  await writeFile(join(home, 'package.json'), '{"name":"whyconv","main":"index.js","types":"index.d.ts"}');
  await writeFile(join(home, 'index.js'), `module.exports = require(${room});`);
  await writeFile(join(home, 'index.d.ts'), `export * from ${room};`);
  return folder;
}

const outputsAt = (notebook: Notebook, index: number) => (notebook.cells[index] as CodeCell).outputs;
const textAt = (notebook: Notebook, index: number) =>
  outputsAt(notebook, index)
    .map((output) => (output.output_type === 'stream' ? output.text : `<${output.output_type}>`))
    .join('');
const dataAt = (notebook: Notebook, index: number) =>
  outputsAt(notebook, index).map((output) =>
    output.output_type === 'display_data' ? output.data : output.output_type,
  );

test('a whole notebook: parameters, tags, displays, figures, progress, times', async (t) => {
  const folder = await notebookFolder(t);
  const chart = {
    mark: 'bar',
    data: { values: [{ x: 1, y: 2 }] },
    encoding: { x: { field: 'x' }, y: { field: 'y' } },
  };
  const notebook = makeNotebook([
    markdownCell('# Title'),
    codeCell("const profile: string = 'quick';\nlet seed = 0;", { tags: ['parameters'] }),
    codeCell('console.log(profile, seed, process.cwd());'),
    codeCell('console.log("never");', { tags: ['skip-execution'] }),
    codeCell('throw new Error("expected");', { tags: ['raises-exception'] }),
    codeCell('const fine = 1;', { tags: ['raises-exception'] }),
    codeCell(
      "import { banner, display, figure, progressReporter, say, table } from 'whyconv';\nsay('**bold**');",
    ),
    codeCell("display({ 'text/plain': 'old', 'text/html': '<i>old</i>' }, { id: 'd' });"),
    codeCell("display({ 'text/plain': 'new' }, { id: 'd', update: true });\nconsole.log('10 %\\r20 %');"),
    codeCell(
      `// a chart\nfor (let i = 0; i < 5000; i++) console.log(i);\nawait figure({ chart: ${JSON.stringify(chart)}, caption: 'Cap.', alt: 'Alt.' });`,
    ),
    codeCell(
      "const tell = progressReporter(); tell({ task: 'work', fraction: 0.5, detail: 'half' }); tell({ task: 'work', fraction: 1 });",
    ),
    codeCell("table([{ model: 'a|b', n: 1 }]); banner('warning', 'Careful.');"),
    codeCell('   '),
  ]);
  const events: ExecuteEvent[] = [];
  const executed = await executeNotebook(notebook, {
    path: join(folder, 'notes.ipynb'),
    parameters: { profile: 'smoke', seed: 7 },
    onEvent: (event) => events.push(event),
  });
  const result = executed.notebook;
  assert.equal(executed.failed, undefined);
  assert.equal(result.cells.length, notebook.cells.length + 1);
  assert.deepEqual(result.cells[2]?.metadata.tags, ['injected-parameters']);
  assert.match(textAt(result, 3), /^smoke 7 .*whyconv-test-/);
  assert.deepEqual([textAt(result, 4), (result.cells[4] as CodeCell).execution_count], ['', null]);
  assert.equal(textAt(result, 5), '<error>');
  assert.equal(textAt(result, 6), '');
  assert.deepEqual(dataAt(result, 7), [{ [MIME.markdown]: '**bold**', [MIME.plain]: '**bold**' }]);
  assert.deepEqual(dataAt(result, 8), [{ [MIME.plain]: 'new' }]);
  assert.equal(textAt(result, 9), '20 %\n');
  await t.test('5,000 lines and then a chart come back whole', () => {
    const [lines, picture, caption] = outputsAt(result, 10);
    assert.equal(
      lines?.output_type === 'stream' && lines.text,
      Array.from({ length: 5000 }, (_, i) => `${i}\n`).join(''),
    );
    const info = { caption: 'Cap.', alt: 'Alt.' };
    assert.ok(picture?.output_type === 'display_data' && caption?.output_type === 'display_data');
    assert.deepEqual(fromFrontEnd(picture.data[MIME.vegaLite]), chart);
    assert.deepEqual(picture.data[MIME.figure], info);
    assert.match(String(picture.data[MIME.svg]), /^<svg[\s\S]*<\/svg>$/);
    assert.equal(picture.data[MIME.plain], '[Figure: Alt.]');
    assert.deepEqual(caption.data[MIME.figure], { ...info, captionOnly: true });
    assert.equal(caption.data[MIME.markdown], '**Figure.** Cap.');
  });
  await t.test('progress is an event and never kept', () => {
    assert.deepEqual(outputsAt(result, 11), []);
    assert.deepEqual(
      events.flatMap((event) => (event.type === 'progress' ? [event.progress] : [])),
      [
        { task: 'work', fraction: 0.5, detail: 'half' },
        { task: 'work', fraction: 1 },
      ],
    );
  });
  await t.test('tables and banners', () => {
    const [table, banner] = dataAt(result, 12) as Record<string, unknown>[];
    assert.equal(table?.[MIME.markdown], '| model | n |\n| :--- | ---: |\n| a\\|b | 1 |');
    assert.deepEqual(banner?.[MIME.banner], { level: 'warning', text: 'Careful.' });
  });
  await t.test('events report each cell that runs', () => {
    assert.deepEqual(events[0], { type: 'notebook-start', path: join(folder, 'notes.ipynb'), total: 11 });
    const starts = events.flatMap((event) => (event.type === 'cell-start' ? [event] : []));
    assert.deepEqual(
      starts.map(({ position }) => position),
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    );
    assert.equal(starts[8]?.firstLine, 'for (let i = 0; i < 5000; i++) console.log(i);');
    const ends = events.flatMap((event) => (event.type === 'cell-end' ? [event.status] : []));
    assert.deepEqual(ends.toSpliced(3, 1), Array(10).fill('ok'));
    assert.equal(ends[3], 'error');
    const last = events.at(-1);
    assert.ok(last?.type === 'notebook-end' && last.status === 'ok' && last.seconds === executed.seconds);
  });
  await t.test('times are recorded', () => {
    const execution = (result.cells[3] as CodeCell).metadata.execution as Record<string, string>;
    assert.deepEqual(Object.keys(execution).sort(), [
      'iopub.execute_input',
      'iopub.status.busy',
      'iopub.status.idle',
      'shell.execute_reply',
    ]);
    assert.equal(executed.cellSeconds.length, result.cells.length);
    assert.deepEqual([executed.cellSeconds[0], executed.cellSeconds[4]], [null, null]);
    assert.ok(executed.cellSeconds[3]! > 0);
  });
  await t.test("the executed notebook is valid by Jupyter's own validator", (t) => {
    if (spawnSync('python3', ['-c', 'import nbformat']).status !== 0)
      return t.skip('nbformat is not installed');
    const script = 'import nbformat, sys; nbformat.validate(nbformat.reads(sys.stdin.read(), as_version=4))';
    const run = spawnSync('python3', ['-W', 'error', '-c', script], {
      input: serializeNotebook(result),
      encoding: 'utf8',
    });
    assert.equal(run.status, 0, run.stderr);
  });
  assert.deepEqual(
    notebook.cells.flatMap((cell) => (cell.cell_type === 'code' ? cell.outputs : [])),
    [],
    'the input stays',
  );
});

test('cells with one of the tags to skip are left out, and not counted', async (t) => {
  const events: ExecuteEvent[] = [];
  const notebook = makeNotebook([
    codeCell('console.log("first")'),
    codeCell('throw new Error("an exercise")', { tags: ['exercise'] }),
    codeCell('throw new Error("its solution")', { tags: ['hard', 'solution'] }),
    codeCell('console.log("last")', { tags: ['other'] }),
  ]);
  const executed = await executeNotebook(notebook, {
    path: join(await temporaryFolder(t), 'notes.ipynb'),
    skipTags: ['exercise', 'solution'],
    onEvent: (event) => events.push(event),
  });
  assert.equal(executed.failed, undefined);
  assert.deepEqual(
    [0, 1, 2, 3].map((i) => textAt(executed.notebook, i)),
    ['first\n', '', '', 'last\n'],
  );
  assert.ok(events[0]?.type === 'notebook-start' && events[0].total === 2);
});

test('cells that are left out for a reason show it in place of their outputs', async (t) => {
  const notebook = makeNotebook([
    codeCell('console.log("first")'),
    codeCell('throw new Error("no images")', { tags: ['needs-images'] }),
  ]);
  const executed = await executeNotebook(notebook, {
    path: join(await temporaryFolder(t), 'notes.ipynb'),
    leaveOut: { 'needs-images': '*Left out.*' },
  });
  assert.equal(executed.failed, undefined);
  assert.deepEqual((executed.notebook.cells[1] as CodeCell).outputs, [
    { output_type: 'display_data', data: { 'text/markdown': '*Left out.*' }, metadata: {} },
  ]);
});

test('a failing cell ends its notebook, which is returned as far as it came', async (t) => {
  const path = join(await temporaryFolder(t), 'notes.ipynb');
  const stale = codeCell('console.log("never")');
  stale.outputs = [{ output_type: 'stream', name: 'stdout', text: 'stale' }];
  const notebook = makeNotebook([
    codeCell('let seed = 1', { tags: ['parameters'] }),
    markdownCell('text'),
    codeCell('console.log("first")'),
    codeCell('console.log("second");\nthrow new RangeError("boom")'),
    stale,
  ]);
  const executed = await executeNotebook(notebook, { path, parameters: { seed: 2 } });
  const { failed } = executed;
  assert.deepEqual(
    [failed?.cellIndex, failed?.cellNumber, failed?.ename, failed?.evalue],
    [4, 4, 'RangeError', 'boom'],
  );
  assert.equal(failed?.source, 'console.log("second");\nthrow new RangeError("boom")');
  assert.equal(failed?.traceback[0], 'RangeError: boom');
  assert.deepEqual(
    [3, 4, 5].map((i) => textAt(executed.notebook, i)),
    ['first\n', 'second\n<error>', ''],
  );
  assert.equal(executed.cellSeconds[5], null);
});

test('an error that was never awaited ends the notebook, and is reported of the cell that caused it', async (t) => {
  const path = join(await temporaryFolder(t), 'notes.ipynb');
  const executed = await executeNotebook(
    makeNotebook([
      codeCell(
        'const g = globalThis as any;\nconst timer = setInterval(() => { if (g.go) { clearInterval(timer); throw new Error("late"); } }, 10);\nconsole.log("begun")',
      ),
      codeCell('g.go = true; await new Promise((r) => setTimeout(r, 400)); console.log("waited")'),
      codeCell('console.log("never")'),
    ]),
    { path },
  );
  assert.deepEqual([executed.failed?.cellNumber, executed.failed?.evalue], [1, 'late']);
  const texts = [0, 1, 2].map((i) => textAt(executed.notebook, i));
  assert.deepEqual(texts, ['begun\n<error>', 'waited\n', '']);
});

test('a cell that does not end, one that ends the kernel: the notebook so far is returned', async (t) => {
  const path = join(await temporaryFolder(t), 'notes.ipynb');
  const first = codeCell('console.log("first")');
  const [late, dead] = await Promise.all([
    executeNotebook(makeNotebook([first, codeCell('while (true) {}')]), { path, cellTimeout: 2 }),
    executeNotebook(makeNotebook([first, codeCell('process.exit(3)', { tags: ['raises-exception'] })]), {
      path,
    }),
  ]);
  assert.equal(late.failed?.ename, 'TimeoutError');
  assert.equal(late.failed?.evalue, 'the cell ran longer than its limit of 2 s');
  assert.deepEqual(
    outputsAt(late.notebook, 1).map((output) => output.output_type === 'error' && output.ename),
    ['TimeoutError'],
  );
  assert.equal(dead.failed?.ename, 'DeadKernelError');
  assert.equal(dead.failed?.evalue, 'the notebook kernel died: exit code 3');
  for (const { notebook } of [late, dead]) {
    assert.equal(textAt(notebook, 0), 'first\n');
    assert.equal(textAt(notebook, 1), '<error>');
  }
});

test('the user can stop it, before a cell, during one and while the kernel starts', async (t) => {
  const path = join(await notebookFolder(t), 'notes.ipynb');
  const notebook = makeNotebook([
    codeCell(
      "import { progressReporter } from 'whyconv';\nprogressReporter()({ task: 'x', fraction: 0 });\nawait new Promise(() => {})",
    ),
  ]);
  const stopAt = (type: ExecuteEvent['type']) => {
    const stopping = new AbortController();
    const onEvent = (event: ExecuteEvent) => event.type === type && stopping.abort();
    return executeNotebook(notebook, { path, signal: stopping.signal, onEvent });
  };
  for (const type of ['notebook-start', 'cell-start', 'progress'] as const) {
    await assert.rejects(stopAt(type), InterruptedError);
  }
});

test('a parameter the notebook does not declare is refused before a kernel starts', async (t) => {
  const path = join(await temporaryFolder(t), 'notes.ipynb');
  const options = { path, parameters: { seed: 1 }, kernel: { argv: ['/no/such/kernel'] } };
  await assert.rejects(executeNotebook(makeNotebook([]), options), /no such parameter/);
});
