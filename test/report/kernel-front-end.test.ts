import assert from 'node:assert/strict';
import test from 'node:test';
import { askAsFrontEnd, temporaryFolder } from './kernel-helpers.js';

test("a front end's own client sees errors and all output of the kernelspec's kernel", async (t) => {
  const got = await askAsFrontEnd(
    t,
    await temporaryFolder(t),
    `
for code in ('for (let i = 0; i < 2000; i++) console.log(i)', 'throw new RangeError("boom")'):
    outputs = []
    reply = client.execute_interactive(code, timeout=60, output_hook=outputs.append, stop_on_error=False)
    answers.append([reply['content'], [[m['msg_type'], m['content']] for m in outputs]])
`,
  );
  if (got === undefined) return;
  type Messages = [string, Record<string, unknown>][];
  const [[, printed], [reply, messages]] = got as [Record<string, unknown>, Messages][] as [
    [unknown, Messages],
    [Record<string, unknown>, Messages],
  ];
  const lines = printed.filter(([type]) => type === 'stream').map(([, { text }]) => text);
  assert.equal(lines.join(''), Array.from({ length: 2000 }, (_, i) => `${i}\n`).join(''));
  assert.deepEqual([reply.status, reply.ename, reply.evalue], ['error', 'RangeError', 'boom']);
  assert.deepEqual(
    messages.filter(([type]) => type === 'error').map(([, { ename }]) => ename),
    ['RangeError'],
  );
});

test('cells sent before one fails are refused, and the next one after its reply runs', async (t) => {
  const answers = await askAsFrontEnd(
    t,
    await temporaryFolder(t),
    `
for failing in ('throw new Error("at once")', 'await new Promise((r) => setTimeout(r, 100)); throw new Error("later")'):
    ids = [client.execute(code) for code in (failing, '1', '2')]
    replies = {}
    while ids[0] not in replies:
        reply = client.get_shell_msg(timeout=60)
        if reply['msg_type'] == 'execute_reply':
            replies[reply['parent_header']['msg_id']] = reply['content']['status']
    after = client.execute_interactive('3', timeout=60, output_hook=lambda m: None)['content']['status']
    answers.append([replies.get(id) for id in ids] + [after])
`,
  );
  if (answers === undefined) return;
  for (const statuses of answers) assert.deepEqual(statuses, ['error', 'aborted', 'aborted', 'ok']);
});
