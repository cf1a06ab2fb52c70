import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import test from 'node:test';
import fc from 'fast-check';
import { WhyconvError } from '../../src/base/errors.js';
import {
  codeCell,
  makeNotebook,
  markdownCell,
  type Notebook,
  parseNotebook,
  serializeNotebook,
  stripMovingFigures,
  stripOutputs,
} from '../../src/report/nbformat.js';

function example(): Notebook {
  const cell = codeCell('const a = 1;\na', { tags: ['parameters'] });
  cell.execution_count = 1;
  cell.metadata = { ...cell.metadata, execution: { 'iopub.status.busy': '2020-01-01T00:00:00Z' } };
  cell.outputs = [
    { output_type: 'stream', name: 'stdout', text: 'one\ntwo' },
    {
      output_type: 'display_data',
      data: {
        'application/vnd.vegalite.v5+json': { z: 1, a: ['x\ny'] },
        'text/plain': 'chart',
        'image/png': 'iVBO',
      },
      metadata: {},
    },
    { output_type: 'execute_result', execution_count: 1, data: { 'text/plain': '1' }, metadata: {} },
    { output_type: 'error', ename: 'Error', evalue: 'e', traceback: ['Error: e'] },
  ];
  return makeNotebook([markdownCell('# Title\n\ntext'), cell, codeCell('')]);
}

test('what is written can be read again, and writing is stable', () => {
  const text = serializeNotebook(example());
  assert.deepEqual(parseNotebook(text, 'x.ipynb'), example());
  assert.equal(serializeNotebook(parseNotebook(text, 'x.ipynb')), text);
  assert.ok(text.endsWith('}\n') && text.startsWith('{\n "cells": [\n  {\n   "cell_type"'));
});

test('any text survives as source, stream and text output', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const cell = codeCell(text);
      cell.outputs = [
        { output_type: 'stream', name: 'stderr', text },
        { output_type: 'display_data', data: { 'text/markdown': text }, metadata: {} },
      ];
      const notebook = makeNotebook([cell]);
      assert.deepEqual(parseNotebook(serializeNotebook(notebook), 'x'), notebook);
    }),
  );
});

test('texts are written as lines, JSON data with its own order of keys', () => {
  const written = JSON.parse(serializeNotebook(example())) as {
    cells: { source: string[]; outputs?: { data?: Record<string, unknown>; text?: string[] }[] }[];
  };
  assert.deepEqual(written.cells[0]?.source, ['# Title\n', '\n', 'text']);
  assert.deepEqual(written.cells[2]?.source, []);
  const outputs = written.cells[1]!.outputs!;
  assert.deepEqual(outputs[0]?.text, ['one\n', 'two']);
  assert.equal(outputs[1]?.data?.['image/png'], 'iVBO');
  assert.deepEqual(Object.keys(outputs[1]?.data?.['application/vnd.vegalite.v5+json'] as object), ['z', 'a']);
});

test('ids come from the content, and are told apart where cells are equal', () => {
  assert.equal(codeCell('x').id, codeCell('x').id);
  assert.notEqual(codeCell('x').id, markdownCell('x').id);
  const ids = makeNotebook([codeCell('x'), codeCell('x'), codeCell('x')]).cells.map(({ id }) => id);
  assert.deepEqual(ids, [ids[0], `${ids[0]}-2`, `${ids[0]}-3`]);
});

test('a notebook of an older minor version gets ids', () => {
  const old = {
    nbformat: 4,
    nbformat_minor: 2,
    metadata: {},
    cells: [{ cell_type: 'raw', metadata: {}, source: 'a' }],
  };
  const notebook = parseNotebook(JSON.stringify(old), 'x');
  assert.deepEqual([notebook.nbformat_minor, notebook.cells[0]?.id], [5, 'cell-1']);
});

test('ids that are taken, or not permitted, are replaced and told', () => {
  const cell = (id: string) => ({ cell_type: 'markdown', id, metadata: {}, source: 'a' });
  const cells = [cell('a'), cell('cell-3'), cell('a'), cell('no spaces'), cell(''), cell('x'.repeat(65))];
  const told: string[] = [];
  const text = JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells });
  const notebook = parseNotebook(text, 'notes.ipynb', (what) => told.push(what));
  assert.deepEqual(
    notebook.cells.map(({ id }) => id),
    ['a', 'cell-3', 'cell-3-2', 'cell-4', 'cell-5', 'cell-6'],
  );
  assert.equal(told.length, 4);
  assert.equal(told[0], 'notes.ipynb: cell 3 has got an id of its own, since "a" is not permitted or taken');
});

test('bad input is refused with the file, the number of the cell and the reason', () => {
  const good = { nbformat: 4, nbformat_minor: 5, metadata: {} };
  const cell = { cell_type: 'markdown', id: 'a', metadata: {}, source: 'a' };
  const code = { cell_type: 'code', id: 'b', metadata: {}, source: 'a', execution_count: null };
  const cases: [unknown, RegExp][] = [
    [{ ...good, nbformat: 3, cells: [] }, /nbformat/],
    [{ ...good }, /cells/],
    [{ ...good, cells: [cell, { ...cell, id: 'b', source: 7 }] }, /cell 2 source/],
    [{ ...good, cells: [{ ...cell, cell_type: 'video' }] }, /cell 1/],
    [
      { ...good, cells: [{ ...code, outputs: [{ output_type: 'stream', name: 'x', text: '' }] }] },
      /cell 1 outputs.0.name/,
    ],
  ];
  for (const [input, reason] of cases) {
    assert.throws(
      () => parseNotebook(JSON.stringify(input), 'notes.ipynb'),
      (error: unknown) => {
        assert.ok(error instanceof WhyconvError);
        assert.equal(error.parts.where, 'notes.ipynb');
        assert.match(error.parts.found!, reason);
        return true;
      },
    );
  }
  assert.throws(() => parseNotebook('<html>', 'notes.ipynb'), /notes.ipynb/);
});

test('stripping removes outputs, counts and times, and nothing else', () => {
  const stripped = stripOutputs(example());
  const expected = makeNotebook([
    markdownCell('# Title\n\ntext'),
    codeCell('const a = 1;\na', { tags: ['parameters'] }),
    codeCell(''),
  ]);
  assert.deepEqual(stripped, expected);
  assert.deepEqual(stripOutputs(stripped), stripped);
});

test("written notebooks are valid by Jupyter's own validator, and written as Jupyter writes them", (t) => {
  if (spawnSync('python3', ['-c', 'import nbformat']).status !== 0)
    return t.skip('nbformat is not installed');
  const script = `
import nbformat, sys
text = sys.stdin.read()
notebook = nbformat.reads(text, as_version=4)
nbformat.validate(notebook, relax_add_props=False)
sys.stdout.write(nbformat.writes(notebook) + '\\n')
`;
  const notebook = example();
  // Jupyter sorts the keys of JSON data, too; there is none here to differ.
  const [, cell] = notebook.cells;
  if (cell?.cell_type === 'code') cell.outputs.splice(1, 1);
  const text = serializeNotebook(notebook);
  const run = spawnSync('python3', ['-W', 'ignore', '-c', script], { input: text, encoding: 'utf8' });
  assert.equal(run.status, 0, run.stderr);
  assert.equal(run.stdout, text);
});

test('a figure that a reader moves is saved as its still, and kept whole where it has none', () => {
  const notebook = example();
  const cell = notebook.cells.find(({ cell_type }) => cell_type === 'code') as unknown as {
    outputs: unknown[];
  };
  const play = { networks: ['weights'] };
  const moving = (data: Record<string, unknown>) => ({ output_type: 'display_data', data, metadata: {} });
  cell.outputs.push(
    moving({ 'application/vnd.whyconv.play+json': play, 'image/svg+xml': '<svg/>', 'text/plain': 'a' }),
    moving({ 'application/vnd.whyconv.play+json': play, 'text/plain': 'b' }),
  );
  const before = JSON.stringify(notebook);
  const stripped = stripMovingFigures(notebook);
  const index = notebook.cells.indexOf(cell as never);
  const { outputs } = stripped.cells[index] as unknown as { outputs: { data?: unknown }[] };
  assert.deepEqual(
    outputs.slice(-2).map(({ data }) => data),
    [
      { 'image/svg+xml': '<svg/>', 'text/plain': 'a' },
      { 'application/vnd.whyconv.play+json': play, 'text/plain': 'b' },
    ],
  );
  assert.deepEqual(outputs.slice(0, -2), cell.outputs.slice(0, -2));
  assert.equal(JSON.stringify(notebook), before, 'the page still has the figure');
});
