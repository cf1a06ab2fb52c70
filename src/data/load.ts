import { mkdir, readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { InterruptedError, WhyconvError } from '../base/errors.js';
import { projectRoot } from '../base/files.js';
import { withLock } from '../base/lock.js';
import type { OnProgress } from '../base/progress.js';
import { DownloadError } from '../net/index.js';
import { listCache, readCached } from './cache.js';
import type { Dataset } from './dataset.js';
import { isCifar100 } from './entries.js';
import { findBelow, findIn, folderOfBatch } from './find.js';
import { fromKnownPlaces } from './from-known-places.js';
import { fromImageFolder } from './images/image-folder.js';
import { readPrepared } from './images/prepared.js';
import { knownPlaces } from './known-places.js';
import { BATCH_FILES, type BatchLayout, CIFAR10, GET_OFFICIAL } from './layout.js';
import { archiveUrl, publicAddress, withDownload } from './mirror.js';
import { fromUnpacked, type ReadOptions, readFound } from './read-found.js';
import { readRefusal, writeRefusal } from './refusals.js';
import { shapesDataset } from './shapes.js';
import { unpackIntoCache } from './unpack.js';

export interface LoadOptions {
  /**
   * The user's archive, or a folder that holds it or its batches, at most one or two folders deeper; or a folder of images, one
   * subfolder per class.
   */
  readonly path?: string | undefined;
  /** Default: WHYCONV_DATA_DIR, else `data` in the project. */
  readonly cacheDir?: string | undefined;
  /** The synthetic shapes: never (default), where the download fails, or instead of CIFAR-10. */
  readonly synthetic?: 'never' | 'fallback' | 'only' | undefined;
  /** Default 10,000 and 2,000 images. */
  readonly syntheticSize?: { readonly train: number; readonly test: number } | undefined;
  /** Seed of the synthetic set, and of the test images held out of own images; default 0. */
  readonly seed?: number | undefined;
  readonly onProgress?: OnProgress | undefined;
  /** Aborting rejects with InterruptedError; a download resumes there next time. */
  readonly signal?: AbortSignal | undefined;
  /** Where to download from: a folder URL or the archive's own. Default: WHYCONV_CIFAR10_URL, else the official server. */
  readonly baseUrl?: string | undefined;
}

/**
 * The dataset, from the first of: the user's path, the cache, the official copy of another program, the official download,
 * the synthetic set where allowed. A bad path is an error and never replaced by something else. Images are uint8: 184 MB for
 * all 60,000.
 */
export async function loadDataset(options: LoadOptions = {}): Promise<Dataset> {
  return loadWith(CIFAR10, options, knownPlaces());
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
    if (options.path !== undefined) return await fromPath(options.path, layout, options);
    const here = await fromCache(layout, options);
    const local = here ?? (await fromKnownPlaces(places, layout, readOptionsOf(options)));
    if (local) return local;
    return await fromNetwork(layout, options);
  } catch (error) {
    if (signal?.aborted) throw interrupted(error);
    if (options.synthetic !== 'fallback' || !(error instanceof DownloadError)) throw error;
    const note = `CIFAR-10 could not be had (${error.parts.what}): synthetic shapes stand in for it`;
    options.onProgress?.({ task: 'data', fraction: 1, detail: note });
    return { ...synthetic(options), note };
  }
}

/** The folder of unpacked datasets and downloads. */
export function dataFolder(cacheDir?: string): string {
  return resolve(cacheDir ?? (process.env.WHYCONV_DATA_DIR || join(projectRoot, 'data')));
}

function synthetic({ syntheticSize, seed = 0 }: LoadOptions): Dataset {
  return shapesDataset({ train: syntheticSize?.train ?? 10_000, test: syntheticSize?.test ?? 2000, seed });
}

async function fromPath(given: string, layout: BatchLayout, options: LoadOptions): Promise<Dataset> {
  // A shell leaves the tilde of --data=~/x as it is.
  const path = resolve(given.replace(/^~(?=$|[/\\])/, homedir()));
  const info = await stat(path).catch((error: unknown) => {
    throw readRefusal(error, path);
  });
  const read = readOptionsOf(options);
  if (info.isDirectory()) {
    const prepared = await readPrepared(path);
    if (prepared) return prepared;
    const found = await findBelow(path);
    if (found) return readFound(found, path, layout, read);
    const images = await inWritable(read.cacheDir, () =>
      fromImageFolder(path, { ...read, seed: options.seed ?? 0 }),
    );
    if (images) return images;
    throw await noDataset(path);
  }
  if (!info.isFile()) {
    throw new WhyconvError({
      what: 'this is neither a file nor a folder',
      where: path,
      found: 'a device, pipe or socket',
      expected: 'the archive cifar-10-binary.tar.gz or the folder it unpacks to',
      remedy: GET_OFFICIAL,
    });
  }
  const folder = folderOfBatch(path);
  const found = folder === undefined ? undefined : await findIn(folder);
  return readFound(found ?? { kind: 'archive', path }, path, layout, read);
}

async function noDataset(path: string): Promise<WhyconvError> {
  const names = (await readdir(path)).filter((name) => !name.startsWith('.'));
  const found = names.slice(0, 8).join(', ') + (names.length > 8 ? `, and ${names.length - 8} more` : '');
  return new WhyconvError({
    what: isCifar100(names) ? 'this is CIFAR-100, not CIFAR-10' : 'the folder does not hold CIFAR-10',
    where: path,
    found: found || 'an empty folder',
    expected: `${BATCH_FILES.join(', ')} (binary version), the same without .bin (Python version), or an archive of them, there or one folder deeper; or images of your own, one subfolder per class`,
    remedy: GET_OFFICIAL,
  });
}

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

async function inWritable<T>(cacheDir: string, work: () => Promise<T>): Promise<T> {
  try {
    await mkdir(cacheDir, { recursive: true });
    return await work();
  } catch (error) {
    throw writeRefusal(error, cacheDir);
  }
}

function interrupted(cause: unknown): InterruptedError {
  if (cause instanceof InterruptedError) return cause;
  return new InterruptedError({
    what: 'interrupted while getting the dataset',
    remedy: 'run the command again: a download resumes where it stopped',
  });
}
