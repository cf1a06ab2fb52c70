import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { CHAPTERS } from '../../src/cli/chapters.js';
import { declaredParameters } from '../../src/report/execute/index.js';
import { type Notebook, serializeNotebook } from '../../src/report/nbformat.js';
import { PUBLISHED } from '../../src/study/index.js';
import { codeOf, NOTEBOOKS, readChapter, textOf } from './chapters.js';

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

it('every numbered notebook is a chapter of the report, and every chapter is there', () => {
  const numbered = readdirSync(NOTEBOOKS).filter((name) => /^\d\d-.*\.ipynb$/.test(name));
  assert.deepEqual(numbered.sort(), [...CHAPTERS]);
});

for (const chapter of CHAPTERS) {
  describe(chapter, () => {
    const text = textOf(chapter);
    const notebook = readChapter(chapter);
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

    it('begins with its number, a title and a question, and has no other title', () => {
      const [first] = notebook.cells;
      assert.equal(first?.cell_type, 'markdown');
      const number = Number(chapter.slice(0, 2));
      assert.match(first.source, new RegExp(`^# ${number}\\. \\S.*\\n\\n\\*\\*Question\\.\\*\\* `));
      assert.equal((prose(notebook).match(/^# .*$/gm) ?? []).length, 1);
    });

    it('takes profile, data and seed where it opens the study, and no other parameter', () => {
      const opens = whole.includes('openNotebook(');
      assert.deepEqual(declaredParameters(notebook), opens ? ['profile', 'data', 'seed'] : []);
      if (!opens) return;
      const [first] = codeOf(notebook);
      assert.deepEqual(first?.metadata.tags, ['parameters']);
      assert.match(first.source, /^const profile = 'quick';/);
      assert.match(whole, /openNotebook\(profile, data, seed\)/);
    });

    it('imports what the package has, each name once, and uses all of it', () => {
      const imports = importsOf(whole);
      assert.equal(imports.length, (whole.match(/^\s*import\b/gm) ?? []).length, 'imports of names only');
      assert.deepEqual([...new Set(imports.map(({ from }) => from))], ['whyconv']);
      // As the notebook does: by the package's name.
      const known = Object.keys(require('whyconv') as object);
      const body = whole.replace(IMPORT, '');
      const names = imports.flatMap((imported) => imported.names);
      for (const name of names) {
        assert.ok(known.includes(name), `whyconv has no ${name}`);
        assert.match(
          body,
          new RegExp(`(?<![\\w$])(?<!(?<!\\.\\.)\\.)${name}\\b(?!\\s*:[^:])`),
          `${name} is not used`,
        );
      }
      assert.equal(new Set(names).size, names.length);
    });

    it('types no result by hand: percentages in prose are published ones, chance or levels of confidence', () => {
      for (const [, value] of prose(notebook).matchAll(/([\d.]+) ?%/g))
        assert.ok(KNOWN_PERCENTAGES.has(value!), `${value} % is not a published figure`);
      assert.doesNotMatch(whole, /\d ?%/, 'none in code either');
    });
  });
}
