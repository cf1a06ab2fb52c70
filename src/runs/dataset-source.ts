import { HopelessError } from '../base/errors.js';
import { type Dataset, loadDataset, positionDataset } from '../data/index.js';
import type { RunSpec } from '../training/index.js';

/** How a process loads a dataset, as data that can be sent to another process. */
export type DatasetSource =
  /** An unpacked CIFAR-10 folder. */
  | { readonly kind: 'folder'; readonly path: string }
  /** The synthetic shapes of `loadDataset`, in its default size. */
  | { readonly kind: 'shapes' }
  /** See `positionDataset`. */
  | { readonly kind: 'positions'; readonly train: number; readonly test: number; readonly seed: number };

/** A dataset, and how a worker process loads the same. */
export interface SourcedDataset {
  /** The images, in this process. */
  readonly dataset: Dataset;
  /** How to load them in another. */
  readonly source: DatasetSource;
}

/**
 * Loads what a source names; the same source gives the same images in every process.
 *
 * @throws WhyconvError where the folder is gone or is no CIFAR-10
 * @throws InterruptedError where the signal aborts
 * @example
 * ```ts
 * import { loadSource } from 'whyconv';
 *
 * const dataset = await loadSource({ kind: 'positions', train: 100, test: 50, seed: 0 });
 * dataset.train.count; // => 100
 * ```
 */
export async function loadSource(source: DatasetSource, signal?: AbortSignal): Promise<Dataset> {
  if (source.kind === 'positions') return positionDataset(source);
  return loadDataset({
    signal,
    ...(source.kind === 'folder' ? { path: source.path } : { synthetic: 'only' }),
  });
}

/** Loads each source once, however often it is asked for. One that could not be loaded is tried again when it is next asked for. */
export function loadingOnce(
  load: (source: DatasetSource) => Promise<Dataset>,
): (source: DatasetSource) => Promise<Dataset> {
  /** By source, as JSON. */
  const loaded = new Map<string, Promise<Dataset>>();
  return (source) => {
    const name = JSON.stringify(source);
    const known = loaded.get(name);
    if (known) return known;
    const dataset = load(source);
    loaded.set(name, dataset);
    dataset.catch(() => loaded.delete(name));
    return dataset;
  };
}

/**
 * The one of several datasets that a run is specified for.
 *
 * @throws HopelessError where it is not among them
 *
 * @example
 * ```ts
 * import { datasetFor, loadSource } from 'whyconv';
 *
 * const source = { kind: 'positions', train: 100, test: 50, seed: 0 } as const;
 * const dataset = await loadSource(source);
 * datasetFor([{ dataset, source }], { dataset: dataset.fingerprint }).source; // => source
 * datasetFor([{ dataset, source }], { dataset: 'another' }); // throws HopelessError: specified for another dataset
 * ```
 */
export function datasetFor(
  datasets: readonly SourcedDataset[],
  { dataset }: Pick<RunSpec, 'dataset'>,
): SourcedDataset {
  const found = datasets.find(({ dataset: { fingerprint } }) => fingerprint === dataset);
  if (found) return found;
  throw new HopelessError({
    what: 'the run is specified for another dataset',
    found: `fingerprint ${dataset}`,
    expected: datasets.map(({ dataset: { name, fingerprint } }) => `${fingerprint} (${name})`).join(' or '),
    remedy: 'open the study on the dataset the run was made for, or make a new spec',
  });
}
