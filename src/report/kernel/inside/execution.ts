import { StringDecoder } from 'node:string_decoder';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { fence } from '../fence.js';
import {
  fail,
  latestCell,
  publishDisplay,
  publishStream,
  type RunningCell,
  runCell,
  startCell,
  stopCells,
} from './cells.js';
import { type Diagnostic, describeDiagnostics, describeThrown, isInterruption } from './failure.js';
import { writeAll } from './raw-output.js';
import type { Tslab } from './tslab.js';

/**
 * Requests are answered as the protocol asks: `execute_input` when a cell starts, `error` when it fails, name and
 * message of the error in the reply. Output goes to the cell that started the code, however late it comes.
 * @param fenceKey when given, stdout and stderr of the process are marked at the end of each cell
 */
export function answerCells({ jupyter }: Tslab, fenceKey: string | undefined): void {
  const handler = jupyter.JupyterHandlerImpl.prototype;
  const run = handler.handleExecuteImpl;
  handler.handleExecuteImpl = async function (request) {
    const cell = startCell();
    cell.publish('execute_input', { code: request.code, execution_count: this.execCount + 1 });
    try {
      const count = await run.call(this, request, publishStream, publishDisplay);
      // Promises that the cell left rejected are reported after this turn of the event loop.
      await nextTurn();
      if (cell.failure !== undefined) throw count;
      return count;
    } catch (error) {
      if (error instanceof Error) fail(cell, describeThrown(error));
      throw error;
    }
  };
  jupyter.ZmqServer.prototype.handleExecute = async function (socket, request) {
    const answer = (type: string, content: object, to: unknown) => {
      const message = request.createReply();
      message.header.msg_type = type;
      message.content = content;
      message.signAndSend(this.connInfo.key, to);
    };
    const cell: RunningCell = {
      id: request.header.msg_id,
      publish: (type, content) => answer(type, content, this.iopub),
      failure: undefined,
    };
    const reply = await runCell(cell, () =>
      this.handler.handleExecute(request.content, publishStream, publishDisplay),
    );
    if (reply.status === 'error') {
      await sleep(QUEUED);
      this.handler.execQueue.reset();
    }
    if (fenceKey !== undefined) {
      for (const fd of [1, 2]) writeAll(fd, fence(fenceKey, cell.id));
    }
    const status = reply.status === 'abort' ? 'aborted' : reply.status; // as the protocol spells it
    answer('execute_reply', { ...reply, status, ...cell.failure }, socket);
  };
}

/**
 * After a failure the cells that were sent before it are refused, as a front end's "run all" expects. tslab refuses all that
 * come within 200 ms, also from a front end that has seen the failure. Here the failure is not reported before those that were
 * sent earlier have been read, which takes this time, in ms.
 */
const QUEUED = 30;

/** Takes what the executor would print about a failed cell, to report it as an error instead. */
export function reportFailures({ executor }: Tslab): void {
  const { createExecutor } = executor;
  executor.createExecutor = (rootDir, converters, console) => {
    let diagnostics: Diagnostic[] = [];
    const error = (...args: unknown[]) => {
      const cell = latestCell();
      const [first, file, line, column, message] = args;
      // Code that does not await is interrupted by Node alone: no signal handler runs.
      if (isInterruption(first)) stopCells();
      if (args.length === 5 && typeof first === 'string') {
        diagnostics.push({
          file: String(file),
          line: Number(line),
          column: Number(column),
          message: String(message),
        });
      } else if (cell !== undefined) fail(cell, describeThrown(first));
      else console.error(...args);
    };
    const inner = createExecutor(rootDir, converters, { log: printResult, error });
    const execute = inner.execute.bind(inner);
    inner.execute = async (source) => {
      diagnostics = [];
      const ok = await execute(source);
      const cell = latestCell();
      if (diagnostics.length > 0 && cell !== undefined) {
        const failure = describeDiagnostics(diagnostics, source);
        // A cell that only registers a module counts as executed; its complaints are warnings.
        if (ok) publishStream('stderr', `${failure.evalue}\n`);
        else fail(cell, failure);
      }
      return ok;
    };
    return inner;
  };
}

/** What following a cell through promises and timers leaves in them; nothing for the reader of the cell's value. */
const TRACES =
  /,?\s*\[Symbol\((?:async_id_symbol|trigger_async_id_symbol|kResourceStore|asyncId|triggerId)\)\]: [^,\n}]+/g;

/** Prints the value of a cell's last expression as `console.log` does. */
function printResult(value: unknown): void {
  const text = typeof value === 'string' ? value : inspect(value);
  console.log('%s', text.includes('[Symbol(') ? text.replace(TRACES, '') : text);
}

/** Characters split over two writes are put together, and a writer's callback is called. */
export function writeWholeCharacters({ jupyter }: Tslab): void {
  jupyter.JupyterHandlerImpl.prototype.createWriteToIopub = (name, stream) => {
    const decoder = new StringDecoder('utf8');
    return (chunk, encoding, callback) => {
      const text = typeof chunk === 'string' ? chunk : decoder.write(Buffer.from(chunk));
      if (text !== '') stream(name, text);
      const done = typeof encoding === 'function' ? encoding : callback;
      if (done !== undefined) process.nextTick(done);
      return true;
    };
  };
}
