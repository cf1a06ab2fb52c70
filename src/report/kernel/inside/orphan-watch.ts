import { Socket } from 'node:net';
import { workerData } from 'node:worker_threads';
import { killOwnGroup } from './own-group.js';

/** How a kernel learns that the process that started it is gone, by whatever signal. */
export type OrphanWatch =
  /** Its file descriptor 3 is a pipe that only that process holds: it closes. */
  | { readonly by: 'pipe' }
  /** Its parent is another process than at the start. Jupyter gives its kernels no such pipe. */
  | { readonly by: 'parent'; readonly parent: number };

/*
 * A worker thread of the kernel, so that the kernel and its children end even in the middle of a blocking cell.
 */

const watch = workerData as OrphanWatch;
if (watch.by === 'pipe') {
  const pipe = new Socket({ fd: 3, readable: true, writable: false });
  pipe.on('end', killOwnGroup).on('close', killOwnGroup).on('error', killOwnGroup);
  pipe.resume();
} else {
  setInterval(() => {
    if (process.ppid !== watch.parent) killOwnGroup();
  }, 1000);
}
