import fs from 'node:fs';
import { Readable } from 'node:stream';
import { WhyconvError } from '../../../base/errors.js';

/** What begins to read a stream, or waits for it. */
const READING = [
  ...['on', 'once', 'addListener', 'prependListener', 'read', 'resume', 'pipe', 'setRawMode'],
  Symbol.asyncIterator,
];

/**
 * tslab cannot ask a front end for input, and in a headless run no one could answer: a cell that would wait for input
 * fails. Looking at `process.stdin` is allowed: Node itself does, and libraries ask whether it is a terminal.
 */
export function refuseInput(): void {
  const stdin = Object.assign(new Readable({ read: refuse }), { fd: 0, isTTY: false });
  for (const name of READING) Object.defineProperty(stdin, name, { value: refuse });
  Object.defineProperty(process, 'stdin', { value: stdin, configurable: true });
  for (const name of ['readSync', 'readFileSync'] as const) {
    const read = fs[name] as (...args: unknown[]) => unknown;
    const value = (file: unknown, ...rest: unknown[]) =>
      file === 0 || file === '/dev/stdin' ? refuse() : read(file, ...rest);
    Object.defineProperty(fs, name, { value, configurable: true, writable: true });
  }
}

function refuse(): never {
  throw new WhyconvError({
    what: 'a cell asks for input, and no one can answer',
    where: 'stdin',
    found: 'this kernel has no input, in a front end or headless',
    remedy:
      'write the value into a cell; a report takes the values of the parameters cell from its command line',
  });
}
