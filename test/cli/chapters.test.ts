import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { projectRoot } from '../../src/base/files.js';
import { CHAPTERS, chosenNotebooks } from '../../src/cli/chapters.js';
import { refusal } from '../support/refusal.js';

const inProject = (name: string) => join(projectRoot, 'notebooks', name);

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whyconv-chapters-'));
});
after(() => rm(folder, { recursive: true, force: true }));

describe('the notebooks of a report', () => {
  it('are all chapters, in reading order, and no other file of their folder', async () => {
    assert.deepEqual(await chosenNotebooks(), CHAPTERS.map(inProject));
    assert.deepEqual([...CHAPTERS].sort(), [...CHAPTERS]);
  });
  it('are chosen by the beginnings of names, in reading order whatever the order asked for', async () => {
    const [first, second] = [CHAPTERS[0], CHAPTERS[1]].map(inProject);
    assert.deepEqual(await chosenNotebooks(['02', '01', '02']), [first, second]);
    assert.deepEqual(await chosenNotebooks(['0']), CHAPTERS.filter((name) => name[0] === '0').map(inProject));
    assert.deepEqual(await chosenNotebooks([CHAPTERS[1]]), [second]);
  });
  it('may be any notebook by its path, after the chapters', async () => {
    const mine = join(folder, 'mine.ipynb');
    await writeFile(mine, '{}');
    assert.deepEqual(await chosenNotebooks([mine, '01']), [inProject(CHAPTERS[0]), mine]);
    assert.deepEqual(await chosenNotebooks([mine, mine]), [mine]);
    assert.deepEqual(await chosenNotebooks([inProject(CHAPTERS[0]), '01']), [inProject(CHAPTERS[0])]);
  });
  it('are refused where a choice is neither a chapter nor the file of a notebook', async () => {
    await mkdir(join(folder, 'folder.ipynb'));
    await writeFile(join(folder, 'notes.md'), '');
    for (const unknown of [
      '',
      '11',
      'Untitled',
      join(folder, 'gone.ipynb'),
      join(folder, 'folder.ipynb'),
      join(folder, 'notes.md'),
    ]) {
      await assert.rejects(
        chosenNotebooks(['01', unknown]),
        refusal({
          what: 'no such notebook',
          where: '--notebooks',
          found: unknown || '(empty)',
          expected: '01, 02, 03',
        }),
      );
    }
  });
  it('are refused where two have one name, since their executed copies share a folder', async () => {
    const copy = join(folder, CHAPTERS[0]);
    await writeFile(copy, '{}');
    await assert.rejects(
      chosenNotebooks(['01', copy]),
      refusal({ what: 'two notebooks have the same name', found: copy, remedy: 'rename' }),
    );
  });
});
