import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { ATTACKS, type Attack } from '../../src/bench/hostile-bodies.js';
import { pngOf, type Running, running, someImages } from './running.js';

let server: Running;
const ends: (() => Promise<void>)[] = [];
before(async () => {
  server = await running({ after: (end) => ends.push(end) }, { requestTimeout: 1000 });
});
after(async () => {
  for (const end of ends) await end();
});

const honest = pngOf(someImages(1));
/** Further requests in the last test, in two rounds. */
const COUNT = Number(process.env.WHYCONV_TEST_ATTACKS) || 600;

async function answerTo({ path, type, body }: Attack): Promise<{ status: number; reason: unknown }> {
  const response = await fetch(server.url + path, {
    method: 'POST',
    headers: { 'content-type': type },
    body: typeof body === 'string' ? body : Uint8Array.from(body),
  });
  const { error } = (await response.json()) as { error?: unknown };
  return { status: response.status, reason: error };
}

/** Sends bytes over a connection of its own. @returns all that comes back until it is closed */
async function raw(...parts: readonly string[]): Promise<string> {
  const socket = connect(server.port, '127.0.0.1');
  for (const part of parts) socket.write(part, 'latin1');
  let answer = '';
  for await (const chunk of socket) answer += chunk;
  return answer;
}

describe('hostile requests', () => {
  for (const [i, attack] of ATTACKS.entries()) {
    const sample = attack(5);
    it(`number ${i + 1}, of ${sample.type} to ${sample.path.slice(0, 24)}, is refused with a reason`, async () => {
      for (const n of [5, 11, 200]) {
        const { status, reason } = await answerTo(attack(n));
        assert.ok(status >= 400 && status < 500, `${status}: ${reason}`);
        assert.ok(typeof reason === 'string' && reason.length > 8, String(reason));
      }
    });
  }

  it('that lie about their length, or are no HTTP, are ended with a reason', async () => {
    const head = (length: string) =>
      `POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\n${length}\r\n\r\n`;
    const cases: [readonly string[], RegExp][] = [
      [[head('Content-Length: 5000'), 'short'], /^HTTP\/1\.1 408 /],
      [[head('Content-Length: 99999999'), 'x'], /^HTTP\/1\.1 413 /],
      [
        [head('Content-Length: 2'), 'more than two bytes, the rest of which is no request'],
        /^HTTP\/1\.1 400 /,
      ],
      [[head('Content-Length: 5\r\nContent-Length: 6'), 'xxxxx'], /^HTTP\/1\.1 400 /],
      [[head('Content-Length: -5')], /^HTTP\/1\.1 400 /],
      [[head('Transfer-Encoding: chunked'), 'zz\r\n'], /^HTTP\/1\.1 400 /],
      [['GET / HTTP/1.1\r\nHost: x\r\nX: ', 'y'.repeat(40_000)], /^HTTP\/1\.1 431 /],
      [['\x16\x03\x01 not HTTP\r\n\r\n'], /^HTTP\/1\.1 400 /],
    ];
    const answers = await Promise.all(cases.map(([parts]) => raw(...parts)));
    for (const [i, [, expected]] of cases.entries()) {
      assert.match(answers[i]!, expected);
      assert.match(answers[i]!, /\{"error":"[^"]{8,}/);
    }
  });

  it('leave nothing behind, and honest ones are answered among them', async (t) => {
    const askHonestly = async () => {
      const response = await fetch(`${server.url}/invocations`, {
        method: 'POST',
        headers: { 'content-type': 'image/png' },
        body: honest,
      });
      assert.equal(response.status, 200);
      await response.arrayBuffer();
    };
    /** Twenty attacks at a time, and five honest requests among them. */
    const round = async () => {
      for (let start = 0; start < COUNT; start += 20) {
        const attacks = Array.from({ length: 20 }, (_, i) =>
          answerTo(ATTACKS[(start + i) % ATTACKS.length]!(start + i)),
        );
        for (let i = 0; i < 5; i++) await askHonestly();
        for (const { status } of await Promise.all(attacks)) assert.ok(status >= 400 && status < 500);
      }
    };
    await round();
    const before = process.memoryUsage().rss;
    await round();
    const grown = process.memoryUsage().rss - before;
    t.diagnostic(`${COUNT} attacks: ${(grown / 1e6).toFixed(1)} MB more`);
    assert.ok(grown < 100e6, `${grown} bytes more after ${COUNT} further requests`);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    assert.match(metrics, /^whyconv_requests_active 0$/m);
    assert.match(metrics, /^whyconv_images_queued 0$/m);
  });
});
