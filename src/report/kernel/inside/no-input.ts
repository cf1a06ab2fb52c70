import fs from 'node:fs';
import { WhyconvError } from '../../../base/errors.js';

/** tslab cannot ask a front end for input, and a headless run has no one to ask: a cell that would wait for it fails. */
export function refuseInput(): void {
  Object.defineProperty(process, 'stdin', {
    configurable: true,
    get: () => {
      throw noInput();
    },
  });
  for (const name of ['readSync', 'readFileSync'] as const) {
    const read = fs[name] as (...args: unknown[]) => unknown;
    Object.defineProperty(fs, name, {
      configurable: true,
      writable: true,
      value: (file: unknown, ...rest: unknown[]) => {
        if (file === 0 || file === '/dev/stdin') throw noInput();
        return read(file, ...rest);
      },
    });
  }
}

const noInput = () =>
  new WhyconvError({
    what: 'a cell asks for input, and nobody can answer',
    where: 'stdin',
    found: 'this kernel has no input, in a front end or headless',
    remedy:
      'write the value into a cell; a report takes the values of the parameters cell from its command line',
  });
