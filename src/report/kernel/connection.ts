import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const CHANNELS = ['shell', 'iopub', 'stdin', 'control', 'hb'] as const;
export type Channel = (typeof CHANNELS)[number];
export type Ports = Readonly<Record<Channel, number>>;

/** A kernel's addresses and key, written where only this user can read them. */
export interface Connection {
  readonly file: string;
  readonly key: string;
  address(channel: Channel): string;
  /** Removes the file and its folder. */
  dispose(): Promise<void>;
}

/** Writes a connection file (mode 0600) into a new folder of its own (mode 0700). */
export async function createConnection(ports: Ports): Promise<Connection> {
  const folder = await mkdtemp(join(tmpdir(), 'whyconv-kernel-'));
  const file = join(folder, 'connection.json');
  const key = randomBytes(32).toString('hex');
  const content = {
    ip: '127.0.0.1',
    transport: 'tcp',
    signature_scheme: 'hmac-sha256',
    kernel_name: 'whyconv',
    key,
    ...Object.fromEntries(CHANNELS.map((channel) => [`${channel}_port`, ports[channel]])),
  };
  await writeFile(file, JSON.stringify(content), { mode: 0o600, flag: 'wx' });
  return {
    file,
    key,
    address: (channel) => `tcp://127.0.0.1:${ports[channel]}`,
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
}

/**
 * Five free ports. Another process can take one before the kernel binds it, so the kernel is started again with
 * other ports when it finds one taken.
 */
export async function freePorts(): Promise<Ports> {
  const servers = await Promise.all(CHANNELS.map(listen));
  const ports = servers.map((server) => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('a TCP server without a port');
    return address.port;
  });
  await Promise.all(servers.map(close));
  const [shell, iopub, stdin, control, hb] = ports as [number, number, number, number, number];
  return { shell, iopub, stdin, control, hb };
}

function listen(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
