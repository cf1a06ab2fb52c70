import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../base/files.js';
import type { Authenticity } from './authenticity.js';

const archiveSchema = z.object({
  /** Where it was, and a stamp of the file as it was then (see `stampOf`). */
  path: z.string(),
  stamp: z.string(),
  bytes: z.number().int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  md5: z.string().regex(/^[0-9a-f]{32}$/),
});

const manifestSchema = z.object({
  format: z.literal(1),
  fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
  official: z.boolean(),
  /** Manifests of older versions do not say why. */
  officialBecause: z.string().optional(),
  source: z.string(),
  unpacked: z.string(),
  files: z.record(z.string(), z.number().int().nonnegative()),
  /** Every archive seen to hold this content. */
  archives: z.array(archiveSchema),
});

/** What the cache knows of one archive file. */
export type ArchiveNote = z.infer<typeof archiveSchema>;

/** manifest.json of an unpacked folder: content fingerprint, official or not, origin, sizes, archives it came from. */
export type Manifest = z.infer<typeof manifestSchema>;

export const MANIFEST_FILE = 'manifest.json';

/** The manifest of a folder, or null where there is none that can be understood. */
export async function readManifest(folder: string): Promise<Manifest | null> {
  try {
    return manifestSchema.parse(JSON.parse(await readFile(join(folder, MANIFEST_FILE), 'utf8')));
  } catch {
    return null;
  }
}

export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  await writeFileAtomic(join(folder, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
}

/**
 * A manifest that also knows this archive; an archive seen again at the same path replaces its older note.
 * @param authenticity what the archive says of the content, where it was judged
 */
export function withArchive(manifest: Manifest, note: ArchiveNote, authenticity?: Authenticity): Manifest {
  const others = manifest.archives.filter((known) => known.path !== note.path);
  const archives = [...others, note];
  if (manifest.official || !authenticity?.official) return { ...manifest, archives };
  return { ...manifest, ...authenticity, source: note.path, archives };
}
