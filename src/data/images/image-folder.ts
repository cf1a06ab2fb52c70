import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { WhyconvError } from '../../base/errors.js';
import { withLock } from '../../base/lock.js';
import type { Dataset } from '../dataset.js';
import { RECORD_BYTES } from '../layout.js';
import type { ReadOptions } from '../read-found.js';
import { largestRemainder, splitByQuotas } from '../splits.js';
import { type DecodedImages, decodeAll } from './decode-all.js';
import { loadDecoder } from './decode-image.js';
import { type ImageFile, type ImageListing, listImages } from './list-images.js';
import {
  findPrepared,
  fingerprintOf,
  type PreparedRecords,
  readPrepared,
  writePrepared,
} from './prepared.js';
import { requireClasses, requireImages, requireNumber, TEST_SHARE } from './requirements.js';

export interface ImageFolderOptions extends ReadOptions {
  /** Of the choice of test images. */
  readonly seed: number;
}

/** Raised when decoding or splitting changes: part of the stamp. */
const VERSION = 2;

/**
 * The dataset of a folder of one's own images, one subfolder per class (see {@link listImages}); undefined where it holds none.
 * Images of any size become 32 x 32. Without a test set of its own, a share of every class is held out by the seed. What was
 * decoded is kept in the cache until a file changes.
 * @throws WhyconvError for fewer than 2 or more than 10 classes, and for a class with too few images
 */
export async function fromImageFolder(
  folder: string,
  options: ImageFolderOptions,
): Promise<Dataset | undefined> {
  const listing = await listImages(folder);
  if (!listing) return undefined;
  requireClasses(folder, listing.classes);
  requireNumber(folder, listing);
  const { cacheDir, signal, seed } = options;
  const stamp = await stampOf(listing, seed);
  const known = async () => {
    const prepared = await findPrepared(cacheDir, stamp);
    return prepared === undefined ? undefined : readPrepared(prepared, stamp);
  };
  const prepare = async () => (await known()) ?? (await decodeFolder(folder, listing, stamp, options));
  return (await known()) ?? (await withLock(join(cacheDir, 'images.lock'), prepare, { signal }));
}

async function decodeFolder(
  folder: string,
  listing: ImageListing,
  stamp: string,
  options: ImageFolderOptions,
): Promise<Dataset> {
  const { classes } = listing;
  const decode = loadDecoder();
  const files = await decodeAll(listing.files, decode, options);
  const test = listing.test && (await decodeAll(listing.test, decode, options));
  requireImages(folder, classes, files, test);
  const records = test ? { train: files.records, test: test.records } : holdOut(files, options.seed);
  const broken = [...files.broken, ...(test?.broken ?? [])];
  const manifest = {
    fingerprint: fingerprintOf(classes, records),
    classes: [...classes],
    source: folder,
    stamp,
    broken,
  };
  const prepared = await readPrepared(await writePrepared(options.cacheDir, manifest, records));
  if (prepared) return prepared;
  throw new WhyconvError({
    what: 'the decoded images cannot be read back',
    where: options.cacheDir,
    expected: `files with the fingerprint ${manifest.fingerprint}, as they were written`,
    remedy: 'free memory, or choose another data folder by WHYCONV_DATA_DIR, and run again',
  });
}

/** A test share of every class, at least one image of each: of a class without any nothing could be measured. */
function holdOut({ records, labels }: DecodedImages, seed: number): PreparedRecords {
  const inAll = Math.round(labels.length * TEST_SHARE);
  const quotasOf = (sizes: readonly number[]) =>
    largestRemainder(sizes, inAll).map((quota) => Math.max(1, quota));
  const { train, validation } = splitByQuotas(labels, quotasOf, seed);
  const pick = (indices: Uint32Array) => {
    const picked = new Uint8Array(indices.length * RECORD_BYTES);
    for (const [i, index] of indices.entries())
      picked.set(records.subarray(index * RECORD_BYTES, (index + 1) * RECORD_BYTES), i * RECORD_BYTES);
    return picked;
  };
  return { train: pick(train), test: pick(validation) };
}

/** What names the files and their state, and all else that decides the dataset. */
async function stampOf({ classes, files, test }: ImageListing, seed: number): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([VERSION, seed, classes, test !== undefined]));
  const add = async ({ path, name, label }: ImageFile) => {
    const found = await stat(path).catch(() => undefined);
    hash.update(`\n${label} ${name} ${found?.size} ${found?.mtimeMs}`);
  };
  for (const file of [...files, ...(test ?? [])]) await add(file);
  return hash.digest('hex');
}
