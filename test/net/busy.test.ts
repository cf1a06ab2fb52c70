import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { DownloadError, type DownloadRequest, download } from '../../src/net/index.js';
import { retryAfterMs } from '../../src/net/retry.js';
import { refusal, temporaryFolder } from '../data/fixtures.js';
import { type LocalServer, sendRange, serve } from '../support/server.js';

const body = Buffer.from('the whole file');

interface Scene extends DownloadRequest {
  readonly server: LocalServer;
  readonly waits: string[];
}

/** A server whose first `times` answers are not the file, and a request to it. */
async function busy(
  t: TestContext,
  times: number,
  answer: (response: ServerResponse) => void,
): Promise<Scene> {
  const server = await serve(t, (request, response, count) =>
    count > times ? sendRange(request, response, body) : answer(response),
  );
  const waits: string[] = [];
  return {
    server,
    waits,
    url: `${server.url}/file`,
    target: join(temporaryFolder(t), 'file'),
    title: 'the file',
    retryMs: 1,
    onWait: (line) => waits.push(line),
  };
}

test('a server that answers 503 once with Retry-After in seconds is asked again after that time', async (t) => {
  const scene = await busy(t, 1, (response) => response.writeHead(503, { 'retry-after': '1' }).end('busy'));
  await download(scene);
  assert.deepEqual(readFileSync(scene.target), body);
  assert.equal(scene.server.requests.length, 2);
  assert.deepEqual(scene.waits, ['the server is busy (HTTP 503): trying again in 1.0 s']);
});

test('a Retry-After header that is a date is waited for', async (t) => {
  const scene = await busy(t, 1, (response) =>
    response.writeHead(429, { 'retry-after': new Date(Date.now() + 1500).toUTCString() }).end(),
  );
  await download(scene);
  assert.deepEqual(readFileSync(scene.target), body);
  assert.match(scene.waits.join(), /^the server is busy \(HTTP 429\): trying again in [01]\.\d s$/);
});

test('Retry-After is read as seconds or as an HTTP date, and ignored where it is neither', () => {
  const now = Date.parse('Wed, 21 Oct 2015 07:28:00 GMT');
  const cases = {
    '120': 120_000,
    ' 0 ': 0,
    'Wed, 21 Oct 2015 07:28:30 GMT': 30_000,
    soon: undefined,
    '': undefined,
  };
  for (const [header, expected] of Object.entries(cases))
    assert.equal(retryAfterMs(header, now), expected, header);
  assert.equal(retryAfterMs('Tue, 20 Oct 2015 07:28:00 GMT', now), 0, 'a date in the past');
  assert.equal(retryAfterMs(undefined, now), undefined);
});

test('every answer that means busy is retried', async (t) => {
  for (const status of [408, 429, 502, 503, 504]) {
    const scene = await busy(t, 2, (response) => response.writeHead(status).end());
    await download(scene);
    assert.deepEqual(readFileSync(scene.target), body);
    assert.equal(scene.server.requests.length, 3, String(status));
  }
});

test('a connection that is reset before any answer is retried', async (t) => {
  const scene = await busy(t, 2, (response) => response.socket?.resetAndDestroy());
  await download(scene);
  assert.deepEqual(readFileSync(scene.target), body);
  assert.equal(scene.server.requests.length, 3);
});

test('a server that stays busy is given up with its status, and one that asks for a day at once', async (t) => {
  const always = await busy(t, 1e9, (response) => response.writeHead(503).end());
  await assert.rejects(download({ ...always, otherWays: 'use a mirror' }), (error) => {
    assert.ok(error instanceof DownloadError);
    assert.match(
      error.summary,
      /^the download of the file broke off: http.*\(the server is busy \(HTTP 503\)\)$/,
    );
    return refusal('HTTP 503', 'use a mirror')(error);
  });
  assert.equal(always.server.requests.length, 5);
  const tomorrow = await busy(t, 1e9, (response) =>
    response.writeHead(503, { 'retry-after': '86400' }).end(),
  );
  await assert.rejects(download(tomorrow), /HTTP 503/);
  assert.equal(tomorrow.server.requests.length, 1);
  assert.deepEqual(readdirSync(join(tomorrow.target, '..')), []);
});

test('waiting for a busy server can be interrupted', async (t) => {
  const scene = await busy(t, 1e9, (response) => response.writeHead(503, { 'retry-after': '60' }).end());
  const controller = new AbortController();
  const onWait = () => controller.abort();
  await assert.rejects(download({ ...scene, onWait, signal: controller.signal }), { name: 'AbortError' });
});
