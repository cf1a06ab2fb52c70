import { fork } from 'node:child_process';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { formatCount } from '../base/format.js';
import type { TrainedNetwork } from '../runs/index.js';
import type { Sent, Task } from './hostile-sender.js';
import type { ServedProcess } from './served-process.js';
import { withOwnServer } from './serving.js';
import { somePng } from './some-png.js';

/** What one honest client saw, that asks again as soon as it is answered, while others sent what they sent. */
export interface HonestTimes {
  /** What was sent beside it. */
  readonly beside: string;
  readonly answers: number;
  /** Milliseconds: half of the answers and 99 of 100 came within. */
  readonly p50: number;
  readonly p99: number;
  /** Of what was sent beside it: seconds that all of it took, and answers by status. */
  readonly seconds: number;
  readonly statuses: Readonly<Record<string, number>>;
  /** Resident bytes of the service afterwards. */
  readonly memory: number;
}

/** Seconds of the honest client alone. */
const ALONE_SECONDS = 10;

/**
 * How an honest client fares beside hostile ones, each in its own process: alone, among as many honest requests, and among
 * hostile ones. The middle one separates what attackers do to the service from what any clients do who share its processors.
 *
 * @param count requests sent beside, twenty at a time
 */
export function besideHostile(network: TrainedNetwork, count: number): Promise<HonestTimes[]> {
  return withOwnServer(network, async (server) => {
    await send(server, { count: 500, kind: 'honest' });
    return [
      await honestTimes(server, 'nobody', sleepFor(ALONE_SECONDS)),
      await honestTimes(server, 'honest images', send(server, { count, kind: 'honest' })),
      await honestTimes(server, 'hostile bodies', send(server, { count, kind: 'hostile' })),
    ];
  });
}

async function honestTimes(
  server: ServedProcess,
  beside: string,
  sending: Promise<Sent>,
): Promise<HonestTimes> {
  const body = somePng();
  const times: number[] = [];
  let isOver = false;
  const end = () => {
    isOver = true;
  };
  sending.then(end, end);
  while (!isOver) {
    const began = performance.now();
    const headers = { 'content-type': 'image/png' };
    const response = await fetch(`${server.url}/invocations`, { method: 'POST', headers, body });
    await response.arrayBuffer();
    if (response.status !== 200) throw new Error(`an honest request was answered with ${response.status}`);
    times.push(performance.now() - began);
  }
  const { seconds, statuses } = await sending;
  times.sort((a, b) => a - b);
  const within = (share: number) => times[Math.floor(share * times.length)]!;
  return {
    beside,
    answers: times.length,
    p50: within(0.5),
    p99: within(0.99),
    seconds,
    statuses,
    memory: server.memory(),
  };
}

/** Sends from a process of its own: its work would delay the honest client. */
async function send({ url }: ServedProcess, task: Omit<Task, 'url'>): Promise<Sent> {
  const child = fork(require.resolve('./hostile-sender.js'));
  child.send({ ...task, url } satisfies Task);
  const [sent] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`the sender ended with ${code}`))),
  ])) as [Sent];
  return sent;
}

const sleepFor = (seconds: number): Promise<Sent> =>
  new Promise((resolve) => setTimeout(resolve, 1000 * seconds, { seconds, statuses: {} }));

/** A table with a row for each. */
export function describeHostile(rows: readonly HonestTimes[]): string {
  const lines = rows.map(({ beside, p50, p99, memory, seconds, statuses }) => {
    const cells = [
      p50.toFixed(1).padStart(7),
      p99.toFixed(1).padStart(7),
      formatCount(Math.round(memory / 1e6)).padStart(10),
      seconds.toFixed(1).padStart(8),
    ];
    const counts = Object.entries(statuses).map(([status, count]) => `${formatCount(count)} of ${status}`);
    return `${beside.padEnd(20)} ${cells.join(' ')}  ${counts.join(', ')}`;
  });
  return `${'one client beside'.padEnd(20)}  p50 ms  p99 ms  memory MB  seconds  answers to the others\n${lines.join('\n')}\n`;
}
