import type { StreamOptions } from './archive.js';
import { type Authenticity, judgePythonBatches, SAME_AS_OFFICIAL, UNKNOWN_BINARY } from './authenticity.js';
import { type BatchContent, readBatches } from './batches.js';
import { findUnpacked, listCache, readCached, type Unpacked } from './cache.js';
import type { Dataset } from './dataset.js';
import type { Found } from './find.js';
import type { BatchLayout } from './layout.js';
import { readManifest } from './manifest.js';
import { unpackIntoCache } from './unpack.js';

export interface ReadOptions extends StreamOptions {
  /** Folder of unpacked archives. */
  readonly cacheDir: string;
}

/**
 * Reads what was found: an archive through the cache, batches where they are.
 * @param source where it came from, for people
 */
export async function readFound(
  found: Found,
  source: string,
  layout: BatchLayout,
  options: ReadOptions,
): Promise<Dataset> {
  if (found.kind === 'archive') return readArchive(found.path, source, layout, options);
  const { folder, version } = found;
  const content = await readBatches(folder, layout, options, version);
  const authenticity = await judgeFolder(folder, content, layout, options.cacheDir);
  return asDataset(content, authenticity, source, folder);
}

async function readArchive(
  path: string,
  source: string,
  layout: BatchLayout,
  options: ReadOptions,
): Promise<Dataset> {
  const { cacheDir } = options;
  const known = await findUnpacked(cacheDir, path, options.signal);
  const cached = known && (await readCached(known, layout, options));
  return fromUnpacked(cached ?? (await unpackIntoCache(cacheDir, path, source, layout, options)), source);
}

/** The dataset of a cache entry. */
export function fromUnpacked({ content, manifest, folder }: Unpacked, source: string): Dataset {
  const { official } = manifest;
  // Manifests of older versions know the result alone, which was decided by the archive.
  const officialBecause =
    manifest.officialBecause ?? `the archive ${official ? 'has' : 'does not have'} the published MD5`;
  return asDataset(content, { official, officialBecause }, source, folder);
}

/** An unpacked folder is official by its own checksums, or by having the content of an official archive seen before. */
async function judgeFolder(
  folder: string,
  { fingerprint, md5s }: BatchContent,
  layout: BatchLayout,
  cacheDir: string,
): Promise<Authenticity> {
  const own = md5s ? judgePythonBatches(md5s, layout) : UNKNOWN_BINARY;
  if (own.official) return own;
  const manifests = [
    await readManifest(folder),
    ...(await listCache(cacheDir)).map(({ manifest }) => manifest),
  ];
  const known = manifests.some((each) => each?.official === true && each.fingerprint === fingerprint);
  return known ? SAME_AS_OFFICIAL : own;
}

function asDataset(
  { classes, train, test, fingerprint }: BatchContent,
  authenticity: Authenticity,
  source: string,
  folder: string,
): Dataset {
  return { name: 'cifar10', classes, train, test, fingerprint, ...authenticity, source, folder };
}
