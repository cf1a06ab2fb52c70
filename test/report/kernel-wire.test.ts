import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import { CHANNELS, createConnection, freePorts } from '../../src/report/kernel/connection.js';
import { fence, fenceReader } from '../../src/report/kernel/fence.js';
import { decodeMessage, encodeRequest } from '../../src/report/kernel/wire.js';

const bytes = (frames: readonly string[]) => frames.map((frame) => Buffer.from(frame));

test('a request is signed over its four parts and read back', () => {
  const { id, frames } = encodeRequest({ key: 'k', id: 's' }, 'execute_request', { code: 'é' });
  const [delimiter, signature, ...parts] = frames;
  assert.equal(delimiter, '<IDS|MSG>');
  assert.equal(signature, createHmac('sha256', 'k').update(parts.join('')).digest('hex'));
  const message = decodeMessage('k', [Buffer.from('route'), ...bytes(frames)]);
  assert.equal(message?.header.msg_id, id);
  assert.deepEqual(message?.content, { code: 'é' });
  assert.equal(message?.parentId, undefined);
});

test('a message signed with another key, altered or cut is ignored', () => {
  const { frames } = encodeRequest({ key: 'k', id: 's' }, 'status', { execution_state: 'idle' });
  assert.equal(decodeMessage('other', bytes(frames)), undefined);
  assert.equal(decodeMessage('k', bytes(frames.with(5, '{"execution_state":"busy"}'))), undefined);
  assert.equal(decodeMessage('k', bytes(frames.slice(0, 4))), undefined);
  assert.equal(decodeMessage('k', bytes(['no delimiter'])), undefined);
  assert.notEqual(decodeMessage('k', bytes(frames)), undefined);
});

test('a connection file is for this user alone and disappears with its folder', async () => {
  const ports = { shell: 1, iopub: 2, stdin: 3, control: 4, hb: 5 };
  const connection = await createConnection(ports);
  assert.equal((await stat(connection.file)).mode & 0o777, 0o600);
  assert.equal((await stat(dirname(connection.file))).mode & 0o777, 0o700);
  const content = JSON.parse(await readFile(connection.file, 'utf8')) as Record<string, unknown>;
  for (const channel of CHANNELS) assert.equal(content[`${channel}_port`], ports[channel]);
  assert.equal(content.ip, '127.0.0.1');
  assert.match(String(content.key), /^[0-9a-f]{64}$/);
  assert.equal(connection.address('iopub'), 'tcp://127.0.0.1:2');
  await connection.dispose();
  assert.equal(existsSync(dirname(connection.file)), false);
});

test('free ports are five different ports that can be listened on', async () => {
  const ports = Object.values(await freePorts());
  assert.equal(new Set(ports).size, 5);
  for (const port of ports) {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    await new Promise((resolve) => server.close(resolve));
  }
});

test('fences divide output by cell, wherever the chunks are cut', () => {
  const pieces = fc.array(fc.string({ maxLength: 8 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(pieces, fc.array(fc.nat(60)), (texts, cuts) => {
      const whole = Buffer.from(texts.map((text, i) => text + fence('key', `cell${i}`)).join(''));
      const places = [...new Set(cuts.map((cut) => cut % whole.length))].sort((a, b) => a - b);
      const chunks = [0, ...places].map((from, i) => whole.subarray(from, places[i] ?? whole.length));
      const got = texts.map(() => '');
      let cell = 0;
      const read = fenceReader('key', {
        text: (text, cellId) => {
          assert.ok(cellId === undefined || cellId === `cell${cell}`);
          got[cell] += text;
        },
        fence: (cellId) => assert.equal(cellId, `cell${cell++}`),
      });
      for (const chunk of chunks) read(chunk);
      assert.equal(cell, texts.length);
      assert.deepEqual(
        got,
        texts.map((text) => Buffer.from(text).toString()),
      );
    }),
  );
});
