import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { supplyRemovedUtilFunctions } from '../../../engine/node-compat.js';
import { KERNEL_HOST, type KernelHost, transientOf } from '../../../notebook/host.js';
import { explainNames } from './assist.js';
import { fail, owner, publishDisplay, signalOfCell } from './cells.js';
import { importEsModules } from './es-modules.js';
import * as execution from './execution.js';
import { describeThrown } from './failure.js';
import { stopWorkOnInterrupt } from './interruption.js';
import { refuseInput } from './no-input.js';
import type { OrphanWatch } from './orphan-watch.js';
import { writeAll } from './raw-output.js';
import { resolveShorthand } from './shorthand.js';
import * as transport from './transport.js';
import { loadTslab } from './tslab.js';

/*
 * The start file of the kernel process: tslab, with its output made lossless and its errors sent as errors.
 *   node main.js --config-path FILE [--fence KEY]
 * With --fence it is headless: it marks the end of each cell on its own stdout and stderr. It ends with the process that
 * started it.
 */

function start(): void {
  const { values } = parseArgs({
    options: { 'config-path': { type: 'string' }, fence: { type: 'string' } },
  });
  // Deprecations inside dependencies are no output of a notebook.
  process.noDeprecation = true;
  supplyRemovedUtilFunctions();
  endWithParent(values.fence !== undefined);
  refuseInput();
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
  importEsModules(tslab);
  explainNames(tslab);
  stopWorkOnInterrupt(tslab);
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

/** A front end that is not Jupyter's, and says nothing of its process, may well keep a kernel for another process. */
function endWithParent(headless: boolean): void {
  const jupyter = process.platform !== 'win32' && process.env.JPY_PARENT_PID;
  if (!headless && !jupyter) return;
  const workerData: OrphanWatch = headless ? { by: 'pipe' } : { by: 'parent', parent: process.ppid };
  new Worker(join(__dirname, 'orphan-watch.js'), { workerData }).unref();
}

/** An error that nothing awaited is an error of the cell that started the work, whether or not that cell has ended. */
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
    signal: signalOfCell,
  };
  Object.defineProperty(globalThis, KERNEL_HOST, { value: host, configurable: true });
}

start();
