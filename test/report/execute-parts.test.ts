import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { MIME } from '../../src/notebook/mime.js';
import { declaredParameters, injectParameters } from '../../src/report/execute/index.js';
import { collectOutputs, type Displays, progressPayload } from '../../src/report/execute/outputs.js';
import { collapseCarriageReturns } from '../../src/report/execute/stream-text.js';
import { codeCell, makeNotebook, markdownCell } from '../../src/report/nbformat.js';

const stream = (text: string, name: 'stdout' | 'stderr' = 'stdout') => ({
  type: 'stream' as const,
  name,
  text,
});
const shown = (
  text: string,
  displayId?: string,
  type: 'display_data' | 'update_display_data' = 'display_data',
) => ({
  type,
  data: { [MIME.plain]: text },
  metadata: {},
  displayId,
});

test('neighbouring pieces of a stream are one output', () => {
  const cell = collectOutputs(new Map());
  for (const output of [stream('a'), stream('b\n'), stream('c', 'stderr'), shown('d'), stream('e')])
    cell.add(output);
  assert.deepEqual(
    cell
      .outputs()
      .map((output) => (output.output_type === 'stream' ? [output.name, output.text] : output.output_type)),
    [['stdout', 'ab\n'], ['stderr', 'c'], 'display_data', ['stdout', 'e']],
  );
});

test('of a line that was rewritten the last version stays, with its colours', () => {
  assert.equal(
    collapseCarriageReturns('1 %\r50 %\r\u001b[32m100 %\u001b[0m\nnext\r\nend'),
    '\u001b[32m100 %\u001b[0m\nnext\nend',
  );
  assert.equal(collapseCarriageReturns('10 %\r20 %\r'), '20 %');
  assert.equal(collapseCarriageReturns('\r'), '');
  const cell = collectOutputs(new Map());
  for (const piece of ['1 %\r', '2 %\r', '3 %', '\n']) cell.add(stream(piece));
  assert.deepEqual(cell.outputs(), [{ output_type: 'stream', name: 'stdout', text: '3 %\n' }]);
});

test('text without carriage returns stays as it is, and collapsing twice changes nothing more', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', 'b', '\n', '\r', '\u001b') }), (text) => {
      const collapsed = collapseCarriageReturns(text);
      assert.equal(collapseCarriageReturns(collapsed), collapsed);
      assert.equal(collapsed.includes('\r'), false);
      assert.equal(collapsed.split('\n').length, text.split('\n').length);
      if (!text.includes('\r')) assert.equal(collapsed, text);
    }),
  );
});

test('an update replaces the display of its id, in whichever cell', () => {
  const displays: Displays = new Map();
  const [first, second] = [collectOutputs(displays), collectOutputs(displays)];
  first.add(shown('old', 'id'));
  first.add(shown('other', 'other'));
  second.add(shown('again', 'id'));
  second.add(shown('new', 'id', 'update_display_data'));
  second.add(shown('nowhere', 'unknown', 'update_display_data'));
  const texts = (cell: typeof first) =>
    cell.outputs().map((output) => output.output_type === 'display_data' && output.data[MIME.plain]);
  assert.deepEqual([texts(first), texts(second)], [['new', 'other'], ['new']]);
});

test('the error of a cell is there once', () => {
  const error = { ename: 'E', evalue: 'v', traceback: ['E: v'] };
  const names = (cell: ReturnType<typeof collectOutputs>) =>
    cell.outputs().map((output) => (output.output_type === 'error' ? output.ename : output.output_type));
  const reported = collectOutputs(new Map());
  reported.add({ type: 'error', ...error });
  reported.ensureError(error);
  assert.deepEqual(names(reported), ['E']);
  const unreported = collectOutputs(new Map());
  unreported.add(stream('x'));
  unreported.ensureError(error);
  assert.deepEqual(names(unreported), ['stream', 'E']);
  const interrupted = collectOutputs(new Map());
  interrupted.add({ type: 'error', ...error, ename: 'Interrupted' });
  interrupted.add(stream('x'));
  interrupted.ensureError({ ...error, ename: 'TimeoutError' });
  assert.deepEqual(names(interrupted), ['TimeoutError', 'stream']);
});

test('only displays have a progress payload', () => {
  assert.equal(progressPayload(stream('x')), undefined);
  assert.equal(progressPayload(shown('x')), undefined);
  const payload = { task: 't', fraction: 0 };
  assert.equal(progressPayload({ ...shown('x'), data: { [MIME.progress]: payload } }), payload);
});

const source = [
  '/* const hidden = 1 */ // const alsoHidden = 2',
  "const profile: 'smoke' | 'quick' = 'quick';",
  'let seed = 0; // the first',
  'let data: string | null = null',
  "const engine = 'auto' as Engine;",
  'if (seed === 0) console.log(seed)',
].join('\n');

test('the parameters of a notebook are read from its cell', () => {
  const notebook = makeNotebook([
    markdownCell('x'),
    codeCell(source, { tags: ['parameters'] }),
    codeCell('const y = 1'),
  ]);
  assert.deepEqual(declaredParameters(notebook), ['profile', 'seed', 'data', 'engine']);
  assert.deepEqual(declaredParameters(makeNotebook([codeCell('const y = 1')])), []);
});

test('several parameters of one statement are told apart, whatever their defaults hold', () => {
  const statements = [
    "const profile = 'a, b; const c = 1', seed = 0, // the first, of two",
    "  sizes: Map<string, number> = new Map([['x', 1]]);",
    'let data = f(1, 2), engine =',
    "  'auto' as Engine; var last = {a: 1, b: 2}",
    'const fn = (a: number, b = 2) => a < b, after = `x, y`',
  ].join('\n');
  const notebook = makeNotebook([codeCell(statements, { tags: ['parameters'] })]);
  assert.deepEqual(declaredParameters(notebook), [
    ...['profile', 'seed', 'sizes', 'data', 'engine', 'last', 'fn', 'after'],
  ]);
  const injected = injectParameters(notebook, { seed: 3, engine: 'wasm', sizes: null }, 'x');
  assert.deepEqual(injected.cells[1]?.source.split('\n').slice(1), [
    'const seed = 3;',
    'let engine = "wasm" as Engine;',
    'const sizes: Map<string, number> = null;',
  ]);
});

test('values are injected after the cell, with the types of the declarations', () => {
  const notebook = makeNotebook([codeCell(source, { tags: ['parameters'] }), codeCell('profile')]);
  const values = { seed: 3, profile: 'smoke', data: 'a "path"', engine: null };
  const injected = injectParameters(notebook, values, 'x');
  assert.equal(injected.cells.length, 3);
  assert.deepEqual(injected.cells[1]?.metadata, { tags: ['injected-parameters'] });
  assert.deepEqual(injected.cells[1]?.source.split('\n').slice(1), [
    'let seed = 3;',
    "const profile: 'smoke' | 'quick' = \"smoke\";",
    'let data: string | null = "a \\"path\\"";',
    'const engine = null as Engine;',
  ]);
  const again = injectParameters(injected, { seed: 4 }, 'x');
  assert.deepEqual(
    again.cells.map((cell) => cell.source.split('\n').at(-1)),
    [source.split('\n').at(-1), 'let seed = 4;', 'profile'],
  );
  assert.deepEqual(injectParameters(notebook, {}, 'x'), notebook);
});

test('a parameter the notebook does not declare is refused, with those it does', () => {
  const notebook = makeNotebook([codeCell(source, { tags: ['parameters'] })]);
  assert.throws(
    () => injectParameters(notebook, { profil: 'quick' }, 'notes.ipynb'),
    /notes.ipynb\n {2}found: {4}profil\n {2}expected: one of profile, seed, data, engine/,
  );
  assert.throws(() => injectParameters(makeNotebook([]), { seed: 1 }, 'x'), /a cell tagged "parameters"/);
});
