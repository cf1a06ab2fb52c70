import type { Server } from 'node:net';

/** Turns of the event loop between two batches, at most. */
const MAX_TURNS = 64;

/**
 * Gives the event loop turns until no more connections wait to be accepted. libuv accepts one in each turn ("unix: don't
 * accept() connections in a loop", 1.45), and a turn with a batch in it takes tens of milliseconds: of some hundred that
 * connect at once under load the last would wait for many seconds, where SageMaker allows 250 ms.
 *
 * @returns a function that resolves after two turns at least
 */
export function acceptWaiting(server: Server): () => Promise<void> {
  let accepted = 0;
  server.on('connection', () => {
    accepted += 1;
  });
  return async () => {
    // The first turn may end before connections are looked for: only two in a row without any show that none waits.
    for (let turn = 0, quiet = 0; turn < MAX_TURNS && quiet < 2; turn++) {
      const before = accepted;
      await new Promise(setImmediate);
      quiet = accepted === before ? quiet + 1 : 0;
    }
  };
}
