import assert from 'node:assert/strict';
import { connect, createServer, type Socket } from 'node:net';
import { it } from 'node:test';
import { acceptWaiting } from '../../src/serve/accept-waiting.js';

it('all connections that came during a long turn are accepted before the next one', async (t) => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => sockets.push(socket));
  const waiting = acceptWaiting(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const clients = Array.from({ length: 40 }, () => connect(port, '127.0.0.1'));
  t.after(() => {
    for (const socket of [...clients, ...sockets]) socket.destroy();
    server.close();
  });
  // The system has connected them before the loop accepts the first.
  await Promise.all(clients.map((client) => new Promise((resolve) => client.once('connect', resolve))));
  await waiting();
  assert.equal(sockets.length, 40);
});
