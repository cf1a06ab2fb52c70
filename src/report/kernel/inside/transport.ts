import { messageOf } from '../../../base/errors.js';
import { EXIT_PORT_TAKEN } from '../fence.js';
import { killOwnGroup } from './own-group.js';
import { writeAll } from './raw-output.js';
import type { SocketClass, Tslab } from './tslab.js';

/**
 * tslab never awaits what it publishes, and zeromq takes about 512 messages a turn before it wants to be awaited; the
 * next ones are lost. With a send timeout of 0 and no high water mark each message is queued at once, without limit.
 * What a cell still shows after a shutdown request, when the sockets are closed, is dropped.
 */
export function publishWithoutLoss({ zeromq }: Tslab): void {
  zeromq.Publisher = lossless(zeromq.Publisher);
  zeromq.Router = lossless(zeromq.Router);
}

function lossless(Socket: SocketClass): SocketClass {
  return class extends Socket {
    constructor(options?: object) {
      super({ ...options, sendTimeout: 0, sendHighWaterMark: 0 });
    }

    override async send(frames: unknown): Promise<void> {
      if (!this.closed) await super.send(frames);
    }
  };
}

/** A kernel that cannot bind its ports would wait for ever: it ends, with a code of its own for a taken port. */
export function endWithoutPorts({ jupyter }: Tslab): void {
  const server = jupyter.ZmqServer.prototype;
  const { init } = server;
  server.init = async function () {
    try {
      await init.call(this);
    } catch (error) {
      writeAll(2, `the kernel cannot open its ports: ${messageOf(error)}\n`);
      process.exit((error as { code?: unknown }).code === 'EADDRINUSE' ? EXIT_PORT_TAKEN : 1);
    }
  };
}

/** After a shutdown request the process ends with all that it started, even if a cell left a timer or a server open. */
export function endOnShutdown({ jupyter }: Tslab): void {
  const server = jupyter.ZmqServer.prototype;
  const { close } = server;
  server.close = function () {
    close.call(this);
    setTimeout(killOwnGroup, 50);
  };
}

/** A message that cannot be read (a wrong signature, say) is dropped; it is not an error of the running cell. */
export function dropUnreadable({ jupyter }: Tslab): void {
  const server = jupyter.ZmqServer.prototype;
  const { handleShellMessage } = server;
  server.handleShellMessage = async function (socket, ...frames) {
    try {
      await handleShellMessage.call(this, socket, ...frames);
    } catch (error) {
      writeAll(2, `dropped a message: ${messageOf(error)}\n`);
    }
  };
}
