import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { projectRoot } from '../../src/base/files.js';
import { CHAPTERS } from '../../src/cli/chapters.js';
import { tagged } from '../../src/report/nbformat.js';
import { codeOf, isExercise, isSolution, predictionsOf, readChapter } from './chapters.js';

const COLUMNS = 100;
const LINES = 25;
const IMPORT_LINES = 12;
const TRY = '## Try it yourself';

for (const chapter of CHAPTERS) {
  describe(chapter, () => {
    const notebook = readChapter(chapter);
    const { cells } = notebook;
    const parameters = codeOf(notebook).find((cell) => tagged(cell, 'parameters'));
    const titled = codeOf(notebook).filter((cell) => cell !== parameters);
    const end = cells.findIndex(({ source }) => source.startsWith(TRY));

    it('titles every code cell with a comment, and keeps cells short and narrow', () => {
      for (const { source } of titled) {
        const lines = source.split('\n');
        assert.match(lines[0]!, /^\/\/ \S/);
        const most = lines[0] === '// Open the study' ? IMPORT_LINES : LINES;
        assert.ok(lines.length <= most, `${lines.length} lines: ${lines[0]}`);
        for (const line of lines) assert.ok(line.length <= COLUMNS, `${line.length} columns: ${line}`);
      }
    });

    it('begins with numbered predictions and settles them by the data before its exercises', () => {
      const numbers = predictionsOf(chapter).map((text) => text.split('.')[0]);
      assert.deepEqual(
        numbers,
        numbers.map((_, i) => `P${i + 1}`),
      );
      assert.ok(numbers.length > 0);
      assert.match(cells[0]!.source, /\n\n\*\*Prediction\.\*\* /);
      const last = cells[end - 1];
      assert.match(last?.source ?? '', /^\/\/ Settle the predictions\n[\s\S]*await show\(\s*settled\(/);
      assert.match(last?.source ?? '', /Reading\(/, 'a computed reading');
    });

    it('ends with two or three exercises: a task, a place to work and a folded solution each', () => {
      const exercises = cells.slice(end);
      assert.equal(exercises.length % 3, 0);
      const count = exercises.length / 3;
      assert.ok(count === 2 || count === 3, `${count} exercises`);
      const number = Number(chapter.slice(0, 2));
      for (let k = 0; k < count; k++) {
        const [task, work, solution] = exercises.slice(3 * k, 3 * k + 3);
        const name = `${number}.${k + 1}`;
        assert.match(task!.source, new RegExp(`^### Exercise ${name}$`, 'm'));
        assert.match(task!.source, /[Pp]redict|[Gg]uess/);
        assert.deepEqual(work!.metadata.tags, ['exercise']);
        assert.match(work!.source, new RegExp(`^// Exercise ${name}: .+\n\\S`));
        assert.deepEqual(solution!.metadata.tags, ['solution']);
        assert.deepEqual(solution!.metadata.jupyter, { source_hidden: true });
        assert.match(solution!.source, new RegExp(`^// Solution ${name}: \\S`));
      }
      const outside = cells.slice(0, end).filter((cell) => isExercise(cell) || isSolution(cell));
      assert.deepEqual(outside, []);
    });

    it('leaves captions, tables and sentences to views', () => {
      for (const { source } of cells.slice(0, end).filter((cell) => cell.cell_type === 'code'))
        assert.doesNotMatch(source, /\b(?:figure|table|say)\(|`[^`]*\$\{/);
    });
  });
}

it('the code of every chapter is formatted as the project formats its own, in a hundred columns', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'whyconv-cells-'));
  try {
    const { files: _, ...config } = JSON.parse(await readFile(join(projectRoot, 'biome.json'), 'utf8'));
    const formatter = { ...config.formatter, lineWidth: COLUMNS };
    await writeFile(join(folder, 'biome.json'), JSON.stringify({ ...config, root: true, formatter }));
    await mkdir(join(folder, 'cells'));
    for (const chapter of CHAPTERS) {
      for (const [i, { source }] of codeOf(readChapter(chapter)).entries())
        await writeFile(join(folder, 'cells', `${chapter}-${i + 1}.ts`), `${source}\n`);
    }
    const biome = require.resolve('@biomejs/biome/bin/biome');
    const { status, stdout, stderr } = spawnSync(process.execPath, [biome, 'format', 'cells'], {
      cwd: folder,
      encoding: 'utf8',
    });
    assert.equal(status, 0, stdout + stderr);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
