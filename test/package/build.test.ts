import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
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
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { projectRoot } from '../../src/base/files.js';

const manifest = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as {
  engines: { node: string };
  devDependencies: Record<string, string>;
};

/** A project of one source file with this project's build script, in `below` of a folder of its own. */
function project(
  t: TestContext,
  { below = '.', node = manifest.engines.node }: { below?: string; node?: string } = {},
) {
  const top = mkdtempSync(join(tmpdir(), 'whyconv-build-'));
  t.after(() => rmSync(top, { recursive: true, force: true }));
  const root = join(top, below);
  mkdirSync(join(root, 'src', 'cli'), { recursive: true });
  cpSync(join(projectRoot, 'src', 'build.mjs'), join(root, 'src', 'build.mjs'));
  writeFileSync(join(root, 'src', 'cli', 'main.ts'), 'export const answer: number = 42;\n');
  const scripts = { 'build:page': "node -e \"fs.writeFileSync('page', '')\"" };
  const { devDependencies } = manifest;
  writeFileSync(join(root, 'package.json'), JSON.stringify({ engines: { node }, devDependencies, scripts }));
  const compilerOptions = { rootDir: '.', outDir: 'dist', module: 'node20', target: 'es2022', types: [] };
  writeFileSync(join(root, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
  const install = (name: string, at = root) => {
    mkdirSync(join(at, 'node_modules'), { recursive: true });
    symlinkSync(dirname(require.resolve(`${name}/package.json`)), join(at, 'node_modules', name), 'junction');
  };
  const build = (...args: string[]) =>
    spawnSync(process.execPath, [join(root, 'src', 'build.mjs'), ...args], { encoding: 'utf8' });
  return { top, root, install, build };
}

test('the project is compiled by its own compiler, and the page is bundled', (t) => {
  const { root, install, build } = project(t);
  for (const name of ['zod', 'typescript-7']) install(name);
  const { status, stdout, stderr } = build();
  assert.deepEqual([status, stdout, stderr], [0, '', '']);
  assert.ok(existsSync(join(root, 'dist', 'src', 'cli', 'main.js')) && existsSync(join(root, 'page')));
});

test('dependencies that a workspace keeps in a folder above are found', (t) => {
  const { top, root, install, build } = project(t, { below: 'packages/whyconv' });
  for (const name of ['zod', 'typescript-7']) install(name, top);
  assert.equal(build().status, 0);
  assert.ok(existsSync(join(root, 'dist', 'src', 'cli', 'main.js')));
});

test('a type error makes the build fail, and nothing more is done', (t) => {
  const { root, install, build } = project(t);
  for (const name of ['zod', 'typescript-7']) install(name);
  writeFileSync(join(root, 'src', 'cli', 'main.ts'), "export const answer: number = 'no';\n");
  const { status, stdout } = build();
  assert.notEqual(status, 0);
  assert.match(stdout, /main\.ts.*TS2322/);
  assert.equal(existsSync(join(root, 'page')), false);
});

test('without development dependencies one line says how to install them', (t) => {
  const { install, build } = project(t);
  install('zod');
  const { status, stdout, stderr } = build();
  assert.deepEqual([status, stdout], [1, '']);
  assert.match(stderr, /^whyconv: TypeScript .* is not installed.*npm ci --include=dev\n$/);
});

test('another TypeScript than the project’s is not used', (t) => {
  const { root, install, build } = project(t);
  install('zod');
  const folder = join(root, 'node_modules', 'typescript-7');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ version: '5.0.4', bin: { tsc: './bin/tsc' } }),
  );
  assert.match(build().stderr, /TypeScript .* is not installed/);
});

test('without the optional package that is the compiler of this system one line says how to install it', (t) => {
  const { root, install, build } = project(t);
  install('zod');
  const { version, bin } = JSON.parse(readFileSync(require.resolve('typescript-7/package.json'), 'utf8')) as {
    version: string;
    bin: object;
  };
  const folder = join(root, 'node_modules', 'typescript-7');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ version, bin }));
  const { status, stderr } = build();
  assert.equal(status, 1);
  assert.match(
    stderr,
    /^whyconv: TypeScript's compiler for .* is not installed.*npm ci --include=optional\n$/,
  );
});

test('without any dependency one line says to install them', (t) => {
  const { status, stderr } = project(t).build();
  assert.deepEqual([status, stderr], [1, 'whyconv: the dependencies are not installed: run npm ci\n']);
});

test('what was built before is used where it cannot be built again', (t) => {
  const { root, install, build } = project(t);
  for (const name of ['zod', 'typescript-7']) install(name);
  assert.equal(build().status, 0);
  rmSync(join(root, 'node_modules', 'typescript-7'), { recursive: true });
  const { status, stderr } = build();
  assert.equal(status, 0);
  assert.match(stderr, /^whyconv: using dist as it was built: TypeScript .* is not installed.*\n$/);
  if (process.getuid?.() === 0)
    return t.diagnostic('the superuser may write everywhere: a read-only dist is not tried');
  install('typescript-7');
  chmodSync(join(root, 'dist'), 0o555);
  t.after(() => chmodSync(join(root, 'dist'), 0o755));
  assert.match(build().stderr, /using dist as it was built: dist cannot be written to/);
});

test('a Node that is too old is named with the one that is needed', (t) => {
  const { status, stderr } = project(t, { node: '>=99.1' }).build();
  assert.equal(status, 1);
  assert.match(
    stderr,
    new RegExp(`^whyconv: Node ${process.versions.node} is too old: whyconv needs Node >=99\\.1`),
  );
});
