import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it, mock } from 'node:test';
import { projectRoot } from '../../src/base/files.js';
import type { Dataset } from '../../src/data/index.js';
import { type Check, check } from './check-example.js';
import { type Example, examples, examplesIn, isRun, moduleOf } from './examples.js';

const all = examples();
/** Below the project, where `whyconv` is a package like any other. */
const modules = join(projectRoot, 'dist', 'examples');
const pathOf = ({ name }: Example) => join(modules, name.replace(/\W+/g, '-'));

/** Compiles all examples as a strict project would; returns what the compiler says. */
function compile(): string {
  rmSync(modules, { recursive: true, force: true });
  mkdirSync(modules, { recursive: true });
  const paths = all.map((example) => `${pathOf(example)}.ts`);
  for (const [i, example] of all.entries()) writeFileSync(paths[i]!, moduleOf(example));
  const compiler = join(dirname(require.resolve('typescript-7/package.json')), 'bin', 'tsc');
  const options =
    '--strict --noUncheckedIndexedAccess --exactOptionalPropertyTypes --module node20 --target es2022 --types node ' +
    '--skipLibCheck --ignoreConfig';
  const { stdout, stderr } = spawnSync(process.execPath, [compiler, ...options.split(' '), ...paths], {
    cwd: modules,
    encoding: 'utf8',
  });
  return stdout + stderr;
}

/** Opening a study makes the same synthetic images again and again: here each set is made once. */
function makeImagesOnce(file: string, name: string): void {
  const module = require(`../../src/data/${file}.js`) as Record<string, (size: object) => Dataset>;
  const make = module[name]!;
  const made = new Map<string, Dataset>();
  mock.method(module, name, (size: object) => {
    const key = JSON.stringify(Object.entries(size).sort());
    if (!made.has(key)) made.set(key, make(size));
    return made.get(key)!;
  });
}

describe('the examples of doc comments', () => {
  const folder = mkdtempSync(join(tmpdir(), 'whyconv-examples-'));
  const home = process.cwd();
  const { WHYCONV_RUNS, WHYCONV_DATA_DIR } = process.env;
  let said = '';
  before(() => {
    said = compile();
    makeImagesOnce('shapes', 'shapesDataset');
    makeImagesOnce('position', 'positionDataset');
    // What examples write goes to a folder that is removed.
    process.chdir(folder);
    process.env.WHYCONV_RUNS = join(folder, 'runs');
    process.env.WHYCONV_DATA_DIR = join(folder, 'data');
  });
  after(() => {
    mock.restoreAll();
    process.chdir(home);
    for (const [name, value] of Object.entries({ WHYCONV_RUNS, WHYCONV_DATA_DIR }))
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    rmSync(folder, { recursive: true, force: true });
  });

  it('compile in a strict project', () => assert.equal(said, ''));

  for (const example of all.filter(isRun))
    it(`${example.name} comes to what it says`, async () => {
      const { run } = require(pathOf(example)) as { run: (check: Check) => Promise<void> };
      await run(check);
    });
});

describe('what an example says is checked', () => {
  const example = (code: string) =>
    `/**\n * What it does.\n *\n * @example\n${code}\n */\nexport function f() {}\n`;
  const fenced = (...lines: string[]) =>
    example(` * \`\`\`ts\n${lines.map((line) => ` * ${line}\n`).join('')} * \`\`\``);
  /** Runs an example that needs no types and no imports. */
  const run = async (...lines: string[]) => {
    const [found] = examplesIn(fenced(...lines), 'room/file.ts');
    const code = moduleOf(found!).replace(/^import.*$|: Check|: Promise<void>|^export /gm, '');
    const start = new Function('check', `${code}; return run(check);`) as (check: Check) => Promise<void>;
    await start(check);
  };

  it('a wrong value, another error, no error, and another output are found', async () => {
    await run('1 / 3; // => 0.333', 'const x = [1]; // => [1]');
    await assert.rejects(run('1 / 3; // => 0.334'), /0\.334/);
    await assert.rejects(run('const x = [1]; // => [2]'), /deep-equal/);
    await run("throw new RangeError('too far'); // throws RangeError: far");
    await assert.rejects(run("throw new RangeError('too far'); // throws TypeError: far"), /RangeError/);
    await assert.rejects(run("throw new RangeError('too far'); // throws RangeError: near"), /near/);
    await assert.rejects(run('1; // throws RangeError: far'), /Missing expected rejection/);
    await run("process.stdout.write('a\\nb\\n'); // prints b");
    await assert.rejects(run("process.stdout.write('a\\n'); // prints b"), /no line "b"/);
  });

  it('an example without a block or without a result is refused, unless it says why it is not run', async () => {
    assert.throws(() => examplesIn(example(' * f();'), 'room/file.ts'), /src\/room\/file: f: no ```ts block/);
    await assert.rejects(run('f();'), /src\/room\/file: f: the example says no result/);
    const [unrun] = examplesIn(fenced('// not run: deletes everything', 'f();'), 'room/file.ts');
    assert.equal(isRun(unrun!), false);
    assert.match(moduleOf(unrun!), /f\(\);/);
  });
});
