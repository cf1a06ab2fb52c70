import type { KernelOutput, Reply } from './messages.js';
import type { Request } from './request.js';
import type { ExecuteResult } from './types.js';

type CellError = NonNullable<ExecuteResult['error']>;

/** What a finished request amounts to; `limit` is the error of a cell that ran too long. */
export function resultOf(
  request: Request,
  limit: CellError | undefined,
  reply: Reply,
  killed: boolean,
): ExecuteResult {
  const { outputs, times } = request;
  const { executionCount } = reply;
  const common = { executionCount, times, killed };
  const reported = outputs.find((output) => output.type === 'error');
  if (limit !== undefined) return { ...common, status: 'error', outputs, error: limit };
  if (reply.status === 'ok') return { ...common, status: 'ok', outputs };
  return { ...common, status: 'error', outputs, error: reported ?? unexplained(outputs) };
}

export function timedOut(timeout: number | undefined): CellError {
  const evalue = `the cell ran longer than its limit of ${timeout} s`;
  return { ename: 'TimeoutError', evalue, traceback: [`TimeoutError: ${evalue}`] };
}

/** A kernel that does not send errors prints them. */
function unexplained(outputs: readonly KernelOutput[]): CellError {
  const printed = outputs.flatMap((output) =>
    output.type === 'stream' && output.name === 'stderr' ? [output.text] : [],
  );
  const traceback = printed.join('').trimEnd().split('\n');
  return { ename: 'Error', evalue: traceback[0] || 'the cell failed', traceback };
}
