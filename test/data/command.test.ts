import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { portOf, serve } from '../support/server.js';
import { makeBatches, temporaryFolder, writeBatches } from './fixtures.js';

const command = join(__dirname, '../../src/cli/data.js');

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command in a process of its own, as the program's main file does. `onErr` sees what it writes to stderr. */
function runCommand(
  args: string[],
  environment: NodeJS.ProcessEnv,
  onErr: (text: string, interrupt: () => void) => void = () => {},
): Promise<Outcome> {
  const script = `require(${JSON.stringify(command)}).run(${JSON.stringify(args)}).catch((error) => {
    console.error(error.name === 'WhyconvError' ? error.message : error.stack);
    process.exitCode = error.exitCode ?? 99;
  })`;
  const child = spawn(process.execPath, ['-e', script], { env: { ...process.env, ...environment } });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
    onErr(String(chunk), () => child.kill('SIGINT'));
  });
  return new Promise((done) => child.on('close', (code) => done({ code, stdout, stderr })));
}

/** CIFAR-10 of the true size: flat grey images, no two of them equal. */
function fullSizeFolder(t: TestContext): string {
  const folder = temporaryFolder(t);
  const batches = new Map<string, Uint8Array>();
  let image = 0;
  for (const name of makeBatches(0, 0).keys()) {
    const bytes = new Uint8Array(10_000 * 3073);
    const view = new DataView(bytes.buffer);
    for (let i = 0; i < 10_000; i++, image++) {
      bytes.fill(image % 256, i * 3073, (i + 1) * 3073);
      bytes[i * 3073] = i % 10;
      view.setUint32(i * 3073 + 1, image);
    }
    batches.set(name, bytes);
  }
  return writeBatches(folder, batches);
}

test('--help shows options and examples', async () => {
  const { code, stdout } = await runCommand(['--help'], {});
  assert.equal(code, 0);
  for (const part of ['--data PATH', '--check', 'Examples:', 'WHYCONV_CIFAR10_URL'])
    assert.ok(stdout.includes(part));
});

test('wrong usage exits with 2', async () => {
  for (const args of [['--dat', 'x'], ['x'], ['--data'], ['--data=']]) {
    const { code, stderr } = await runCommand(args, {});
    assert.equal(code, 2, args.join(' '));
    assert.match(stderr, /--help/);
  }
});

test('a folder of the true size is read, described and checked; a failed check exits with 1', async (t) => {
  const folder = fullSizeFolder(t);
  const good = await runCommand(['--data', folder, '--check'], {});
  assert.equal(good.code, 0, good.stderr);
  assert.match(good.stdout, /official +no/);
  assert.match(good.stdout, /fingerprint +[0-9a-f]{64}/);
  assert.match(good.stdout, /50,000 train, 10,000 test/);
  assert.equal(good.stdout.match(/^pass /gm)?.length, 10);
  // A test batch of black images, all of one class: the first train image is black too.
  writeBatches(folder, new Map([['test_batch.bin', new Uint8Array(10_000 * 3073)]]));
  const bad = await runCommand(['--data', folder, '--check'], { NO_COLOR: '1' });
  assert.equal(bad.code, 1);
  assert.match(bad.stdout, /^FAIL {2}test balance .*10,000.*expected: 1,000 each/m);
  assert.match(bad.stdout, /^FAIL {2}within test .*9,999 exact duplicates/m);
  assert.match(bad.stdout, /^FAIL {2}across train and test .*10,000 exact duplicates/m);
  assert.match(bad.stderr, /fails 4 of 10 checks/);
  assert.ok(!bad.stdout.includes('\x1b'));
});

test('where the official server is out of reach the error says so and offers --data', async (t) => {
  const environment = { WHYCONV_DATA_DIR: temporaryFolder(t), WHYCONV_CIFAR10_URL: 'http://127.0.0.1:1/' };
  const { code, stderr, stdout } = await runCommand([], environment);
  assert.equal(code, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /cannot be reached: http:\/\/127\.0\.0\.1:1\/cifar-10-binary\.tar\.gz/);
  assert.match(stderr, /--data PATH/);
  assert.ok(!stderr.includes('    at '), 'no stack trace');
});

test('HTTPS_PROXY is asked for the official server', async (t) => {
  const asked: string[] = [];
  const proxy = createServer();
  proxy.on('connect', (request: IncomingMessage, socket) => {
    asked.push(request.url!);
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
  t.after(() => proxy.close());
  const environment = {
    WHYCONV_DATA_DIR: temporaryFolder(t),
    HTTPS_PROXY: `http://127.0.0.1:${portOf(proxy)}`,
    NO_PROXY: '',
  };
  const { code, stderr } = await runCommand([], environment);
  assert.equal(code, 1);
  assert.deepEqual(asked, ['www.cs.toronto.edu:443']);
  assert.match(stderr, /the proxy answers HTTP 403; through the proxy 127\.0\.0\.1:\d+/);
});

test('Ctrl-C while downloading exits with 130 and keeps the part', async (t) => {
  const server = await serve(t, (_request, response) => {
    response.writeHead(200, { 'content-length': 170_052_171, etag: '"v1"' });
    response.write(gzipSync(Buffer.alloc(3_000_000, 'x'), { level: 0 }));
  });
  const folder = temporaryFolder(t);
  const environment = { WHYCONV_DATA_DIR: folder, WHYCONV_CIFAR10_URL: server.url };
  const { code, stderr } = await runCommand([], environment, (text, interrupt) => {
    if (text.startsWith('download')) interrupt();
  });
  assert.equal(code, 130, stderr);
  assert.match(stderr, /interrupted/);
  assert.deepEqual(readdirSync(join(folder, 'downloads')).sort(), [
    'cifar-10-binary.tar.gz.part',
    'cifar-10-binary.tar.gz.part.json',
  ]);
});

test('a file that is no archive is refused with what it is', async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'cifar-10-binary.tar.gz');
  writeFileSync(path, '<!doctype html><p>moved</p>');
  const { code, stderr } = await runCommand(['--data', path], { WHYCONV_DATA_DIR: folder });
  assert.equal(code, 1);
  assert.match(stderr, /looks like a web page/);
});

test('the real archive: counts, balance, no duplicates, from scratch and from the cache', async (t) => {
  const archive = process.env.WHYCONV_TEST_CIFAR10;
  if (!archive || !existsSync(archive)) return t.skip('WHYCONV_TEST_CIFAR10 names no archive of CIFAR-10');
  const environment = { WHYCONV_DATA_DIR: join(temporaryFolder(t), 'data') };
  const first = await runCommand(['--data', archive, '--check'], environment);
  assert.equal(first.code, 0, first.stderr);
  assert.match(first.stderr, /unpack/);
  assert.equal(first.stdout.match(/^pass /gm)?.length, 10);
  const second = await runCommand(['--check'], environment);
  assert.equal(second.code, 0, second.stderr);
  assert.ok(!second.stderr.includes('unpack'));
  assert.equal(second.stdout, first.stdout);
});

test('loading the real archive takes at most 400 MB of resident memory above the start', async (t) => {
  const archive = process.env.WHYCONV_TEST_CIFAR10;
  if (!archive || !existsSync(archive)) return t.skip('WHYCONV_TEST_CIFAR10 names no archive of CIFAR-10');
  const environment = { ...process.env, WHYCONV_DATA_DIR: join(temporaryFolder(t), 'data') };
  const script = `const { loadDataset } = require(${JSON.stringify(join(__dirname, '../../src/data/index.js'))});
    const start = process.memoryUsage().rss;
    loadDataset({ path: process.argv[1] }).then(({ train }) =>
      console.log(train.count, (process.resourceUsage().maxRSS * 1024 - start) / 1e6));`;
  for (const round of ['from scratch', 'from the cache']) {
    const child = spawn(process.execPath, ['-e', script, archive], { env: environment });
    let stdout = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    await new Promise((done) => child.on('close', done));
    const [count, megabytes] = stdout.split(' ').map(Number);
    assert.equal(count, 50_000);
    assert.ok(megabytes! <= 400, `${round}: ${megabytes} MB`);
    t.diagnostic(`${round}: ${megabytes!.toFixed(0)} MB above the start at the peak`);
  }
});
