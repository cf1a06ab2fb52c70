import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { projectRoot } from '../../src/base/files.js';
import { type Kernel, startKernel } from '../../src/report/kernel/index.js';
import { printed } from './kernel-helpers.js';

describe('what a cell imports', () => {
  let base = '';
  let kernel: Kernel;
  before(async () => {
    base = await realpath(await mkdtemp(join(tmpdir(), 'whyconv-test-')));
    const folder = join(base, 'notebooks');
    await mkdir(folder);
    await writeFile(join(base, 'outside.ts'), 'export const outside = 1;');
    await symlink(join(projectRoot, 'node_modules'), join(folder, 'node_modules'));
    await writeFile(join(folder, 'half.ts'), 'export const half: number = 21;');
    await writeFile(
      join(folder, 'whole.ts'),
      'import { half } from "./half"; export const whole = 2 * half;',
    );
    await writeFile(
      join(folder, 'drawing.ts'),
      'import { version } from "vega"; export const drawn = version;',
    );
    kernel = await startKernel({ cwd: folder });
  });
  after(async () => {
    await kernel.shutdown();
    await rm(base, { recursive: true, force: true });
  });

  const cases: [string, string, RegExp][] = [
    ['an ES module', 'import { compile } from "vega-lite"; console.log(typeof compile)', /^function\n$/],
    [
      'an ES module that awaits at its top',
      'import * as vega from "vega"; console.log(typeof vega.View)',
      /^function\n$/,
    ],
    [
      'the default of an ES module',
      'import tooltip from "vega-tooltip"; console.log(typeof tooltip)',
      /^function/,
    ],
    [
      'a CommonJS module and one of Node',
      'import path from "path"; import { PNG } from "pngjs"; console.log(typeof path.join, typeof PNG)',
      /^function function/,
    ],
    ['.ts files beside the notebook', 'import { whole } from "./whole"; console.log(whole)', /^42\n$/],
    [
      'a .ts file that imports an ES module',
      'import { drawn } from "./drawing"; console.log(drawn)',
      /^\d+\.\d+\.\d+\n$/,
    ],
  ];
  for (const [what, code, prints] of cases) {
    test(`works for ${what}`, async () => {
      const result = await kernel.execute(code);
      assert.deepEqual(result.error, undefined);
      assert.match(printed(result), prints);
      assert.equal(printed(result, 'stderr'), '');
    });
  }

  test('has the types of a package that declares them in its exports', async () => {
    const { error } = await kernel.execute(
      'import { compile as wrong } from "vega-lite"; const n: number = wrong;',
    );
    assert.match(error?.evalue ?? '', /is not assignable to type 'number'/);
  });

  test('says the way round for what it cannot be', async () => {
    const refused: [string, RegExp][] = [
      ['import { whole as again } from "./whole.ts"', /write the path without its extension/],
      ['import { outside } from "../outside"', /notebook's own folder only/],
      ['import { nothing } from "no-such-package"', /Cannot find module 'no-such-package'/],
    ];
    for (const [code, says] of refused) assert.match((await kernel.execute(code)).error?.evalue ?? '', says);
  });
});
