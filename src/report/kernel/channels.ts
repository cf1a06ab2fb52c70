import { randomUUID } from 'node:crypto';
import type { Connection } from './connection.js';
import { decodeMessage, encodeRequest, type Message, type Session } from './wire.js';

/** The sockets of one conversation with a kernel. */
export interface Channels {
  /** Queues a request and returns its `msg_id`; its answers come in a later turn of the event loop. */
  send(channel: 'shell' | 'control', type: string, content: Record<string, unknown>): string;
  close(): void;
}

/**
 * Connects to a kernel. Messages that are not signed with the connection's key are ignored.
 * @param receive called with each message of iopub, shell and control
 */
export async function openChannels(
  connection: Connection,
  receive: (channel: 'iopub' | 'shell' | 'control', message: Message) => void,
): Promise<Channels> {
  const { Dealer, Subscriber } = await import('zeromq');
  const session: Session = { key: connection.key, id: randomUUID() };
  const unlimited = { linger: 0, receiveHighWaterMark: 0 };
  // A timeout of 0 makes sending synchronous; without a high water mark it never has to wait.
  const sending = { sendHighWaterMark: 0, sendTimeout: 0 };
  const shell = new Dealer({ ...unlimited, ...sending });
  const control = new Dealer({ ...unlimited, ...sending });
  const iopub = new Subscriber(unlimited);
  iopub.subscribe();
  const sockets = { iopub, shell, control };
  const listen = async (channel: keyof typeof sockets) => {
    for await (const frames of sockets[channel]) {
      const message = decodeMessage(connection.key, frames);
      if (message !== undefined) receive(channel, message);
    }
  };
  for (const channel of ['iopub', 'shell', 'control'] as const) {
    sockets[channel].connect(connection.address(channel));
    void listen(channel);
  }
  return {
    send: (channel, type, content) => {
      const { id, frames } = encodeRequest(session, type, content);
      // A request that cannot be sent gets no answer; who waits for one has a time limit and sees the kernel's end.
      sockets[channel].send(frames).catch(() => {});
      return id;
    },
    close: () => {
      for (const socket of Object.values(sockets)) socket.close();
    },
  };
}
