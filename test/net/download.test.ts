import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { random } from '../../src/base/random.js';
import { DownloadError, type DownloadRequest, download } from '../../src/net/index.js';
import { refusal, temporaryFolder } from '../data/fixtures.js';
import { sendRange, serve } from '../support/server.js';

const rng = random(0, 'download');
const body = gzipSync(Uint8Array.from({ length: 400_000 }, () => rng.integer(0, 255)));

function requestFor(t: TestContext, url: string): DownloadRequest & { part: string } {
  const target = join(temporaryFolder(t), 'archive.tar.gz');
  const md5 = createHash('md5').update(body).digest('hex');
  return {
    url: `${url}/archive.tar.gz`,
    target,
    title: 'CIFAR-10',
    otherWays: 'bring your own file',
    part: `${target}.part`,
    bytes: body.length,
    md5,
    retryMs: 1,
  };
}

function assertWhole({ target }: DownloadRequest): void {
  assert.ok(readFileSync(target).equals(body));
  assert.deepEqual(readdirSync(join(target, '..')), ['archive.tar.gz']);
}

test('a full download, with progress up to the end and no temporary file left', async (t) => {
  const server = await serve(t, (request, response) => sendRange(request, response, body));
  const fractions: number[] = [];
  const request = requestFor(t, server.url);
  await download({ ...request, onBytes: (received, total) => fractions.push(received / total!) });
  assertWhole(request);
  assert.equal(fractions.at(-1), 1);
  assert.ok(fractions.every((f, i) => f > (fractions[i - 1] ?? 0)));
  assert.equal(server.requests.length, 1);
});

test('connections cut midway are resumed where they broke, under the same ETag', async (t) => {
  const server = await serve(t, (request, response, count) => {
    if (count > 2) return sendRange(request, response, body);
    const start = Number(/\d+/.exec(request.headers.range ?? '0')?.[0]);
    const range = start > 0 ? { 'content-range': `bytes ${start}-${body.length - 1}/${body.length}` } : {};
    response.writeHead(start > 0 ? 206 : 200, {
      etag: '"v1"',
      'content-length': body.length - start,
      ...range,
    });
    response.write(body.subarray(start, start + 100_000), () => response.destroy());
  });
  const request = requestFor(t, server.url);
  await download(request);
  assertWhole(request);
  assert.equal(server.requests.length, 3);
  for (const { headers } of server.requests.slice(1)) {
    assert.match(headers.range ?? '', /^bytes=[1-9]\d*-$/);
    assert.equal(headers['if-range'], '"v1"');
  }
});

test('a part left by an earlier run is completed, with and without a note of its ETag', async (t) => {
  for (const note of [true, false]) {
    const server = await serve(t, (request, response) => sendRange(request, response, body));
    const request = requestFor(t, server.url);
    writeFileSync(request.part, body.subarray(0, 150_000));
    if (note) writeFileSync(`${request.part}.json`, JSON.stringify({ url: request.url, validator: '"v1"' }));
    await download(request);
    assertWhole(request);
    assert.equal(server.requests.length, 1);
    assert.equal(server.requests[0]!.headers.range, 'bytes=150000-');
    assert.equal(server.requests[0]!.headers['if-range'], note ? '"v1"' : undefined);
  }
});

test('a file that changed on the server is fetched again', async (t) => {
  const server = await serve(t, (request, response) => sendRange(request, response, body, '"v2"'));
  const request = requestFor(t, server.url);
  writeFileSync(request.part, Buffer.alloc(150_000, 7));
  writeFileSync(`${request.part}.json`, JSON.stringify({ url: request.url, validator: '"v1"' }));
  await download(request);
  assertWhole(request);
  assert.equal(server.requests.length, 1);
});

test('a server that ignores ranges makes the download start over', async (t) => {
  const server = await serve(t, (_request, response) => {
    response.writeHead(200, { 'content-length': body.length }).end(body);
  });
  const request = requestFor(t, server.url);
  writeFileSync(request.part, Buffer.alloc(150_000, 7));
  await download(request);
  assertWhole(request);
  assert.equal(server.requests[0]!.headers.range, 'bytes=150000-');
});

test('a part of the wrong content is found out by the checksum and fetched again', async (t) => {
  const server = await serve(t, (request, response) => sendRange(request, response, body));
  const request = requestFor(t, server.url);
  writeFileSync(request.part, Buffer.alloc(150_000, 7));
  await download(request);
  assertWhole(request);
  assert.equal(server.requests.length, 2);
});

test('parts of the full size and beyond are not asked for again, or only once', async (t) => {
  const server = await serve(t, (request, response) => sendRange(request, response, body));
  const request = requestFor(t, server.url);
  writeFileSync(request.part, body);
  await download(request);
  assertWhole(request);
  assert.equal(server.requests.length, 0);
  const second = requestFor(t, server.url);
  writeFileSync(second.part, Buffer.alloc(body.length + 1));
  await download(second);
  assertWhole(second);
});

test('a range that does not fit is not appended', async (t) => {
  const server = await serve(t, (request, response, count) => {
    if (count > 1) return sendRange(request, response, body);
    response.writeHead(206, { 'content-range': `bytes 0-99/${body.length}` }).end(body.subarray(0, 100));
  });
  const request = requestFor(t, server.url);
  writeFileSync(request.part, body.subarray(0, 150_000));
  await download(request);
  assertWhole(request);
});

test('a redirect is followed, an endless one is not', async (t) => {
  const server = await serve(t, (request, response) => {
    if (request.url === '/moved/archive.tar.gz') return sendRange(request, response, body);
    const location = request.url === '/archive.tar.gz' ? '/moved/archive.tar.gz' : '/loop';
    response.writeHead(302, { location }).end();
  });
  const request = requestFor(t, server.url);
  await download(request);
  assertWhole(request);
  const endless = { ...requestFor(t, server.url), url: `${server.url}/loop` };
  await assert.rejects(download(endless), refusal('redirects without end'));
});

test('a wrong checksum is refused with both sums, and nothing is kept', async (t) => {
  const wrong = Buffer.from(body);
  wrong[300_000]! ^= 1;
  const server = await serve(t, (request, response) => sendRange(request, response, wrong));
  const request = requestFor(t, server.url);
  const found = createHash('md5').update(wrong).digest('hex');
  await assert.rejects(download(request), refusal('wrong checksum', request.url, found, request.md5!));
  assert.deepEqual(readdirSync(join(request.target, '..')), []);
});

test('a web page is refused by its type, its size or its first bytes, and does not cost the part', async (t) => {
  const page = '<!DOCTYPE html><title>Maintenance</title>';
  const answers: Record<string, string | number>[] = [
    { 'content-type': 'text/html; charset=utf-8' },
    { 'content-length': page.length },
    {},
  ];
  for (const headers of answers) {
    const server = await serve(t, (_request, response) => response.writeHead(200, headers).end(page));
    const request = requestFor(t, server.url);
    writeFileSync(request.part, body.subarray(0, 150_000));
    await assert.rejects(
      download(request),
      (error) => error instanceof DownloadError && refusal(request.url)(error),
    );
    assert.ok(readFileSync(request.part).equals(body.subarray(0, 150_000)));
    assert.equal(existsSync(request.target), false);
  }
});

test('404 and other answers are refused at once with their status', async (t) => {
  for (const status of [404, 403, 500]) {
    const server = await serve(t, (_request, response) => response.writeHead(status).end('no'));
    await assert.rejects(
      download(requestFor(t, server.url)),
      refusal(`HTTP ${status}`, 'bring your own file'),
    );
    assert.equal(server.requests.length, 1);
  }
});

test('a server that sends more than the file is refused', async (t) => {
  const server = await serve(t, (_request, response) =>
    response.writeHead(200).end(Buffer.concat([body, body])),
  );
  await assert.rejects(download(requestFor(t, server.url)), refusal('sends too much'));
});

test('a server that always cuts at the same place is given up, the part kept', async (t) => {
  const server = await serve(t, (_request, response) => {
    response.writeHead(200, { 'content-length': body.length });
    response.write(body.subarray(0, 100_000), () => response.destroy());
  });
  const request = requestFor(t, server.url);
  await assert.rejects(download(request), refusal('broke off', 'are kept', 'run again'));
  assert.ok(server.requests.length <= 6);
  assert.ok(readFileSync(request.part).length > 0);
});

test('a server that cannot be reached fails at once, with the reason and other ways', async (t) => {
  const request = { ...requestFor(t, 'x'), url: 'http://127.0.0.1:1/archive.tar.gz' };
  await assert.rejects(
    download(request),
    (error) =>
      error instanceof DownloadError &&
      refusal('cannot be reached', 'ECONNREFUSED', 'bring your own file')(error),
  );
  const unknown = { ...request, url: 'http://no-such-host.invalid/archive.tar.gz' };
  await assert.rejects(download(unknown), refusal('cannot be reached', 'no-such-host.invalid'));
});

test('a server that accepts the connection and never completes the TLS handshake is given up after the connect timeout', async (t) => {
  // TLS against a server that stays silent: the connection never comes about.
  const silent = createServer();
  await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
  t.after(() => silent.close());
  silent.on('connection', (socket) => t.after(() => socket.destroy()));
  const address = silent.address();
  assert.ok(address && typeof address === 'object');
  const request = { ...requestFor(t, `https://127.0.0.1:${address.port}`), connectMs: 50 };
  await assert.rejects(download(request), refusal('cannot be reached', /timeout/i));
});

test('a connection that falls silent is given up and resumed', async (t) => {
  const server = await serve(t, (request, response, count) => {
    if (count > 1) return sendRange(request, response, body);
    response.writeHead(200, { 'content-length': body.length, etag: '"v1"' }).write(body.subarray(0, 100_000));
  });
  const request = { ...requestFor(t, server.url), stallMs: 100 };
  await download(request);
  assertWhole(request);
  assert.equal(server.requests.length, 2);
});

test('an interruption keeps the part, and the next call resumes from it', async (t) => {
  const server = await serve(t, (request, response, count) => {
    if (count > 1) return sendRange(request, response, body);
    response.writeHead(200, { 'content-length': body.length, etag: '"v1"' }).write(body.subarray(0, 100_000));
  });
  const request = requestFor(t, server.url);
  const controller = new AbortController();
  const onBytes = () => controller.abort();
  await assert.rejects(download({ ...request, onBytes, signal: controller.signal }), {
    name: 'AbortError',
  });
  const kept = readFileSync(request.part);
  assert.ok(kept.length > 0 && kept.equals(body.subarray(0, kept.length)));
  await download(request);
  assertWhole(request);
  assert.equal(server.requests[1]!.headers.range, `bytes=${kept.length}-`);
});
