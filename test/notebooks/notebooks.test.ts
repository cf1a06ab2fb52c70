import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { projectRoot } from '../../src/base/files.js';
import { declaredParameters } from '../../src/report/execute/index.js';
import { type CodeCell, type Notebook, parseNotebook, serializeNotebook } from '../../src/report/nbformat.js';
import { PUBLISHED } from '../../src/study/index.js';

const folder = join(projectRoot, 'notebooks');
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.ipynb'))
  .sort();

const codeOf = ({ cells }: Notebook): CodeCell[] =>
  cells.filter((cell): cell is CodeCell => cell.cell_type === 'code');
const prose = ({ cells }: Notebook): string =>
  cells.flatMap((cell) => (cell.cell_type === 'markdown' ? [cell.source] : [])).join('\n\n');
const code = (notebook: Notebook): string =>
  codeOf(notebook)
    .map(({ source }) => source)
    .join('\n');

const IMPORT = /import\s*\{([^}]*)\}\s*from\s*'([^']*)';/g;
const importsOf = (text: string) =>
  [...text.matchAll(IMPORT)].map(([, list, from]) => ({
    from: from!,
    names: list!
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean),
  }));

/** Percentages in prose that no run of this project decides: published ones, chance, and levels of confidence. */
const KNOWN_PERCENTAGES = new Set([
  ...Object.values(PUBLISHED).flatMap(({ testAccuracy, peakValidationAccuracy }) =>
    [testAccuracy, peakValidationAccuracy].flatMap((share) =>
      [0, 1, 2].map((digits) => (100 * share).toFixed(digits)),
    ),
  ),
  '10',
  '95',
]);

describe('the committed notebooks', () => {
  it('are the seven chapters', () => {
    assert.deepEqual(
      names.map((name) => name.slice(0, 2)),
      ['01', '02', '03', '04', '05', '06', '07'],
    );
  });

  for (const [index, name] of names.entries()) {
    describe(name, () => {
      const text = readFileSync(join(folder, name), 'utf8');
      const notebook = parseNotebook(text, name);
      const whole = code(notebook);

      it('is a notebook of this kernel as it would be written again, without outputs', () => {
        const kernelspec = notebook.metadata.kernelspec as { name?: unknown; language?: unknown };
        assert.deepEqual([kernelspec.name, kernelspec.language], ['tslab', 'typescript']);
        for (const { outputs, execution_count, metadata } of codeOf(notebook)) {
          assert.deepEqual([outputs, execution_count], [[], null]);
          assert.equal(metadata.execution, undefined);
        }
        assert.deepEqual(JSON.parse(serializeNotebook(notebook)), JSON.parse(text));
        const ids = (JSON.parse(text) as { cells: { id?: string }[] }).cells.map(({ id }) => id);
        assert.ok(ids.every((id) => typeof id === 'string' && id.length > 0));
        assert.equal(new Set(ids).size, ids.length, 'ids of cells are unique');
        assert.ok(
          notebook.cells.every(({ source }) => source.trim() !== ''),
          'no cell is empty',
        );
      });

      it('keeps the rhythm: number and title, question, prediction, reading', () => {
        const [first] = notebook.cells;
        assert.equal(first?.cell_type, 'markdown');
        assert.match(first.source, new RegExp(`^# ${index + 1}\\. \\S.*\\n\\n\\*\\*Question\\.\\*\\* `));
        const headings = prose(notebook).match(/^# .*$/gm) ?? [];
        assert.equal(headings.length, 1, 'one title');
        if (index === 6) return;
        assert.match(first.source, /\n\n\*\*Prediction\.\*\* /);
        const last = notebook.cells.findLastIndex(({ source }) => source.includes('**Reading.**'));
        assert.ok(last >= notebook.cells.length - 2, 'a reading at the end');
      });

      it('takes profile, data and seed where it opens the study, and no other parameter', () => {
        const opens = whole.includes('openNotebook(');
        assert.deepEqual(declaredParameters(notebook), opens ? ['profile', 'data', 'seed'] : []);
        const tagged = codeOf(notebook).filter(({ metadata }) => metadata.tags !== undefined);
        assert.deepEqual(
          tagged.map(({ metadata }) => metadata.tags),
          opens ? [['parameters']] : [],
        );
        if (!opens) return;
        assert.equal(codeOf(notebook)[0], tagged[0], 'the first code cell');
        assert.match(whole, /openNotebook\(profile, data, seed\)/);
        assert.match(tagged[0]!.source, /const profile = 'quick';/);
      });

      it('imports what the package has, once, and uses all of it', () => {
        const imports = importsOf(whole);
        assert.equal(imports.length, (whole.match(/^\s*import\b/gm) ?? []).length, 'imports of names only');
        assert.deepEqual(
          imports.map(({ from }) => from),
          ['whyconv'],
        );
        // As the notebook does: by the package's name.
        const known = Object.keys(require('whyconv') as object);
        const body = whole.replace(IMPORT, '');
        for (const imported of imports[0]!.names) {
          assert.ok(known.includes(imported), `whyconv has no ${imported}`);
          assert.match(
            body,
            new RegExp(`(?<![\\w$])(?<!(?<!\\.\\.)\\.)${imported}\\b(?!\\s*:[^:])`),
            `${imported} is not used`,
          );
        }
        assert.equal(new Set(imports[0]!.names).size, imports[0]!.names.length);
      });

      it('types no result by hand: percentages in prose are published ones, chance or levels of confidence', () => {
        for (const [, value] of prose(notebook).matchAll(/([\d.]+) ?%/g))
          assert.ok(KNOWN_PERCENTAGES.has(value!), `${value} % is not a published figure`);
        assert.doesNotMatch(whole, /\d ?%/, 'none in code either');
      });

      it('gives each figure a caption that asks or tells, and a text alternative', () => {
        for (const [figure] of whole.matchAll(/await figure\(\{[\s\S]*?\n\s*\}\);/g)) {
          assert.match(figure, /^\s*caption: ['"`].{10,}/m);
          assert.match(figure, /^\s*alt: ['"`].{10,}/m);
        }
        assert.equal((whole.match(/(?<!await )\bfigure\(/g) ?? []).length, 0, 'each is awaited');
      });
    });
  }
});
