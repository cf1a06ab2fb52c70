import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { projectRoot } from '../../src/base/files.js';

const docs = (root: string, ...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'src', 'docs.mjs'), ...args], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  return { status, said: stdout + stderr };
};

/** A package of one room with this project's program for the reference. */
function project(t: TestContext, source: string): string {
  const root = mkdtempSync(join(tmpdir(), 'whyconv-docs-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, 'src', 'room'), { recursive: true });
  cpSync(join(projectRoot, 'src', 'docs.mjs'), join(root, 'src', 'docs.mjs'));
  symlinkSync(join(projectRoot, 'node_modules'), join(root, 'node_modules'), 'junction');
  const manifest = { name: 'made', version: '1.0.0' };
  writeFileSync(join(root, 'package.json'), JSON.stringify(manifest));
  const compilerOptions = { module: 'node20', target: 'es2022', types: [] };
  writeFileSync(join(root, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
  writeFileSync(join(root, 'src', 'index.ts'), "export * from './room/index.js';\n");
  writeFileSync(
    join(root, 'src', 'room', 'index.ts'),
    "/** A room for numbers. */\n\nexport * from './made.js';\n",
  );
  writeFileSync(join(root, 'src', 'room', 'made.ts'), source);
  return root;
}

const EXAMPLE = ' * @example\n * ```ts\n * f(); // => 1\n * ```\n';

test('every public export and field of the package has a comment, every function an example, every link a target', () => {
  assert.deepEqual(docs(projectRoot, '--check'), { status: 0, said: '' });
});

test('the reference lists exports under their room', (t) => {
  const root = project(t, `/**\n * One.\n *\n${EXAMPLE} */\nexport const f = (): number => 1;\n`);
  assert.deepEqual(docs(root), { status: 0, said: 'reports/api/index.html\n' });
  const page = (path: string) => readFileSync(join(root, 'reports', 'api', path), 'utf8');
  assert.match(page('index.html'), /room[\s\S]*A room for numbers\.[\s\S]*functions\/f\.html/);
  assert.match(page('functions/f.html'), /Example/);
});

const FAULTS = `
export const size = 1;
/** A pair. */
export interface Pair {
  /** One. */
  readonly a: number;
  readonly b: number;
}
/** One. */
export const f = (): number => 1;
/** See {@link nothing}. */
export const two = 2;
interface Hidden {
  /** One. */
  readonly a: number;
}
/** It. */
export const hidden: Hidden = { a: 1 };
`;

test('each fault is named, and nothing is written', (t) => {
  const root = project(t, FAULTS);
  const { status, said } = docs(root);
  assert.equal(status, 1);
  for (const fault of [
    /size \(Variable\), .*does not have any documentation/,
    /Pair\.b \(Property\), .*does not have any documentation/,
    /f has no @example/,
    /Failed to resolve link to "nothing" in comment for two/,
    /Hidden, .*is referenced by hidden but not included in the documentation/,
  ])
    assert.match(said, fault);
  assert.equal(said.trim().split('\n').length, 5, said);
  assert.equal(existsSync(join(root, 'reports')), false);
});
