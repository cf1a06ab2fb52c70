import { performance } from 'node:perf_hooks';
import { ATTACKS, type Attack } from './hostile-bodies.js';
import { somePng } from './some-png.js';

/** What this process is asked for, once, by a message. */
export interface Task {
  /** Of the service, without a path. */
  readonly url: string;
  readonly count: number;
  readonly kind: 'honest' | 'hostile';
}

/** What it answers when all is sent. */
export interface Sent {
  readonly seconds: number;
  /** Answers by status. */
  readonly statuses: Readonly<Record<string, number>>;
}

/** Requests at a time. */
const AT_ONCE = 20;

process.once('message', async (task: Task) => {
  process.send!(await sendAll(task));
  process.disconnect();
});

async function sendAll({ url, count, kind }: Task): Promise<Sent> {
  const honest = { path: '/invocations', type: 'image/png', body: somePng() };
  const request = (n: number): Attack => (kind === 'honest' ? honest : ATTACKS[n % ATTACKS.length]!(n));
  const statuses: Record<string, number> = {};
  const began = performance.now();
  let next = 0;
  const sender = async () => {
    while (next < count) {
      const { path, type, body } = request(next++);
      const response = await fetch(url + path, {
        method: 'POST',
        headers: { 'content-type': type },
        body: body as BodyInit,
      });
      await response.arrayBuffer();
      statuses[response.status] = (statuses[response.status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sender));
  return { seconds: (performance.now() - began) / 1000, statuses };
}
