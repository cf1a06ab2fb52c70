import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { supplyRemovedUtilFunctions } from '../../../engine/node-compat.js';
import { KERNEL_HOST, type KernelHost, transientOf } from '../../../notebook/host.js';
import { fail, owner, publishDisplay } from './cells.js';
import * as execution from './execution.js';
import { describeThrown } from './failure.js';
import { writeAll } from './raw-output.js';
import { resolveShorthand } from './shorthand.js';
import * as transport from './transport.js';
import { loadTslab } from './tslab.js';

/*
 * The start file of the kernel process: tslab, with its output made lossless and its errors told as errors.
 *   node main.js --config-path FILE [--fence KEY]
 * With --fence nobody looks on: the process marks the end of each cell on its own stdout and stderr, and ends when its
 * stdin closes.
 */

function start(): void {
  const { values } = parseArgs({
    options: { 'config-path': { type: 'string' }, fence: { type: 'string' } },
  });
  // Deprecations inside dependencies are no output of a notebook.
  process.noDeprecation = true;
  supplyRemovedUtilFunctions();
  if (values.fence !== undefined) new Worker(join(__dirname, 'orphan-watch.js')).unref();
  offerHost(values.fence !== undefined);
  const tslab = loadTslab();
  transport.publishWithoutLoss(tslab);
  transport.endWithoutPorts(tslab);
  transport.endOnShutdown(tslab);
  transport.dropUnreadable(tslab);
  execution.answerCells(tslab, values.fence);
  execution.reportFailures(tslab);
  execution.writeWholeCharacters(tslab);
  resolveShorthand(tslab);
  tslab.main.startKernel({
    configPath: values['config-path'] ?? '',
    enableFindLocal: false,
    jsKernel: false,
    globalVersion: '',
  });
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.removeAllListeners(event);
    process.on(event, reportUnawaited);
  }
}

/** An error that no one awaited is an error of the cell that started the work, whether or not that cell has ended. */
function reportUnawaited(error: unknown): void {
  const cell = owner();
  const failure = describeThrown(error);
  if (cell === undefined) writeAll(2, `${failure.traceback.join('\n')}\n`);
  else fail(cell, failure);
}

function offerHost(headless: boolean): void {
  const host: KernelHost = {
    headless,
    display: (data, { id, update }) =>
      publishDisplay({ data, metadata: {}, transient: transientOf(id) }, update ?? false),
  };
  Object.defineProperty(globalThis, KERNEL_HOST, { value: host, configurable: true });
}

start();
