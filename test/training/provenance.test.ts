import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { sourceCommit } from '../../src/training/index.js';

it('the commit of the source says whether files differ from it, reports left out', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'whyconv-commit-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
      cwd: root,
      encoding: 'utf8',
    });
  assert.equal(sourceCommit(root), null, 'no repository');
  git('init', '--quiet');
  for (const folder of ['src', 'reports']) {
    mkdirSync(join(root, folder));
    writeFileSync(join(root, folder, 'file'), 'as committed');
  }
  git('add', '.');
  git('commit', '--quiet', '--message', 'first');
  const commit = git('rev-parse', '--short=12', 'HEAD').trim();
  assert.equal(sourceCommit(root), commit);
  writeFileSync(join(root, 'reports', 'file'), 'made again');
  writeFileSync(join(root, 'notes'), 'untracked');
  assert.equal(sourceCommit(root), commit);
  writeFileSync(join(root, 'src', 'file'), 'changed');
  assert.equal(sourceCommit(root), `${commit}-dirty`);
  assert.equal(sourceCommit(join(root, 'src')), null, "inside another project's repository");
});
