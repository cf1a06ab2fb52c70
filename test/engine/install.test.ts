import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { after, afterEach, before, describe, it } from 'node:test';
import { createGzip } from 'node:zlib';
import { engineStatus, installEngine } from '../../src/engine/index.js';
import { explainMissingAddon } from '../../src/engine/install/addon.js';
import { cacheFolder, findNativePackage } from '../../src/engine/install/layout.js';
import { officialAddresses, unpackTar } from '../../src/engine/install/official.js';
import { probeAddon } from '../../src/engine/install/probe.js';
import { cacheKey, sources } from '../../src/engine/install/source.js';
import { unpackScript } from '../../src/engine/install/wheel.js';

let folder: string;
const servers: http.Server[] = [];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whyconv-install-'));
});
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});
after(() => rm(folder, { recursive: true, force: true }));

async function serve(handler: http.RequestListener): Promise<string> {
  const server = http.createServer(handler);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const body = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 7919) % 251));

describe('an archive', () => {
  it('is unpacked only to paths chosen by the caller, whatever paths it contains', async () => {
    const { pack } = await import('tar-stream');
    const tar = pack();
    tar.entry({ name: './lib/libtensorflow.so.2.9.1' }, 'library');
    tar.entry({
      name: './lib/libtensorflow.so.2',
      type: 'symlink',
      linkname: '../../../libtensorflow.so.2.9.1',
    });
    tar.entry({ name: '../../climbs' }, 'no');
    tar.entry({ name: 'include/header.h' }, 'no');
    tar.finalize();
    const archive = join(folder, 'library.tar.gz');
    await pipeline(tar, createGzip(), createWriteStream(archive));
    const into = join(folder, 'unpacked');
    const inLib = (path: string) =>
      /^\.\/lib\//.test(path) ? join(into, path.slice('./lib/'.length)) : null;
    await unpackTar(archive, inLib);
    assert.deepEqual((await readdir(into)).sort(), ['libtensorflow.so.2', 'libtensorflow.so.2.9.1']);
    assert.equal(await readFile(join(into, 'libtensorflow.so.2'), 'utf8'), 'library');
    assert.ok(!existsSync(join(folder, 'climbs')) && !existsSync(join(tmpdir(), 'climbs')));
  });

  it('is refused if it is truncated', async () => {
    const archive = join(folder, 'truncated.tar.gz');
    await writeFile(archive, (await readFile(join(folder, 'library.tar.gz'))).subarray(0, 60));
    await assert.rejects(unpackTar(archive, () => join(folder, 'nowhere', 'file')));
  });

  it("of the kind wheel yields its libraries and C headers, checked against the wheel's RECORD", (t) => {
    if (spawnSync('python3', ['--version']).status !== 0) return t.skip('python3 is not installed');
    const wheel = join(folder, 'tensorflow.whl');
    // The fake wheel is written by Python's own zip and digest code, independent of the unpacker's.
    const make = `
import base64, hashlib, sys, zipfile
files = {'tensorflow/libtensorflow_cc.so.2': b'cc' * 5000000, 'tensorflow/libtensorflow_framework.so.2': b'framework',
  'tensorflow/include/tensorflow/c/c_api.h': b'header', 'tensorflow/include/tensorflow/core/other.h': b'other',
  'tensorflow/include/tsl/platform/ctstring.h': b'string', 'tensorflow/python/code.py': b'code'}
rows = []
for name, data in files.items():
    digest = base64.urlsafe_b64encode(hashlib.sha256(data if sys.argv[2] != name else b'').digest()).decode().rstrip('=')
    rows.append('%s,sha256=%s,%d' % (name, digest, len(data)))
with zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED) as z:
    for name, data in files.items(): z.writestr(name, data)
    z.writestr('tensorflow_cpu-2.21.0.dist-info/RECORD', chr(10).join(rows))
`;
    execFileSync('python3', ['-c', make, wheel, '']);
    const deps = join(folder, 'deps');
    const unpacked = spawnSync('python3', [unpackScript, wheel, deps], { encoding: 'utf8' });
    assert.equal(unpacked.status, 0, unpacked.stderr);
    const fractions = unpacked.stdout.trim().split('\n').map(Number);
    assert.ok(
      fractions.length > 1 && fractions.every((f, i) => f > 0 && f <= 1 && f >= (fractions[i - 1] ?? 0)),
    );
    const list = execFileSync('find', [deps, '-type', 'f', '-printf', '%P\n'], { encoding: 'utf8' });
    assert.deepEqual(list.trim().split('\n').sort(), [
      'include/tensorflow/c/c_api.h',
      'include/tsl/platform/ctstring.h',
      'lib/libtensorflow_cc.so.2',
      'lib/libtensorflow_framework.so.2',
    ]);
    execFileSync('python3', ['-c', make, wheel, 'tensorflow/libtensorflow_framework.so.2']);
    const damaged = spawnSync('python3', [unpackScript, wheel, deps], { encoding: 'utf8' });
    assert.notEqual(damaged.status, 0);
    assert.match(damaged.stderr, /libtensorflow_framework.so.2 has sha256=.* its RECORD says/);
  });
});

describe('the sources of the native library', () => {
  it('start with the official build, and with CUDA builds if there is a GPU', () => {
    const names = (gpu: boolean) => sources(gpu).map(({ kind, device }) => `${kind} ${device}`);
    assert.deepEqual(names(false), ['official cpu', 'wheel cpu']);
    assert.deepEqual(names(true), ['official gpu', 'wheel gpu', 'wheel cpu']);
  });

  it('have different cache keys for incompatible binaries', () => {
    const package8 = { folder: '', version: '4.22.0', napi: 8 };
    const keys = [...sources(true), ...sources(false)].map((source) => cacheKey(source, package8));
    assert.equal(new Set(keys).size, 4);
    assert.ok(keys.every((key) => key.includes(`${process.platform}-${process.arch}`)));
    assert.notEqual(cacheKey(sources(false)[0]!, { ...package8, napi: 9 }), keys[3]);
  });

  it('use the mirrors named by the environment variables of the package', (t) => {
    if (process.platform !== 'linux' || process.arch !== 'x64')
      return t.skip('official builds are for linux x64');
    const [official] = sources(false);
    const plain = officialAddresses(official!, '4.22.0', 8, {});
    const host = 'https://storage.googleapis.com/';
    assert.deepEqual(plain, {
      library: `${host}tensorflow/libtensorflow/libtensorflow-cpu-linux-x86_64-2.9.1.tar.gz`,
      addon: `${host}tf-builds/pre-built-binary/napi-v8/4.22.0/GPU-linux-4.22.0.tar.gz`,
    });
    const mirrored = officialAddresses(official!, '4.22.0', 8, { TFJS_NODE_CDN_STORAGE: 'http://mirror' });
    assert.ok(Object.values(mirrored).every((address) => address.startsWith('http://mirror/t')));
    const base = officialAddresses(official!, '4.22.0', 8, { TFJS_NODE_BASE_URI: 'http://a/b-' });
    assert.equal(base.library, 'http://a/b-cpu-linux-x86_64-2.9.1.tar.gz');
  });
});

describe('the cache folder', () => {
  it('is the one that is named, otherwise the usual one of the platform', (t) => {
    assert.equal(cacheFolder({ WHYCONV_CACHE: '/scratch/engine' }), join('/scratch', 'engine'));
    if (process.platform !== 'linux') return t.skip('the usual folder is checked on Linux');
    assert.equal(cacheFolder({ XDG_CACHE_HOME: '/x' }), '/x/whyconv');
    assert.equal(cacheFolder({}), join(homedir(), '.cache', 'whyconv'));
  });
});

describe('probeAddon', () => {
  it('survives an addon that cannot be loaded and reports the reason', async () => {
    const addon = join(folder, 'broken.node');
    await writeFile(addon, 'not a shared library');
    const result = await probeAddon(addon);
    assert.ok(!result.works);
    assert.match(
      result.reason,
      /it does not load \(exit code 1\).*(file too short|invalid ELF|not a mach-o|not valid)/is,
    );
  });
});

describe('installEngine', () => {
  /** Runs `work` in an environment without network and Python. */
  async function cutOff<T>(cache: string, mirror: string, work: () => Promise<T>): Promise<T> {
    const changed = {
      WHYCONV_CACHE: cache,
      TFJS_NODE_CDN_STORAGE: mirror,
      PATH: folder,
      PYTHON: '',
      CXX: '',
    };
    const old = Object.fromEntries(Object.keys(changed).map((name) => [name, process.env[name]]));
    Object.assign(process.env, changed);
    try {
      return await work();
    } finally {
      for (const [name, value] of Object.entries(old)) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
  }

  /** The package's folder belongs to npm, and may be read-only: nothing is ever written there. */
  async function filesOfPackage(): Promise<string[]> {
    const found = findNativePackage();
    return found ? readdir(found.folder) : [];
  }

  it('ends on wasm with a reason for each method, and changes and leaves nothing', async (t) => {
    if (!findNativePackage()) return t.skip('the native package is not installed');
    const cache = join(folder, 'cache-cut-off');
    const files = await filesOfPackage();
    const steps: string[] = [];
    const onStep = (line: string) => steps.push(line);
    const result = await cutOff(cache, 'http://127.0.0.1:1', () => installEngine({ force: true, onStep }));
    assert.equal(result.engine, 'wasm');
    assert.ok(result.engine === 'wasm' && result.reasons.length >= 2);
    assert.match(result.reasons.join('\n'), /official.*(ECONNREFUSED|no prebuilt library)/);
    assert.match(result.reasons.join('\n'), /wheel.*(no Python with pip|Linux only)/);
    assert.equal(steps.filter((line) => line.startsWith('trying')).length, result.reasons.length);
    assert.deepEqual(await filesOfPackage(), files);
    assert.deepEqual(await readdir(join(cache, 'engine')), []);
    assert.ok(!existsSync(join(cache, 'engine.lock')));
  });

  it('checks for the compiler before it downloads the wheel', async (t) => {
    if (!findNativePackage() || process.platform !== 'linux') return t.skip('the wheel is for linux');
    const tools = join(folder, 'tools');
    await mkdir(tools);
    // A Python that has pip and fails at anything else, and no compiler.
    await writeFile(join(tools, 'python3'), '#!/bin/sh\ntest "$3" = --version\n', { mode: 0o755 });
    const result = await cutOff(join(folder, 'cache-tools'), 'http://127.0.0.1:1', () => {
      process.env.PATH = tools;
      return installEngine({ force: true });
    });
    assert.ok(result.engine === 'wasm');
    assert.match(result.reasons.join('\n'), /compiling the addon needs g\+\+ .*build-essential/);
  });

  it('can be stopped during a download', async (t) => {
    if (!findNativePackage() || process.platform !== 'linux' || process.arch !== 'x64') {
      return t.skip('the official download is for linux x64');
    }
    const cache = join(folder, 'cache-stopped');
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-length': body.length, etag: '"one"' });
      response.write(body.subarray(0, 1000));
    });
    const files = await filesOfPackage();
    const controller = new AbortController();
    const onProgress = ({ detail = '' }) => detail.includes('MB') && controller.abort();
    const work = () => installEngine({ force: true, signal: controller.signal, onProgress });
    await assert.rejects(cutOff(cache, url, work), { name: 'WhyconvError', exitCode: 130 });
    assert.deepEqual(await filesOfPackage(), files);
    assert.deepEqual(await readdir(join(cache, 'engine')), []);
    assert.ok(!existsSync(join(cache, 'engine.lock')));
  });

  it('detects a working installation and leaves it unchanged', async (t) => {
    const missing = explainMissingAddon();
    if (missing) return t.skip(`the native engine: ${missing}`);
    const files = await filesOfPackage();
    const result = await installEngine();
    assert.ok(result.engine === 'native' && ['present', 'cache'].includes(result.how));
    assert.deepEqual(await filesOfPackage(), files);
    const status = await engineStatus();
    assert.deepEqual([status.engine, status.library], ['native', result.library]);
    assert.equal(status.whyNotNative, undefined);
    assert.ok(status.addon && existsSync(status.addon));
  });
});
