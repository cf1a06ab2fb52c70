import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { temporaryName } from '../../base/files.js';
import { decodeRecords } from '../batches.js';
import { type Dataset, IMAGE_BYTES, type ImageSet } from '../dataset.js';
import { RECORD_BYTES } from '../layout.js';
import { MANIFEST_FILE } from '../manifest.js';

const originSchema = z.object({
  /** The folder of the image files, and what they were: see `stampOf`. */
  source: z.string(),
  stamp: z.string(),
  broken: z.array(z.object({ name: z.string(), reason: z.string() })),
});

const manifestSchema = originSchema.extend({
  format: z.literal(1),
  kind: z.literal('images'),
  fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
  classes: z.array(z.string()).min(2).max(10),
  /** Folders of the same content, or other states of the same one, the last ones first. Older versions noted none. */
  others: z.array(originSchema).default([]),
});

type Manifest = z.infer<typeof manifestSchema>;
/** A folder in one state, and its files that were left out. */
type Origin = z.infer<typeof originSchema>;

/** What is noted of a folder of images that was decoded: where they come from, classes, files left out. */
export type PreparedManifest = Omit<Manifest, 'format' | 'kind' | 'others'>;

/** Records of the training and the test images. */
export interface PreparedRecords {
  readonly train: Uint8Array;
  readonly test: Uint8Array;
}

const FILES = { train: 'train.bin', test: 'test.bin' } as const;
/** Other origins that an entry notes: each change of a file's time is one more. */
const OTHERS = 20;
/** Broken files that a note names. */
const NAMED = 10;

/** SHA-256 (hex) of class names, training records and test records. */
export function fingerprintOf(classes: readonly string[], { train, test }: PreparedRecords): string {
  return createHash('sha256')
    .update(`${JSON.stringify(classes)}\n`)
    .update(train)
    .update(test)
    .digest('hex');
}

/** Writes decoded images into the cache, whole or not at all. @returns their folder */
export async function writePrepared(
  cacheDir: string,
  manifest: PreparedManifest,
  records: PreparedRecords,
): Promise<string> {
  const folder = join(cacheDir, `images-${manifest.fingerprint.slice(0, 16)}`);
  const temporary = temporaryName(folder);
  try {
    await mkdir(temporary, { recursive: true });
    await writeFile(join(temporary, FILES.train), records.train);
    await writeFile(join(temporary, FILES.test), records.test);
    const others = otherOrigins(await readManifest(folder), manifest);
    const content: Manifest = { format: 1, kind: 'images', ...manifest, others };
    await writeFile(join(temporary, MANIFEST_FILE), `${JSON.stringify(content, null, 2)}\n`);
    // The same content under an older stamp, or damaged.
    await rm(folder, { recursive: true, force: true });
    await rename(temporary, folder);
    return folder;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** What an entry of the same content knows already: without it two equal folders would be decoded in turn. */
function otherOrigins(known: Manifest | undefined, { fingerprint, stamp }: PreparedManifest): Origin[] {
  if (known?.fingerprint !== fingerprint) return [];
  return originsOf(known)
    .filter((origin) => origin.stamp !== stamp)
    .slice(0, OTHERS);
}

const originsOf = ({ source, stamp, broken, others }: Manifest): Origin[] => [
  { source, stamp, broken },
  ...others,
];

/**
 * The dataset of a folder that {@link writePrepared} has written; undefined where it is not one, or damaged.
 *
 * @param stamp of the origin that it is read for; default: the last one
 */
export async function readPrepared(folder: string, stamp?: string): Promise<Dataset | undefined> {
  const manifest = await readManifest(folder);
  if (!manifest) return undefined;
  const { classes, fingerprint } = manifest;
  const origin = originsOf(manifest).find((each) => each.stamp === stamp) ?? manifest;
  try {
    const train = await readFile(join(folder, FILES.train));
    const test = await readFile(join(folder, FILES.test));
    if (fingerprintOf(classes, { train, test }) !== fingerprint) return undefined;
    const sets = { train: imageSetOf(train), test: imageSetOf(test) };
    const officialBecause = 'own images, not CIFAR-10';
    return {
      name: 'images',
      classes,
      ...sets,
      fingerprint,
      official: false,
      officialBecause,
      source: origin.source,
      folder,
      ...noteOf(origin),
    };
  } catch {
    return undefined;
  }
}

/** The folder in the cache that images with this stamp were prepared to. */
export async function findPrepared(cacheDir: string, stamp: string): Promise<string | undefined> {
  const names = await readdir(cacheDir).catch(() => []);
  for (const name of names.filter((each) => /^images-[0-9a-f]{16}$/.test(each))) {
    const manifest = await readManifest(join(cacheDir, name));
    if (manifest && originsOf(manifest).some((origin) => origin.stamp === stamp)) return join(cacheDir, name);
  }
  return undefined;
}

async function readManifest(folder: string): Promise<Manifest | undefined> {
  try {
    return manifestSchema.parse(JSON.parse(await readFile(join(folder, MANIFEST_FILE), 'utf8')));
  } catch {
    return undefined;
  }
}

function imageSetOf(records: Uint8Array): ImageSet {
  const count = records.length / RECORD_BYTES;
  const set = { images: new Uint8Array(count * IMAGE_BYTES), labels: new Uint8Array(count), count };
  decodeRecords(records, set, 0);
  return set;
}

function noteOf({ broken }: Origin): { note?: string } {
  if (broken.length === 0) return {};
  const named = broken.slice(0, NAMED).map(({ name, reason }) => `${name} (${reason})`);
  const more = broken.length > NAMED ? `, and ${broken.length - NAMED} more` : '';
  const files = broken.length === 1 ? '1 image file' : `${broken.length} image files`;
  const were = broken.length === 1 ? 'was' : 'were';
  return { note: `${files} could not be read and ${were} left out: ${named.join(', ')}${more}` };
}
