import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, it, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { engineStatus, installEngine } from '../../src/engine/index.js';
import { explainMissingAddon, findAddon } from '../../src/engine/install/addon.js';
import { Failures, UnfitError } from '../../src/engine/install/failures.js';
import { installWith, type Methods } from '../../src/engine/install/install.js';
import { addonIn, findNativePackage } from '../../src/engine/install/layout.js';
import { cacheEntry, sources } from '../../src/engine/install/source.js';
import { setEnvironment } from '../support/environment.js';
import { serve } from '../support/server.js';

const found = findNativePackage();
const skip = found ? false : 'npm has not installed the native package';

function emptyCache(t: TestContext): string {
  const cache = mkdtempSync(join(tmpdir(), 'whyconv-once-'));
  t.after(() => rmSync(cache, { recursive: true, force: true }));
  setEnvironment(t, { WHYCONV_CACHE: cache });
  return cache;
}

/** Methods that make nothing real: `make` as given, and every addon file works. */
function fakeMethods(make: Methods['make']): Methods & { readonly made: string[] } {
  const made: string[] = [];
  return {
    made,
    sources: sources(false),
    make: async (source, staging, context) => {
      made.push(source.kind);
      await make(source, staging, context);
    },
    probe: async (addon) =>
      existsSync(addon)
        ? { works: true, library: '0.0.1', device: 'cpu' }
        : { works: false, reason: 'no file', lasting: true },
  };
}

const writeAddon: Methods['make'] = async (_source, staging, { found: { napi } }) => {
  const path = addonIn(staging, napi);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, 'addon');
};

describe('two processes that need the engine at once', { skip }, () => {
  /** Installs in a process of its own, whose making of an addon ends when the parent says so; prints what happens. */
  const program = `
    const { mkdirSync, writeFileSync, existsSync } = require('node:fs');
    const { dirname } = require('node:path');
    const { installWith } = require(${JSON.stringify(require.resolve('../../src/engine/install/install.js'))});
    const { addonIn } = require(${JSON.stringify(require.resolve('../../src/engine/install/layout.js'))});
    const { sources } = require(${JSON.stringify(require.resolve('../../src/engine/install/source.js'))});
    const go = new Promise((resolve) => process.stdin.once('data', resolve));
    installWith({
      sources: sources(false),
      make: async (source, staging, { found }) => {
        console.log('made');
        await go;
        const path = addonIn(staging, found.napi);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, 'addon');
      },
      probe: async (addon) => ({ works: existsSync(addon), library: '0.0.1', device: 'cpu', reason: 'no file' }),
    }, { onStep: (line) => console.log(line) }).then((result) => {
      console.log('result ' + result.engine + ' ' + result.how);
      process.exit();
    });`;

  it('build it once: one builds, the other waits and finds it', async (t) => {
    const cache = emptyCache(t);
    const lines: string[] = [];
    const children = [0, 1].map(() =>
      spawn(process.execPath, ['-e', program], {
        stdio: ['pipe', 'pipe', 'inherit'],
        env: { ...process.env },
      }),
    );
    const ended = children.map((child) => new Promise((resolve) => child.once('close', resolve)));
    for (const child of children) {
      createInterface({ input: child.stdout! }).on('line', (line) => {
        lines.push(line);
        if (!line.includes('waiting for it')) return;
        for (const each of children) each.stdin!.write('go\n');
      });
    }
    await Promise.all(ended);
    assert.deepEqual(lines.filter((line) => line === 'made').length, 1, lines.join('\n'));
    assert.deepEqual(lines.filter((line) => line.startsWith('result')).sort(), [
      'result native cache',
      'result native official',
    ]);
    assert.equal(readdirSync(join(cache, 'engine')).length, 1);
    assert.ok(!existsSync(join(cache, 'engine.lock')));
  });
});

describe('a failure that would come again', { skip }, () => {
  const unfit = () => fakeMethods(() => Promise.reject(new UnfitError('illegal instruction')));

  it('is remembered for this machine: the next installation tries nothing and says how to', async (t) => {
    const cache = emptyCache(t);
    const first = unfit();
    assert.equal((await installWith(first, {})).engine, 'wasm');
    assert.deepEqual(first.made, ['official', 'wheel']);
    const second = unfit();
    const steps: string[] = [];
    const result = await installWith(second, { onStep: (line) => steps.push(line) });
    assert.deepEqual(second.made, []);
    assert.ok(result.engine === 'wasm');
    assert.match(
      result.reasons.join('\n'),
      /official.*illegal instruction \(found on \d{4}-\d\d-\d\d\)\n.*wheel/,
    );
    assert.deepEqual(steps, [
      'what failed before on this machine was not tried again: npm run engine -- --force does',
    ]);
    assert.equal(new Failures(cache, 'another machine').get(Object.keys(remembered(cache))[0]!), undefined);
  });

  it('is tried again if forced, and forgotten once it works', async (t) => {
    const cache = emptyCache(t);
    await installWith(unfit(), {});
    const result = await installWith(fakeMethods(writeAddon), { force: true });
    assert.ok(result.engine === 'native' && result.how === 'official');
    assert.deepEqual(remembered(cache), {});
    assert.equal(findAddon()?.place, 'cache');
  });

  it('leaves other sources to be tried', async (t) => {
    emptyCache(t);
    const half = (): ReturnType<typeof fakeMethods> =>
      fakeMethods((source, ...rest) =>
        source.kind === 'official' ? Promise.reject(new UnfitError('too old')) : writeAddon(source, ...rest),
      );
    assert.ok((await installWith(half(), {})).engine === 'native');
    const again = half();
    const result = await installWith(again, {});
    assert.deepEqual([result.engine, again.made], ['native', []]);
  });

  it('is not one of the network: that is tried each time', async (t) => {
    const cache = emptyCache(t);
    const offline = fakeMethods(() => Promise.reject(new Error('cannot be reached')));
    await installWith(offline, {});
    await installWith(offline, {});
    assert.equal(offline.made.length, 4);
    assert.deepEqual(remembered(cache), {});
  });

  it('does no harm where its file is damaged', async (t) => {
    const cache = emptyCache(t);
    writeFileSync(join(cache, 'engine-failures.json'), '{"half":');
    const methods = unfit();
    await installWith(methods, {});
    assert.equal(methods.made.length, 2);
    assert.equal(Object.keys(remembered(cache)).length, 2);
  });

  it('of a download that does not load costs one download, whatever starts the installation', async (t) => {
    if (process.platform !== 'linux' || process.arch !== 'x64')
      return t.skip('the official download is for linux x64');
    const cache = emptyCache(t);
    const [library, addon] = [
      await archiveOf('lib/libtensorflow.so.2'),
      await archiveOf('tfjs_binding.node'),
    ];
    const server = await serve(t, (request, response) => {
      response.end(request.url!.includes('libtensorflow-') ? library : addon);
    });
    // Without Python nothing is built.
    setEnvironment(t, { TFJS_NODE_CDN_STORAGE: server.url, PATH: cache, PYTHON: undefined });
    const package_ = readdirSync(found!.folder);
    const first = await installEngine();
    assert.ok(first.engine === 'wasm');
    assert.match(first.reasons[0]!, /it does not load .*(invalid ELF|file too short)/);
    assert.equal(server.requests.length, 2);
    const second = await installEngine();
    assert.ok(second.engine === 'wasm');
    assert.match(second.reasons[0]!, /it does not load .*\(found on /);
    assert.equal(server.requests.length, 2);
    assert.deepEqual(readdirSync(found!.folder), package_);
    assert.deepEqual(readdirSync(join(cache, 'engine')), []);
  });
});

describe('an addon in the cache that does not load here', { skip }, () => {
  it('is found out by the status, in a process of its own, and not loaded after that', async (t) => {
    const cache = emptyCache(t);
    const path = addonIn(cacheEntry(cache, sources()[0]!, found!), found!.napi);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, 'made for another machine');
    assert.equal(findAddon()?.path, path);
    const first = await engineStatus();
    assert.equal(first.engine, 'wasm');
    assert.match(first.whyNotNative ?? '', /it does not load/);
    assert.equal(findAddon(), undefined);
    assert.match(explainMissingAddon() ?? '', /it does not load.*\(found on /s);
    assert.match((await engineStatus()).whyNotNative ?? '', /it does not load/);
  });
});

function remembered(cache: string): object {
  const path = join(cache, 'engine-failures.json');
  if (!existsSync(path)) return {};
  const machines = Object.values(JSON.parse(readFileSync(path, 'utf8')) as object);
  assert.ok(machines.length <= 1);
  return machines[0] ?? {};
}

async function archiveOf(name: string): Promise<Buffer> {
  const tar = pack();
  tar.entry({ name }, 'not a library');
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return gzipSync(Buffer.concat(chunks));
}
