import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { CHAPTERS } from '../../src/cli/chapters.js';
import { executeNotebook } from '../../src/report/execute/index.js';
import { codeOf, isExercise, isSolution, NOTEBOOKS, readChapter } from './chapters.js';

let runs: string;
before(async () => {
  runs = await mkdtemp(join(tmpdir(), 'whyconv-solutions-'));
});
after(() => rm(runs, { recursive: true, force: true }));

describe('the exercises', () => {
  for (const chapter of CHAPTERS) {
    const notebook = readChapter(chapter);
    if (!notebook.cells.some(isSolution)) continue;
    it(`of ${chapter}: every solution runs without the reader's own code, and every starting point runs`, async () => {
      // Starting points come last: what they declare is not there for the solutions.
      const { cells } = notebook;
      const ordered = [...cells.filter((cell) => !isExercise(cell)), ...cells.filter(isExercise)];
      const { notebook: executed, failed } = await executeNotebook(
        { ...notebook, cells: ordered },
        {
          path: join(NOTEBOOKS, chapter),
          parameters: { profile: 'smoke', data: 'synthetic', seed: 0 },
          env: { WHYCONV_RUNS: runs },
        },
      );
      assert.equal(failed, undefined, `${failed?.source}\n${failed?.ename}: ${failed?.evalue}`);
      const own = codeOf(executed).filter((cell) => isSolution(cell) || isExercise(cell));
      for (const { source, execution_count, outputs } of own) {
        assert.notEqual(execution_count, null, source);
        assert.ok(!outputs.some((output) => output.output_type === 'error'), source);
      }
    });
  }
});
