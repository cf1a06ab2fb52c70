import assert from 'node:assert/strict';
import test from 'node:test';
import type { KernelOutput } from '../../src/report/kernel/index.js';
import { Request } from '../../src/report/kernel/request.js';

const reply = { status: 'ok', executionCount: 1 } as const;
const line: KernelOutput = { type: 'stream', name: 'stdout', text: 'x' };
/** Lets what is resolved run. */
const settle = () => new Promise((resolve) => process.nextTick(resolve));

async function isDone(request: Request): Promise<boolean> {
  let done = false;
  void request.done.then(() => {
    done = true;
  });
  await settle();
  return done;
}

test('a cell has ended when its reply, its idle and both fences have come, in any order', async () => {
  const steps = {
    reply: (request: Request) => request.reply(reply, undefined),
    idle: (request: Request) => request.status('idle', undefined),
    out: (request: Request) => request.fence(),
    err: (request: Request) => request.fence(),
  };
  const names = Object.keys(steps) as (keyof typeof steps)[];
  for (const first of names) {
    const request = new Request(undefined);
    for (const name of [...names.filter((other) => other !== first), first]) {
      assert.equal(await isDone(request), false);
      steps[name](request);
    }
    assert.deepEqual(await request.done, reply);
  }
});

test('what comes after the end is late', () => {
  const seen: boolean[] = [];
  const request = new Request((_, late) => seen.push(late));
  request.output(line);
  request.end();
  request.output(line);
  assert.deepEqual([seen, request.outputs], [[false, true], [line]]);
});

test('a cell without fences ends all the same, one without idle as an error after silence', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const unfenced = new Request(undefined);
  unfenced.status('idle', undefined);
  unfenced.reply(reply, undefined);
  assert.equal(await isDone(unfenced), false);
  t.mock.timers.tick(1000);
  assert.deepEqual(await unfenced.done, reply);

  const lost = new Request(undefined);
  lost.reply(reply, undefined);
  t.mock.timers.tick(29_000);
  lost.output(line);
  t.mock.timers.tick(29_000);
  assert.equal(await isDone(lost), false, 'it was not silent');
  t.mock.timers.tick(1000);
  assert.equal((await lost.done).status, 'error');
  assert.equal(lost.outputs.at(-1)?.type, 'error');
});
