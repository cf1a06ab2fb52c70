import assert from 'node:assert/strict';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { admit } from '../../src/serve/admission.js';
import { makeApp } from '../../src/serve/app.js';

/** Sends the beginning of a request. */
function send(port: number, method: string, path: string, rest: string): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.write(`${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${rest}`);
  return socket;
}

async function statusOf(socket: Socket): Promise<number> {
  let answer = '';
  for await (const chunk of socket) answer += chunk;
  return Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
}

const BODY = 'Content-Type: image/png\r\nContent-Length: 2\r\n\r\n';
const CHUNKED = 'Content-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\n';

describe('a limit of one request', { timeout: 20_000 }, () => {
  for (const [begin, end] of [
    [`${BODY}x`, 'x'],
    [`${CHUNKED}1\r\nx\r\n`, '0\r\n\r\n'],
  ] as const)
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
      for (const path of ['/models/a', '/nowhere'])
        it(`counts ${method} ${path} from its beginning to its answer, ${end.length > 1 ? 'chunked' : 'whole'}`, async (t) => {
          const app = await makeApp({ logLevel: null });
          const { active } = admit(app, { requests: 1, bytes: 1e6, body: 1e6 });
          app.delete('/models/:model', () => ({}));
          app.get('/ping', () => ({}));
          await app.listen({ port: 0, host: '127.0.0.1' });
          t.after(() => app.close());
          const { port } = app.server.address() as AddressInfo;
          const status = (...request: [method: string, path: string, rest: string]) =>
            statusOf(send(port, ...request));
          const slow = send(port, method, path, begin);
          t.after(() => slow.destroy());
          for (; active() === 0; await nextTurn()) t.signal.throwIfAborted();
          for (const other of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'])
            assert.equal(await status(other, '/models/a', `${BODY}xx`), 503, other);
          assert.equal(await status('GET', '/ping', '\r\n'), 200);
          assert.equal(await status('DELETE', '/models/a', '\r\n'), 200);
          assert.equal(await status('DELETE', '/models/a', 'Content-Length: 0\r\n\r\n'), 200);
          slow.write(end);
          assert.equal(await statusOf(slow), method === 'DELETE' && path === '/models/a' ? 200 : 404);
          for (; active() > 0; await nextTurn()) t.signal.throwIfAborted();
        });
});
