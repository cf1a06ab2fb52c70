import { messageOf } from '../base/errors.js';
import type { Progress } from '../base/progress.js';
import type { Dataset } from '../data/index.js';
import { startEngine } from '../engine/index.js';
import type { RunSpec } from '../training/index.js';
import { type DatasetSource, loadSource } from './dataset.js';
import { RunStore } from './store.js';
import { trainRun } from './train-run.js';

/** What the pool tells a worker. */
export type ToWorker =
  | {
      readonly type: 'train';
      readonly spec: RunSpec;
      readonly store: string;
      readonly source: DatasetSource;
    }
  | { readonly type: 'stop' };

/** What a worker tells the pool. */
export type FromWorker =
  | { readonly type: 'progress'; readonly progress: Progress }
  | { readonly type: 'done'; readonly key: string }
  | { readonly type: 'failed'; readonly message: string };

/*
 * A process that trains one run after the other. It keeps the datasets it loaded: the runs of a study share them.
 * Its parent decides when it ends; without a parent it ends by itself.
 */

const controller = new AbortController();
/** By source, as JSON. */
const loaded = new Map<string, Promise<Dataset>>();

process.on('message', (message: ToWorker) => {
  if (message.type === 'stop') controller.abort();
  else trainOne(message).catch((error: unknown) => tell({ type: 'failed', message: messageOf(error) }));
});
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches every process of the terminal: the parent tells its workers to stop.
process.on('SIGINT', () => {});

async function trainOne({
  spec,
  store: folder,
  source,
}: Extract<ToWorker, { type: 'train' }>): Promise<void> {
  await startEngine();
  const key = await trainRun(spec, await datasetFrom(source), new RunStore(folder), {
    onProgress: (progress) => tell({ type: 'progress', progress }),
    signal: controller.signal,
  });
  tell({ type: 'done', key });
}

function datasetFrom(source: DatasetSource): Promise<Dataset> {
  const name = JSON.stringify(source);
  const dataset = loaded.get(name) ?? loadSource(source);
  loaded.set(name, dataset);
  return dataset;
}

function tell(message: FromWorker): void {
  process.send?.(message);
}
