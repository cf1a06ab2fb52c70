import { WhyconvError } from '../../base/errors.js';
import type { KernelExit } from './process.js';

/** The error for a kernel that is gone: how it ended, and the last it wrote to stderr. */
export function kernelDied(exit: KernelExit, what: string, cwd: string): WhyconvError {
  const how = exit.signal !== null ? `signal ${exit.signal}` : `exit code ${exit.code ?? 'unknown'}`;
  const words = exit.lastStderr === '' ? 'nothing on stderr' : `last on stderr:\n${indent(exit.lastStderr)}`;
  return new WhyconvError({ what, where: cwd, found: `${how}; ${words}`, remedy: remedyFor(exit) });
}

/** The error for a kernel that runs and does not answer. */
export function didNotStart(cwd: string, seconds: number): WhyconvError {
  return new WhyconvError({
    what: 'the notebook kernel did not start',
    where: cwd,
    found: `no answer after ${seconds} s`,
    expected: 'a reply to kernel_info and a message on iopub',
    remedy: 'try again when the machine is less busy, or check the installation with "npm ci"',
  });
}

function remedyFor(exit: KernelExit): string {
  if (/heap out of memory/i.test(exit.lastStderr)) {
    return 'the cell needs more memory than Node allows: use a smaller profile, or NODE_OPTIONS=--max-old-space-size';
  }
  if (exit.signal === 'SIGKILL') {
    return 'the system may have run out of memory: use a smaller profile or close other programs';
  }
  return 'run the notebook in JupyterLab ("npm run notebook") to see which line ends the process';
}

function indent(text: string): string {
  return text.replace(/^/gm, '    ');
}
