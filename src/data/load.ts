import { existsSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { InterruptedError, WhyconvError } from '../base/errors.js';
import { projectRoot } from '../base/files.js';
import { withLock } from '../base/lock.js';
import type { OnProgress } from '../base/progress.js';
import { DownloadError } from '../net/index.js';
import { readBatches } from './batches.js';
import { findUnpacked, listCache, readCached, type Unpacked } from './cache.js';
import type { Dataset } from './dataset.js';
import { BATCH_FILES, BATCH_FOLDER, type BatchLayout, CIFAR10, GET_OFFICIAL } from './layout.js';
import { readManifest } from './manifest.js';
import { archiveUrl, publicAddress, withDownload } from './mirror.js';
import { readRefusal, writeRefusal } from './refusals.js';
import { shapesDataset } from './shapes.js';
import { unpackIntoCache } from './unpack.js';

export interface LoadOptions {
  /** The user's archive, or a folder that holds the batch files or `cifar-10-batches-bin`. */
  readonly path?: string | undefined;
  /** Default: WHYCONV_DATA_DIR, else `data` in the project. */
  readonly cacheDir?: string | undefined;
  /** The synthetic shapes: never (default), where the download fails, or instead of CIFAR-10. */
  readonly synthetic?: 'never' | 'fallback' | 'only' | undefined;
  /** Default 10,000 and 2,000 images. */
  readonly syntheticSize?: { readonly train: number; readonly test: number } | undefined;
  /** Seed of the synthetic set; default 0. */
  readonly seed?: number | undefined;
  readonly onProgress?: OnProgress | undefined;
  /** Aborting rejects with InterruptedError; a download resumes there next time. */
  readonly signal?: AbortSignal | undefined;
  /** Where to download from: a folder URL or the archive's own. Default: WHYCONV_CIFAR10_URL, else the official server. */
  readonly baseUrl?: string | undefined;
}

/**
 * The dataset, from the first of: the user's path, the cache, the official download, the synthetic set where allowed. A
 * bad path is an error and never replaced by something else. Images are uint8: 184 MB for all 60,000.
 */
export async function loadDataset(options: LoadOptions = {}): Promise<Dataset> {
  return loadWith(CIFAR10, options);
}

/** `loadDataset` for any number of records a batch and any official archive: for tests. */
export async function loadWith(layout: BatchLayout, options: LoadOptions): Promise<Dataset> {
  const { signal } = options;
  try {
    signal?.throwIfAborted();
    if (options.synthetic === 'only') return synthetic(options);
    if (options.path !== undefined) return await fromPath(resolve(options.path), layout, options);
    const cached = await fromCache(layout, options);
    if (cached) return cached;
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

async function fromPath(path: string, layout: BatchLayout, options: LoadOptions): Promise<Dataset> {
  const info = await stat(path).catch((error: unknown) => {
    throw readRefusal(error, path);
  });
  if (info.isDirectory()) return fromFolder(path, layout, options);
  if (info.isFile()) return fromArchive(path, path, layout, options);
  throw new WhyconvError({
    what: 'this is neither a file nor a folder',
    where: path,
    found: 'a device, pipe or socket',
    expected: 'the archive cifar-10-binary.tar.gz or the folder it unpacks to',
    remedy: GET_OFFICIAL,
  });
}

async function fromFolder(path: string, layout: BatchLayout, options: LoadOptions): Promise<Dataset> {
  const folder = batchFolderIn(path);
  if (!folder) {
    throw new WhyconvError({
      what: 'the folder does not hold CIFAR-10',
      where: path,
      found: 'none of the batch files',
      expected: `${BATCH_FILES.join(', ')}, there or in ${BATCH_FOLDER}/`,
      remedy: GET_OFFICIAL,
    });
  }
  const content = await readBatches(folder, layout, options);
  const manifest = await readManifest(folder);
  const official = manifest?.official === true && manifest.fingerprint === content.fingerprint;
  return { name: 'cifar10', ...content, official, source: path, folder };
}

/** The folder itself or the one of the archive in it, whichever holds a batch; missing batches are the reader's to report. */
function batchFolderIn(path: string): string | undefined {
  return [path, join(path, BATCH_FOLDER)].find((at) =>
    BATCH_FILES.some((name) => existsSync(join(at, name))),
  );
}

async function fromArchive(
  path: string,
  source: string,
  layout: BatchLayout,
  options: LoadOptions,
): Promise<Dataset> {
  const cacheDir = dataFolder(options.cacheDir);
  const known = await findUnpacked(cacheDir, path, options.signal);
  const cached = known && (await readCached(known, layout, options));
  return asDataset(cached ?? (await unpackIntoCache(cacheDir, path, source, layout, options)), source);
}

async function fromCache(layout: BatchLayout, options: LoadOptions): Promise<Dataset | null> {
  const cacheDir = dataFolder(options.cacheDir);
  for (const entry of await listCache(cacheDir)) {
    const unpacked = await readCached(entry, layout, options);
    if (unpacked) return asDataset(unpacked, entry.manifest.source);
  }
  // What a user put there by hand.
  const archive = join(cacheDir, layout.official.name);
  if (existsSync(archive)) return fromArchive(archive, archive, layout, options);
  return batchFolderIn(cacheDir) ? fromFolder(cacheDir, layout, options) : null;
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
    return asDataset(await withDownload(cacheDir, url, official, options, unpack), source);
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

function asDataset({ content, manifest, folder }: Unpacked, source: string): Dataset {
  return { name: 'cifar10', ...content, official: manifest.official, source, folder };
}

function interrupted(cause: unknown): InterruptedError {
  if (cause instanceof InterruptedError) return cause;
  return new InterruptedError({
    what: 'interrupted while getting the dataset',
    remedy: 'run the command again: a download resumes where it stopped',
  });
}
