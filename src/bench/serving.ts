import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WhyconvError } from '../base/errors.js';
import { projectRoot } from '../base/files.js';
import { exportNetwork } from '../export/index.js';
import type { TrainedNetwork } from '../runs/index.js';
import { findKeras } from './keras.js';
import { type ServedProcess, type ServerCommand, startServer } from './served-process.js';
import { somePng } from './some-png.js';

export interface ServingOptions {
  readonly network: TrainedNetwork;
  readonly python: string | undefined;
  readonly repetitions: number;
  /** Seconds that a server is asked for each time. */
  readonly seconds: number;
  readonly onNote: (note: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** What a load brought. */
export interface Load {
  /** Answers of 200 per second. */
  readonly perSecond: number;
  /** Milliseconds of all answers: half of them and 99 of 100 came within. */
  readonly p50: number;
  readonly p99: number;
  readonly busy: number;
  /** Answers of other statuses, and broken connections, by what they were. */
  readonly failures: Readonly<Record<string, number>>;
  /** Resident bytes of the server at its end. */
  readonly memory: number;
}

export interface ServingResult {
  /** One row per server and repetition; in each repetition every server once. */
  readonly rounds: readonly { readonly title: string; readonly load: Load }[];
}

/** Connections that ask, each again as soon as it is answered. */
const CONNECTIONS = 32;

/**
 * Throughput of single PNG images: this project's service against the same network in Keras behind FastAPI and uvicorn, with
 * one process and with two. The load generator shares the machine.
 */
export async function compareServing(options: ServingOptions): Promise<ServingResult> {
  const { network, python, repetitions, seconds, onNote, signal } = options;
  const keras = await findKeras(python, signal);
  const folder = await mkdtemp(join(tmpdir(), 'whyconv-serving-'));
  const rounds: { title: string; load: Load }[] = [];
  try {
    const weights = await exportNetwork('safetensors', network, folder);
    if (keras.path === undefined) onNote(`Keras is not compared: ${keras.reason}`);
    for (let repetition = 0; repetition < repetitions; repetition++) {
      for (const command of await commands(weights, keras.path)) {
        signal?.throwIfAborted();
        const server = await startServer(command);
        try {
          await load(server, CONNECTIONS, 2);
          rounds.push({ title: command.title, load: await load(server, CONNECTIONS, seconds) });
        } finally {
          await server.stop();
        }
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return { rounds };
}

/** Asks this project's service far more than it can answer. */
export async function overload(
  network: TrainedNetwork,
  connections: number,
  seconds: number,
): Promise<Load[]> {
  return withOwnServer(network, async (server) => {
    const loads: Load[] = [await load(server, CONNECTIONS, 5)];
    for (let part = 0; part < 4; part++) loads.push(await load(server, connections, seconds / 4));
    return loads;
  });
}

/** This project's service in a process of its own, answering with a network for as long as `use` takes. */
export async function withOwnServer<T>(
  network: TrainedNetwork,
  use: (server: ServedProcess) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'whyconv-serving-'));
  try {
    const [command] = await commands(await exportNetwork('safetensors', network, folder), undefined);
    const server = await startServer(command!);
    return await use(server).finally(() => server.stop());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function commands(weights: string, python: string | undefined): Promise<ServerCommand[]> {
  const env = {
    ...process.env,
    TF_CPP_MIN_LOG_LEVEL: '3',
    KERAS_BACKEND: 'tensorflow',
    WHYCONV_WEIGHTS: weights,
  };
  const port = await freePort();
  const main = join(projectRoot, 'dist', 'src', 'cli', 'main.js');
  const own = ['serve', '--weights', weights, '--port', String(port), '--host', '127.0.0.1'];
  const servers = [{ title: 'whyconv', program: process.execPath, args: [main, ...own], env, port }];
  if (python === undefined) return servers;
  for (const workers of [1, 2]) {
    const args = ['-m', 'uvicorn', '--app-dir', join(projectRoot, 'src', 'bench'), '--port', String(port)];
    const title = `Keras, FastAPI, uvicorn with ${workers === 1 ? 'one process' : 'two processes'}`;
    servers.push({
      title,
      program: python,
      args: [...args, '--workers', String(workers), 'keras_server:app'],
      env,
      port,
    });
  }
  return servers;
}

/** The parts of autocannon that are used; it is a development dependency without types. */
type Autocannon = (options: object) => Promise<LoadResult> & {
  on(event: 'reqError', listener: (error: NodeJS.ErrnoException) => void): void;
};
interface LoadResult {
  readonly latency: { readonly p50: number; readonly p99: number };
  readonly duration: number;
  readonly timeouts: number;
  readonly statusCodeStats: Readonly<Record<string, { readonly count: number }>>;
}

async function load(server: ServedProcess, connections: number, duration: number): Promise<Load> {
  const running = requireAutocannon()({
    url: `${server.url}/invocations`,
    method: 'POST',
    headers: { 'content-type': 'image/png' },
    body: somePng(),
    connections,
    duration,
  });
  const failures: Record<string, number> = {};
  const fail = (what: string, count = 1) => {
    if (count > 0) failures[what] = (failures[what] ?? 0) + count;
  };
  running.on('reqError', (error) => fail(error.code ?? error.message));
  const { latency, duration: seconds, timeouts, statusCodeStats } = await running;
  fail('no answer in time', timeouts);
  for (const [status, { count }] of Object.entries(statusCodeStats))
    if (status !== '200' && status !== '503') fail(status, count);
  return {
    perSecond: (statusCodeStats[200]?.count ?? 0) / seconds,
    p50: latency.p50,
    p99: latency.p99,
    busy: statusCodeStats[503]?.count ?? 0,
    failures,
    memory: server.memory(),
  };
}

function requireAutocannon(): Autocannon {
  try {
    return require('autocannon') as Autocannon;
  } catch (cause) {
    const remedy = 'npm ci --include=dev installs it';
    throw new WhyconvError({ what: 'the load generator autocannon is not installed', remedy }, { cause });
  }
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
