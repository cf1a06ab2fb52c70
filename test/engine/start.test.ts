import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import util from 'node:util';
import { currentEngine, parseEngineChoice, startEngine, tf } from '../../src/engine/index.js';
import { explainMissingAddon } from '../../src/engine/install/index.js';
import { supplyRemovedUtilFunctions } from '../../src/engine/node-compat.js';
import { wantedThreads } from '../../src/engine/wasm/threads.js';

const engineModule = JSON.stringify(require.resolve('../../src/engine/index.js'));
const emptyCache = mkdtempSync(join(tmpdir(), 'whyconv-start-'));

/** Runs code with `startEngine`, `currentEngine` and `tf` in a new process, which has no engine yet. */
function inProcess(code: string, env: NodeJS.ProcessEnv = {}, before = '') {
  const program = `${before}; const { startEngine, currentEngine, tf } = require(${engineModule});
    (async () => { ${code} })().catch((error) => { console.error(error.message); process.exitCode = 9; });`;
  return spawnSync(process.execPath, ['-e', program], { encoding: 'utf8', env: { ...process.env, ...env } });
}

/** Code that hides the native package, as if npm had not installed it. */
const withoutPackage = `const Module = require('node:module'); const resolve = Module._resolveFilename;
  Module._resolveFilename = function (name, ...rest) {
    if (name.startsWith('@tensorflow/tfjs-node-gpu')) throw Object.assign(new Error('hidden'), { code: 'MODULE_NOT_FOUND' });
    return resolve.call(this, name, ...rest);
  }`;

describe('startEngine', () => {
  after(() => rmSync(emptyCache, { recursive: true, force: true }));

  it('must be called before currentEngine', () => {
    assert.throws(() => currentEngine(), /no engine has been started/);
  });

  it('starts wasm once, describes it, and computes on it', async () => {
    const [first, second] = await Promise.all([startEngine('wasm'), startEngine('wasm')]);
    assert.equal(first, second);
    assert.equal(currentEngine(), first);
    assert.deepEqual(
      { ...first, library: '', tfjs: '' },
      {
        name: 'wasm',
        tfjs: '',
        library: '',
        threads: wantedThreads(),
        threadsPerOperation: wantedThreads(),
        device: 'cpu',
      },
    );
    assert.match(first.library, /^\d+\.\d+\.\d+$/);
    assert.equal(first.tfjs, tf.version.tfjs);
    assert.equal(tf.getBackend(), 'wasm');
    assert.deepEqual([...(await tf.add([1, 2], [3, 4]).data())], [4, 6]);
  });

  it('refuses to change the engine of a running process', async () => {
    assert.equal((await startEngine('auto')).name, 'wasm');
    await assert.rejects(startEngine('native'), /cannot be changed/);
  });

  it('falls back to wasm with one line that says why, how much slower it is, and what to do', () => {
    const code = `console.log((await startEngine('auto')).name); tf.ones([2]).mean().print()`;
    const { stdout, stderr } = inProcess(code, { WHYCONV_ENGINE: '' }, withoutPackage);
    assert.match(stdout, /^wasm/);
    assert.equal(stderr.trim().split('\n').length, 1);
    assert.match(stderr, /is not installed.*7 times slower|7 times slower.*is not installed/);
    assert.match(stderr, /npm run engine/);
    assert.doesNotMatch(stdout + stderr, /looks like you are running TensorFlow.js in Node/);
  });

  it('prints nothing if the environment requests wasm', () => {
    const { stdout, stderr } = inProcess('console.log((await startEngine()).name)', {
      WHYCONV_ENGINE: 'wasm',
    });
    assert.equal(stdout.trim(), 'wasm');
    assert.equal(stderr, '');
  });

  it('refuses native with a remedy if it is not installed', () => {
    const { status, stderr } = inProcess(
      `await startEngine('native')`,
      { WHYCONV_CACHE: emptyCache },
      withoutPackage,
    );
    assert.equal(status, 9);
    assert.match(stderr, /the native engine cannot start[\s\S]*remedy: +npm run engine/);
  });

  it('refuses unknown engine names with exit code 2', () => {
    assert.equal(parseEngineChoice('native', '--engine'), 'native');
    assert.throws(() => parseEngineChoice('cuda', '--engine'), { name: 'WhyconvError', exitCode: 2 });
    assert.match(
      inProcess('await startEngine()', { WHYCONV_ENGINE: 'gpu' }).stderr,
      /WHYCONV_ENGINE[\s\S]*gpu/,
    );
  });

  it('starts the native engine and trains a layer on it', (t) => {
    const missing = explainMissingAddon();
    if (missing) return t.skip(`the native engine: ${missing}`);
    const code = `const info = await startEngine('native');
      const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [3] })] });
      model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
      const { history } = await model.fit(tf.ones([8, 3]), tf.ones([8, 1]), { epochs: 3, verbose: 0 });
      console.log(JSON.stringify({ info, loss: history.loss }))`;
    const { stdout } = inProcess(code);
    const { info, loss } = JSON.parse(stdout) as { info: Record<string, unknown>; loss: number[] };
    assert.equal(info.name, 'native');
    assert.match(String(info.library), /^2\.\d+\.\d+/);
    assert.ok(Number(info.threads) >= 1);
    assert.ok(loss[2]! <= loss[0]!, `the loss increases: ${loss}`);
  });
});

describe('supplyRemovedUtilFunctions', () => {
  it('supplies functions that behave like the removed ones', () => {
    const target: { isArray?: (value: unknown) => boolean; isNullOrUndefined?: (value: unknown) => boolean } =
      {};
    for (const holder of [target, undefined]) supplyRemovedUtilFunctions(holder);
    for (const { isNullOrUndefined, isArray } of [target, util as typeof target]) {
      assert.deepEqual([null, undefined, 0, '', false].map(isNullOrUndefined!), [
        true,
        true,
        false,
        false,
        false,
      ]);
      assert.deepEqual([[], {}, 'a', undefined].map(isArray!), [true, false, false, false]);
    }
  });
});
