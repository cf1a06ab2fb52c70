import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { exportNetwork } from '../../src/export/index.js';
import { NETWORK, pngOf, running, someImages } from './running.js';

const picture = pngOf(someImages(1));
const ask = (url: string) =>
  fetch(`${url}/invocations`, { method: 'POST', headers: { 'content-type': 'image/png' }, body: picture });

/** A request that has been sent but for the last byte of its body, and admitted. */
async function begin(port: number): Promise<{ finish(): Promise<string> }> {
  const socket = connect(port, '127.0.0.1');
  socket.write(
    `POST /invocations HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: image/png\r\nContent-Length: ${picture.length}\r\n\r\n`,
  );
  socket.write(picture.subarray(0, -1));
  await new Promise((resolve) => setTimeout(resolve, 100));
  return {
    async finish() {
      socket.write(picture.subarray(-1));
      let answer = '';
      for await (const chunk of socket) answer += chunk;
      return answer;
    },
  };
}

describe('the service', () => {
  it('listens before its model is loaded, and says so', async (t) => {
    let load = () => {};
    const asked = new Promise<void>((resolve) => {
      load = resolve;
    });
    const { startService } = await import('../../src/serve/service.js');
    const network = () => asked.then(() => NETWORK);
    const service = await startService({ port: 0, host: '127.0.0.1', logLevel: null, network });
    t.after(() => service.stop());
    const url = `http://127.0.0.1:${service.port}`;
    assert.equal((await fetch(`${url}/ping`)).status, 503);
    const early = await ask(url);
    assert.deepEqual([early.status, early.headers.get('retry-after')], [503, '1']);
    load();
    await service.loaded;
    assert.equal((await fetch(`${url}/ping`)).status, 200);
    assert.equal((await ask(url)).status, 200);
  });

  it('answers more requests than it takes with 503 and Retry-After, and is well afterwards', async (t) => {
    const { url, port } = await running(t, { queue: 2 });
    const waiting = await Promise.all([begin(port), begin(port)]);
    const refused = await ask(url);
    assert.deepEqual([refused.status, refused.headers.get('retry-after')], [503, '1']);
    assert.match(((await refused.json()) as { error: string }).error, /2 requests are in work already/);
    assert.equal((await fetch(`${url}/ping`)).status, 200, 'health is always answered');
    for (const each of waiting) assert.match(await each.finish(), /^HTTP\/1\.1 200 /);
    assert.equal((await ask(url)).status, 200);
    assert.match(await (await fetch(`${url}/metrics`)).text(), /^whyconv_requests_active 0$/m);
  });

  it('answers requests that arrive together in one batch', async (t) => {
    const { url, port } = await running(t);
    const waiting = await Promise.all(Array.from({ length: 16 }, () => begin(port)));
    for (const answer of await Promise.all(waiting.map((each) => each.finish())))
      assert.match(answer, /^HTTP\/1\.1 200 .*"predictions"/s);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    const number = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(metrics)![1]);
    // Seven batches, one of each size, warmed it up.
    assert.equal(number('whyconv_batch_images_sum'), 127 + 16);
    assert.ok(number('whyconv_batch_images_count') < 7 + 16, 'fewer batches than requests');
    assert.match(metrics, /^whyconv_requests_total\{method="POST",route="\/invocations",status="200"\} 16$/m);
  });

  it('ends a sender that is too slow with 408 and a reason', async (t) => {
    const { port } = await running(t, { requestTimeout: 300 });
    const socket = connect(port, '127.0.0.1');
    socket.write(
      'POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: 100\r\n\r\nx',
    );
    let answer = '';
    for await (const chunk of socket) answer += chunk;
    assert.match(answer, /^HTTP\/1\.1 408 .*\{"error":"the request was not sent in time"\}$/s);
  });
});

describe('the command serve', () => {
  let folder: string;
  let weights: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'whyconv-serve-'));
    weights = await exportNetwork('safetensors', NETWORK, folder);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const start = (t: TestContext, args: string[], env: NodeJS.ProcessEnv = {}): ChildProcess => {
    const main = require.resolve('../../src/cli/main.js');
    const child = spawn(process.execPath, [main, 'serve', ...args], {
      env: { ...process.env, WHYCONV_RUNS: folder, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    t.after(() => child.kill('SIGKILL'));
    return child;
  };
  const ended = (child: ChildProcess) =>
    new Promise<{ code: number | null; stderr: string }>((resolve) => {
      let stderr = '';
      child.stderr!.on('data', (text) => {
        stderr += text;
      });
      child.on('close', (code) => resolve({ code, stderr }));
    });
  /** The port, once the model answers. */
  const listening = async (child: ChildProcess): Promise<number> => {
    for await (const chunk of child.stdout!) {
      const port = /listening at http:\/\/[\d.]+:(\d+)/.exec(String(chunk))?.[1];
      if (port === undefined) continue;
      child.stdout!.resume();
      for (;;) if ((await fetch(`http://127.0.0.1:${port}/ping`)).status === 200) return Number(port);
    }
    throw new Error('it ended');
  };

  it('answers what is in work when it is told to end, and then ends', async (t) => {
    const child = start(t, ['--weights', weights, '--port', '0', '--host', '127.0.0.1']);
    const closing = ended(child);
    const port = await listening(child);
    const socket = connect(port, '127.0.0.1');
    const head = `POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: ${picture.length}\r\n\r\n`;
    socket.write(head);
    socket.write(picture.subarray(0, 50));
    await new Promise((resolve) => setTimeout(resolve, 200));
    child.kill('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 200));
    await assert.rejects(fetch(`http://127.0.0.1:${port}/ping`), 'it takes no new connections');
    socket.write(picture.subarray(50));
    let answer = '';
    for await (const chunk of socket) answer += chunk;
    assert.match(answer, /^HTTP\/1\.1 200 .*"predictions"/s);
    assert.deepEqual(await closing, { code: 0, stderr: '' });
  });

  it('takes its port from SageMaker, and starts without a model for several', async (t) => {
    const env = { SAGEMAKER_BIND_TO_PORT: '0', SAGEMAKER_MULTI_MODEL: 'true' };
    const port = await listening(start(t, ['--host', '127.0.0.1'], env));
    assert.deepEqual(await (await fetch(`http://127.0.0.1:${port}/models`)).json(), { models: [] });
  });

  it('says what is wrong with its options, and ends', async (t) => {
    const empty = await mkdtemp(join(folder, 'empty'));
    const cases: [string[], number, RegExp][] = [
      [['--model', 'huge'], 2, /unknown model: --model\n +found: +huge\n +expected: baseline, small/],
      [['--model', 'small', '--run', 'ab'], 2, /more than one network is chosen/],
      [['--port', 'x'], 2, /not a number that fits: --port/],
      [['--port', '0', '--run', 'ffff'], 1, /no run has this key/],
      [['--port', '0', '--weights', join(folder, 'none')], 1, /none/],
      [['--port', '0', '--weights', empty], 1, /there is no such file of weights: .*empty\w+\n.*remedy: /s],
      [['--host', 'no.such.host.invalid'], 2, /no address of this machine\n +found: +no\.such.*remedy: /s],
      // TEST-NET-1 (RFC 5737): no machine has this address.
      [['--host', '192.0.2.1'], 2, /no address of this machine\n +found: +192\.0\.2\.1:8080\n.*remedy: /s],
    ];
    for (const [args, code, reason] of cases) {
      const result = await ended(start(t, args));
      assert.match(result.stderr, reason);
      assert.equal(result.code, code, result.stderr);
      assert.doesNotMatch(result.stderr, /\n +at /);
    }
  });
});
