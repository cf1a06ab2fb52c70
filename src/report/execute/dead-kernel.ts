import { WhyconvError } from '../../base/errors.js';
import type { ExecuteResult } from '../kernel/index.js';

/**
 * A kernel that died ends the notebook like an error of the cell that ran.
 * @throws what is not an error of the kernel
 */
export function deadKernel(error: unknown): ExecuteResult {
  if (!(error instanceof WhyconvError)) throw error;
  const ename = 'DeadKernelError';
  const { what, found } = error.parts;
  const evalue = found === undefined ? what : `${what}: ${found.split(';')[0]}`;
  const traceback = [`${ename}: ${evalue}`, ...error.message.split('\n').slice(1)];
  return {
    status: 'error',
    executionCount: null,
    outputs: [],
    error: { ename, evalue, traceback },
    times: {},
    killed: true,
  };
}
