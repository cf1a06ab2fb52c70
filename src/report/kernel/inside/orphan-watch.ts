import { Socket } from 'node:net';

/*
 * A worker thread of a headless kernel. Its stdin is a pipe held by the process that started it; when that process is
 * gone, by whatever signal, the pipe closes, and the kernel and its children end, also in the middle of a blocking cell.
 */

function end(): void {
  try {
    process.kill(-process.pid, 'SIGKILL');
  } catch {
    process.kill(process.pid, 'SIGKILL');
  }
}

const stdin = new Socket({ fd: 0, readable: true, writable: false });
stdin.on('end', end).on('close', end).on('error', end);
stdin.resume();
