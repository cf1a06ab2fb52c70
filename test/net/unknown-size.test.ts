import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type DownloadRequest, download } from '../../src/net/index.js';
import { refusal, temporaryFolder } from '../data/fixtures.js';
import { sendRange, serve } from '../support/server.js';

// Downloads of files whose size and checksum are not known beforehand.

const body = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 7919) % 251));
const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('base64');

const requestFor = (t: TestContext, url: string): DownloadRequest => ({
  url,
  target: join(temporaryFolder(t), 'deep', 'file'),
  title: 'the library',
  retryMs: 1,
});

test('size and MD5 that the server names are checked, and reported while it is downloaded', async (t) => {
  const server = await serve(t, (_, response) => {
    const hash = `crc32c=AAAA==,md5=${md5(body)}`;
    response.writeHead(200, { 'content-length': body.length, 'x-goog-hash': hash }).end(body);
  });
  const request = requestFor(t, server.url);
  const seen: (number | undefined)[] = [];
  await download({ ...request, onBytes: (received, total) => seen.push(received, total) });
  assert.deepEqual(readFileSync(request.target), body);
  assert.deepEqual(seen.slice(-2), [body.length, body.length]);
  assert.deepEqual(readdirSync(join(request.target, '..')), ['file']);
});

test('a file with another MD5 than its server names is refused and forgotten', async (t) => {
  const server = await serve(t, (_, response) =>
    response.writeHead(200, { 'x-goog-hash': `md5=${md5(Buffer.from('x'))}` }).end(body),
  );
  const request = { ...requestFor(t, server.url), otherWays: 'none' };
  await assert.rejects(
    download(request),
    refusal('wrong checksum', createHash('md5').update(body).digest('hex')),
  );
  assert.deepEqual(readdirSync(join(request.target, '..')), []);
});

test('a part is resumed only under the validator it came with', async (t) => {
  const server = await serve(t, (request, response) => sendRange(request, response, body, '"two"'));
  const request = requestFor(t, server.url);
  await download(request);
  const part = `${request.target}.part`;
  for (const [validator, range] of [
    ['"two"', 'bytes=40000-'],
    ['"one"', 'bytes=40000-'],
    [undefined, undefined],
  ]) {
    writeFileSync(part, validator === '"two"' ? body.subarray(0, 40_000) : Buffer.alloc(40_000, 7));
    if (validator) writeFileSync(`${part}.json`, JSON.stringify({ url: request.url, validator }));
    await download(request);
    assert.deepEqual(readFileSync(request.target), body);
    assert.equal(server.requests.at(-1)!.headers.range, range);
  }
});

test('a body of unknown length is whole at its end, and an empty one is not a file', async (t) => {
  const server = await serve(t, (request, response) => response.end(request.url === '/empty' ? '' : body));
  const request = requestFor(t, server.url);
  await download(request);
  assert.deepEqual(readFileSync(request.target), body);
  const empty = { ...request, url: `${server.url}/empty`, target: `${request.target}2`, otherWays: 'none' };
  await assert.rejects(download(empty), refusal('the download of the library broke off', 'ended early'));
});

test('user and password of an address are sent, and never shown', async (t) => {
  const server = await serve(t, (request, response) => {
    const expected = `Basic ${Buffer.from('ann:p@ss').toString('base64')}`;
    response.writeHead(request.headers.authorization === expected ? 200 : 401).end('content');
  });
  const withUser = (user: string) => server.url.replace('//', `//${user}@`);
  const request = requestFor(t, withUser('ann:p%40ss'));
  await download(request);
  assert.equal(readFileSync(request.target, 'utf8'), 'content');
  const wrong = { ...request, url: withUser('ann:wrong'), otherWays: 'none' };
  await assert.rejects(download(wrong), (error: Error) => {
    assert.ok(!error.message.includes('wrong'));
    return refusal('HTTP 401', server.url)(error);
  });
});
