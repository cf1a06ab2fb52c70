import { join, resolve } from 'node:path';
import { InterruptedError } from '../base/errors.js';
import { homeFolder } from '../base/files.js';
import { withLock } from '../base/lock.js';
import type { OnProgress } from '../base/progress.js';
import { DownloadError } from '../net/index.js';
import { listCache, readCached } from './cache.js';
import type { Dataset } from './dataset.js';
import { findIn } from './find.js';
import { fromKnownPlaces } from './from-known-places.js';
import { fromPath } from './from-path.js';
import { knownPlaces } from './known-places.js';
import { type BatchLayout, CIFAR10 } from './layout.js';
import { archiveUrl, publicAddress, withDownload } from './mirror.js';
import { fromUnpacked, type ReadOptions, readFound } from './read-found.js';
import { inWritable } from './refusals.js';
import { shapesDataset } from './shapes.js';
import { unpackIntoCache } from './unpack.js';

/** Where {@link loadDataset} looks for images, and what it does where there are none. */
export interface LoadOptions {
  /**
   * The user's archive, or a folder that holds it or its batches, at most one or two folders deeper; or a folder of images, one
   * subfolder per class.
   */
  readonly path?: string | undefined;
  /** Default: WHYCONV_DATA_DIR, otherwise `data` in the project. */
  readonly cacheDir?: string | undefined;
  /** The synthetic shapes: never (default), where the download fails, or instead of CIFAR-10. */
  readonly synthetic?: 'never' | 'fallback' | 'only' | undefined;
  /** Default 10,000 and 2,000 images. */
  readonly syntheticSize?: { readonly train: number; readonly test: number } | undefined;
  /** Seed of the synthetic set, and of the test images held out of own images; default 0. */
  readonly seed?: number | undefined;
  /** Called while a download, an archive or a folder of images is read. */
  readonly onProgress?: OnProgress | undefined;
  /** Aborting rejects with InterruptedError; a download resumes there next time. */
  readonly signal?: AbortSignal | undefined;
  /** Where to download from: a folder URL or the archive's own. Default: WHYCONV_CIFAR10_URL, otherwise the official server. */
  readonly baseUrl?: string | undefined;
}

/**
 * The dataset, from the first of: the user's path, the cache, the official copy of another program, the official download,
 * the synthetic set where allowed. A bad path is an error and never replaced by something else. Images are uint8: 184 MB for
 * all 60,000.
 *
 * @example
 * ```ts
 * import { loadDataset } from 'whyconv';
 *
 * const dataset = await loadDataset({ synthetic: 'only', syntheticSize: { train: 100, test: 20 } });
 * dataset.train.count; // => 100
 * dataset.official; // => false
 * await loadDataset({ path: 'no-such-folder' }); // throws WhyconvError: there is no such file or folder
 * ```
 */
export async function loadDataset(options: LoadOptions = {}): Promise<Dataset> {
  return loadWith(CIFAR10, options, knownPlaces());
}

/** CIFAR-10 where it is on this machine: what `loadDataset` finds without a download; undefined where there is none. */
export async function findDataset(
  options: Pick<LoadOptions, 'path' | 'cacheDir' | 'onProgress' | 'signal'>,
): Promise<Dataset | undefined> {
  try {
    options.signal?.throwIfAborted();
    if (options.path) return await fromPath(options.path, CIFAR10, { ...readOptionsOf(options), seed: 0 });
    return (await fromDisk(CIFAR10, options, knownPlaces())) ?? undefined;
  } catch (error) {
    throw options.signal?.aborted ? interrupted(error) : error;
  }
}

/** `loadDataset` for any number of records per batch, any official archive and any places of other programs: for tests. */
export async function loadWith(
  layout: BatchLayout,
  options: LoadOptions,
  places: readonly string[] = [],
): Promise<Dataset> {
  const { signal } = options;
  try {
    signal?.throwIfAborted();
    if (options.synthetic === 'only') return synthetic(options);
    if (options.path !== undefined)
      return await fromPath(options.path, layout, { ...readOptionsOf(options), seed: options.seed ?? 0 });
    return (await fromDisk(layout, options, places)) ?? (await fromNetwork(layout, options));
  } catch (error) {
    if (signal?.aborted) throw interrupted(error);
    if (options.synthetic !== 'fallback' || !(error instanceof DownloadError)) throw error;
    const note = `CIFAR-10 could not be had (${error.parts.what}): synthetic shapes stand in for it`;
    options.onProgress?.({ task: 'data', fraction: 1, detail: note });
    return { ...synthetic(options), note };
  }
}

/**
 * The folder of unpacked datasets and downloads.
 *
 * @example
 * ```ts
 * import { dataFolder } from 'whyconv';
 *
 * dataFolder('/data'); // => '/data'
 * ```
 */
export function dataFolder(cacheDir?: string): string {
  return resolve(cacheDir ?? (process.env.WHYCONV_DATA_DIR || join(homeFolder(), 'data')));
}

function synthetic({ syntheticSize, seed = 0 }: LoadOptions): Dataset {
  return shapesDataset({ train: syntheticSize?.train ?? 10_000, test: syntheticSize?.test ?? 2000, seed });
}

const fromDisk = async (layout: BatchLayout, options: LoadOptions, places: readonly string[]) =>
  (await fromCache(layout, options)) ?? (await fromKnownPlaces(places, layout, readOptionsOf(options)));

async function fromCache(layout: BatchLayout, options: LoadOptions): Promise<Dataset | null> {
  const read = readOptionsOf(options);
  for (const entry of await listCache(read.cacheDir)) {
    const unpacked = await readCached(entry, layout, read);
    if (unpacked) return fromUnpacked(unpacked, entry.manifest.source);
  }
  // What a user put there by hand.
  const found = await findIn(read.cacheDir);
  return found ? readFound(found, found.kind === 'archive' ? found.path : read.cacheDir, layout, read) : null;
}

function readOptionsOf({ cacheDir, signal, onProgress }: LoadOptions): ReadOptions {
  return { cacheDir: dataFolder(cacheDir), signal, onProgress };
}

async function fromNetwork(layout: BatchLayout, options: LoadOptions): Promise<Dataset> {
  const { official } = layout;
  const cacheDir = dataFolder(options.cacheDir);
  const base = options.baseUrl ?? (process.env.WHYCONV_CIFAR10_URL || official.baseUrl);
  const url = archiveUrl(base, official.name);
  const source = publicAddress(url);
  const unpack = (archive: string) => unpackIntoCache(cacheDir, archive, source, layout, options);
  const work = async () => {
    // While this process waited for the lock, another may have downloaded it.
    const done = await fromCache(layout, options);
    if (done) return done;
    return fromUnpacked(await withDownload(cacheDir, url, official, options, unpack), source);
  };
  const onWait = (holder: string) =>
    options.onProgress?.({
      task: 'waiting for another process',
      fraction: 0,
      detail: `${holder} is downloading CIFAR-10`,
    });
  return inWritable(cacheDir, () =>
    withLock(join(cacheDir, 'download.lock'), work, { signal: options.signal, onWait }),
  );
}

function interrupted(cause: unknown): InterruptedError {
  if (cause instanceof InterruptedError) return cause;
  return new InterruptedError({
    what: 'interrupted while getting the dataset',
    remedy: 'run the command again: a download resumes where it stopped',
  });
}
