import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, existsSync } from 'node:fs';
import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { after, afterEach, before, describe, it } from 'node:test';
import { createGzip } from 'node:zlib';
import { engineStatus, installEngine } from '../../src/engine/index.js';
import { download } from '../../src/engine/install/download.js';
import { get, proxyFor } from '../../src/engine/install/http.js';
import { explainMissingAddon, findNativePackage } from '../../src/engine/install/layout.js';
import { linkPackage, unlinkPackage } from '../../src/engine/install/link.js';
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
const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('base64');

describe('download', () => {
  it('puts the whole file in place, having checked size and MD5', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, {
        'content-length': body.length,
        'x-goog-hash': `crc32c=AAAA==,md5=${md5(body)}`,
      });
      response.end(body);
    });
    const path = join(folder, 'whole', 'file');
    const seen: number[] = [];
    await download(`${url}/file`, path, { onBytes: (bytes, total) => seen.push(bytes, total ?? -1) });
    assert.deepEqual(await readFile(path), body);
    assert.deepEqual(seen.slice(-2), [body.length, body.length]);
    assert.deepEqual(await readdir(join(folder, 'whole')), ['file']);
  });

  it('continues what a broken transfer has left, if the file is still the same', async () => {
    const ranges: (string | undefined)[] = [];
    let etag = '"one"';
    const url = await serve((request, response) => {
      ranges.push(request.headers.range);
      const from =
        request.headers['if-range'] === etag ? Number(/\d+/.exec(request.headers.range ?? '')?.[0]) : 0;
      response.writeHead(from ? 206 : 200, { 'content-length': body.length - from, etag });
      if (ranges.length > 1) response.end(body.subarray(from));
      else response.write(body.subarray(0, 40_000), () => setTimeout(() => response.destroy(), 200));
    });
    const path = join(folder, 'resumed');
    await assert.rejects(download(url, path));
    assert.ok(!existsSync(path), 'a broken transfer must not look finished');
    await download(url, path);
    assert.deepEqual(await readFile(path), body);
    assert.deepEqual(ranges, [undefined, 'bytes=40000-']);

    await writeFile(`${path}.part`, 'another file');
    await writeFile(`${path}.part.etag`, etag);
    etag = '"two"';
    await download(url, path);
    assert.deepEqual(await readFile(path), body);
  });

  it('refuses and forgets a file with another checksum', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, {
        'content-length': body.length,
        'x-goog-hash': `md5=${md5(Buffer.from('x'))}`,
      });
      response.end(body);
    });
    const path = join(folder, 'wrong', 'file');
    await assert.rejects(download(url, path), /MD5 is .*, expected /);
    assert.deepEqual(await readdir(join(folder, 'wrong')), []);
  });

  it('says in one line that a host refuses or has no such file', async () => {
    const url = await serve((_, response) => response.writeHead(404).end());
    await assert.rejects(download(url, join(folder, 'none')), /answers with status 404/);
    await assert.rejects(download('http://127.0.0.1:1/', join(folder, 'none')), /ECONNREFUSED/);
  });

  it('stops when told to', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-length': body.length });
      response.write(body.subarray(0, 10));
    });
    const controller = new AbortController();
    const onBytes = () => controller.abort();
    await assert.rejects(download(url, join(folder, 'stopped'), { signal: controller.signal, onBytes }));
  });
});

describe('http', () => {
  it('follows redirects, but not for ever', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/end') response.end('there');
      else response.writeHead(302, { location: request.url === '/loop' ? '/loop' : '/end' }).end();
    });
    const response = await get(new URL(`${url}/start`), {});
    assert.equal(response.statusCode, 200);
    response.resume();
    await assert.rejects(get(new URL(`${url}/loop`), {}), /redirects without end/);
  });

  it('chooses the proxy as curl does', () => {
    const env = { HTTPS_PROXY: 'http://user:word@proxy:3128', no_proxy: 'example.org, .internal' };
    assert.equal(proxyFor(new URL('https://example.com/'), env)?.host, 'proxy:3128');
    assert.equal(proxyFor(new URL('https://a.example.org/'), env), undefined);
    assert.equal(proxyFor(new URL('https://x.internal/'), env), undefined);
    assert.equal(proxyFor(new URL('https://notexample.org/'), env)?.host, 'proxy:3128');
    assert.equal(proxyFor(new URL('http://example.com/'), env), undefined);
    assert.equal(
      proxyFor(new URL('https://example.com/'), { https_proxy: 'proxy:1' })?.href,
      'http://proxy:1/',
    );
  });

  it('asks an HTTP proxy for the whole address and gives it the credentials', async () => {
    const asked: unknown[] = [];
    const proxy = await serve((request, response) => {
      asked.push(request.url, request.headers.host, request.headers['proxy-authorization']);
      response.end('by proxy');
    });
    const old = process.env.http_proxy;
    process.env.http_proxy = proxy.replace('//', '//user:word@');
    try {
      (await get(new URL('http://example.invalid/file'), {})).resume();
    } finally {
      if (old === undefined) delete process.env.http_proxy;
      else process.env.http_proxy = old;
    }
    const credentials = `Basic ${Buffer.from('user:word').toString('base64')}`;
    assert.deepEqual(asked, ['http://example.invalid/file', 'example.invalid', credentials]);
  });
});

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

describe('linkPackage and unlinkPackage', () => {
  it('replace folders and older links by links, and remove these without touching their targets', async () => {
    const entry = join(folder, 'entry');
    const found = { folder: join(folder, 'package'), version: '4.22.0', napi: 8 };
    for (const part of ['lib', 'deps']) await mkdir(join(entry, part), { recursive: true });
    await mkdir(join(found.folder, 'lib', 'old'), { recursive: true });
    await symlink('/nowhere', join(found.folder, 'deps'));
    await linkPackage(found, entry);
    await linkPackage(found, entry);
    assert.equal(await readlink(join(found.folder, 'lib')), join(entry, 'lib'));
    assert.equal(await readlink(join(found.folder, 'deps')), join(entry, 'deps'));
    assert.deepEqual((await readdir(found.folder)).sort(), ['deps', 'lib']);
    await unlinkPackage(found);
    assert.deepEqual(await readdir(found.folder), []);
    assert.deepEqual((await readdir(entry)).sort(), ['deps', 'lib']);
  });

  it('do not remove a folder that is not a link', async () => {
    const found = { folder: join(folder, 'built-in-place'), version: '4.22.0', napi: 8 };
    await mkdir(join(found.folder, 'lib'), { recursive: true });
    await unlinkPackage(found);
    assert.ok((await lstat(join(found.folder, 'lib'))).isDirectory());
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

  async function linksOfPackage(): Promise<string[]> {
    const found = findNativePackage();
    if (!found) return [];
    return Promise.all(
      ['lib', 'deps'].map((part) => readlink(join(found.folder, part)).catch(() => 'no link')),
    );
  }

  it('ends on wasm with a reason for each method, and changes and leaves nothing', async (t) => {
    if (!findNativePackage()) return t.skip('the native package is not installed');
    const cache = join(folder, 'cache-cut-off');
    const links = await linksOfPackage();
    const steps: string[] = [];
    const onStep = (line: string) => steps.push(line);
    const result = await cutOff(cache, 'http://127.0.0.1:1', () => installEngine({ force: true, onStep }));
    assert.equal(result.engine, 'wasm');
    assert.ok(result.engine === 'wasm' && result.reasons.length >= 2);
    assert.match(result.reasons.join('\n'), /official.*(ECONNREFUSED|no prebuilt library)/);
    assert.match(result.reasons.join('\n'), /wheel.*(no Python with pip|Linux only)/);
    assert.equal(steps.filter((line) => line.startsWith('trying')).length, result.reasons.length);
    assert.deepEqual(await linksOfPackage(), links);
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
    const links = await linksOfPackage();
    const controller = new AbortController();
    const onProgress = ({ detail = '' }) => detail.includes('MB') && controller.abort();
    const work = () => installEngine({ force: true, signal: controller.signal, onProgress });
    await assert.rejects(cutOff(cache, url, work), { name: 'WhyconvError', exitCode: 130 });
    assert.deepEqual(await linksOfPackage(), links);
    assert.deepEqual(await readdir(join(cache, 'engine')), []);
    assert.ok(!existsSync(join(cache, 'engine.lock')));
  });

  it('detects a working installation and leaves it unchanged', async (t) => {
    const missing = explainMissingAddon();
    if (missing) return t.skip(`the native engine: ${missing}`);
    const result = await installEngine();
    assert.ok(result.engine === 'native' && result.how === 'present');
    const status = await engineStatus();
    assert.deepEqual([status.engine, status.library], ['native', result.library]);
    assert.equal(status.whyNotNative, undefined);
    assert.ok(status.addon && existsSync(status.addon));
  });
});
