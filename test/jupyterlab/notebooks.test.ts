import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { projectRoot } from '../../src/base/files.js';
import { describeInLab, Lab, until } from './lab.js';
import type { LabNotebook } from './lab-notebook.js';
import { expected, shownBy } from './shown.js';

const names = readdirSync(join(projectRoot, 'notebooks'))
  .filter((name) => name.endsWith('.ipynb'))
  .sort();

/** The parameters cell of a notebook, as a reader edits it for a first look. */
const forAFirstLook = (source: string): string =>
  source
    .replace(/^const profile = .*$/m, "const profile = 'smoke';")
    .replace(/^const data = .*$/m, "const data = 'synthetic';");

// One server, one browser and one store of runs: what one notebook trains the next ones find.
describeInLab(
  'in JupyterLab, cell by cell, a notebook shows all that its outputs hold, and the page answers',
  () => {
    let lab: Lab;
    before(async () => {
      lab = await Lab.start();
    });
    after(() => lab?.close());

    for (const name of names) {
      it(name, async () => {
        const notebook = await lab.open(name);
        for (const [index, { type, source }] of (await notebook.cells()).entries()) {
          if (source.startsWith('const profile = ')) await notebook.setSource(index, forAFirstLook(source));
          if (type === 'code') await requireShown(notebook, index, '', await notebook.run(index));
          else await requireShown(notebook, index, source, []);
        }
        assert.deepEqual(notebook.pageErrors, []);
        await notebook.close();
      });
    }
  },
);

async function requireShown(
  notebook: LabNotebook,
  index: number,
  markdown: string,
  outputs: Awaited<ReturnType<LabNotebook['run']>>,
): Promise<void> {
  const failed = outputs.find(({ output_type }) => output_type === 'error');
  assert.equal(failed, undefined, `cell ${index}: ${failed?.ename}: ${failed?.evalue}`);
  const wanted = expected(markdown, outputs);
  let shown = await shownBy(notebook, index);
  // Charts and formulas are drawn a moment after they have come.
  await until(
    `what cell ${index} shows`,
    async () => {
      shown = await shownBy(notebook, index);
      return isDeepStrictEqual(shown, wanted);
    },
    20,
  ).catch(() => {});
  assert.deepEqual(shown, wanted, `cell ${index}`);
}
