import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { WhyconvError } from '../base/errors.js';
import { extractArchive, type StreamOptions } from './archive.js';
import { type Authenticity, judgeArchive } from './authenticity.js';
import { readBatches } from './batches.js';
import { type CacheEntry, stampOf, type Unpacked } from './cache.js';
import { BATCH_FILES, type BatchLayout, RECORD_BYTES } from './layout.js';
import { type ArchiveNote, type Manifest, readManifest, withArchive, writeManifest } from './manifest.js';
import { convertBatches } from './python-version.js';
import { writeRefusal } from './refusals.js';

/** A temporary folder older than this was left by a killed process: unpacking takes seconds. */
const STALE_MS = 10 * 60 * 1000;

/** Unpacks an archive into the cache, whole or not at all: into a temporary folder, checked there, then renamed. */
export async function unpackIntoCache(
  cacheDir: string,
  archive: string,
  source: string,
  layout: BatchLayout,
  options: StreamOptions = {},
): Promise<Unpacked> {
  const { path, stamp } = await stampOf(archive);
  const temporary = temporaryFolderIn(cacheDir);
  try {
    await mkdir(cacheDir, { recursive: true });
    await sweepStale(cacheDir);
    await mkdir(temporary);
    const extracted = await extractArchive(archive, temporary, layout, options);
    const nameOf = (file: string) => `${archive} > ${file}`;
    const md5s = extracted.version === 'python' ? await convertBatches(temporary, nameOf, layout) : [];
    const content = await readBatches(temporary, layout, { ...options, nameOf });
    if ((await stampOf(archive)).stamp !== stamp) throw changedMeanwhile(archive);
    const { bytes, sha256, md5 } = extracted;
    const note: ArchiveNote = { path, stamp, bytes, sha256, md5 };
    const authenticity = judgeArchive(extracted, md5s, layout);
    const manifest = newManifest(content.fingerprint, authenticity, source, note, layout);
    await writeManifest(temporary, manifest);
    return { ...(await settle(cacheDir, temporary, manifest, note)), content };
  } catch (error) {
    throw writeRefusal(error, cacheDir);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/**
 * Puts a finished temporary folder in its place; if the place is taken by the same content, notes the archive there. The
 * rename decides who was first: looking first and renaming then would let one process remove what another just made.
 */
async function settle(
  cacheDir: string,
  temporary: string,
  manifest: Manifest,
  note: ArchiveNote,
): Promise<CacheEntry> {
  const folder = join(cacheDir, `cifar10-${manifest.fingerprint.slice(0, 16)}`);
  for (let attempt = 0; ; attempt++) {
    try {
      await rename(temporary, folder);
      return { folder, manifest };
    } catch (error) {
      if (attempt > 1 || !existsSync(folder)) throw error;
    }
    const present = await readManifest(folder);
    if (present?.fingerprint === manifest.fingerprint) {
      const { official, officialBecause = '' } = manifest;
      const merged = withArchive(present, note, { official, officialBecause });
      await writeManifest(folder, merged);
      return { folder, manifest: merged };
    }
    // Not a dataset that can be used: out of the way, under a name that is swept if this process dies.
    const aside = temporaryFolderIn(cacheDir);
    await rename(folder, aside);
    await rm(aside, { recursive: true, force: true });
  }
}

function temporaryFolderIn(cacheDir: string): string {
  return join(cacheDir, `.cifar10-${randomBytes(6).toString('hex')}.tmp`);
}

function newManifest(
  fingerprint: string,
  authenticity: Authenticity,
  source: string,
  note: ArchiveNote,
  layout: BatchLayout,
): Manifest {
  const files = Object.fromEntries(BATCH_FILES.map((name) => [name, layout.recordsPerBatch * RECORD_BYTES]));
  return {
    format: 1,
    fingerprint,
    ...authenticity,
    source,
    unpacked: new Date().toISOString(),
    files,
    archives: [note],
  };
}

async function sweepStale(cacheDir: string): Promise<void> {
  for (const name of await readdir(cacheDir)) {
    if (!/^\.cifar10-[0-9a-f]{12}\.tmp$/.test(name)) continue;
    const path = join(cacheDir, name);
    const age = Date.now() - (await stat(path).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs;
    if (age > STALE_MS) await rm(path, { recursive: true, force: true });
  }
}

function changedMeanwhile(archive: string): WhyconvError {
  return new WhyconvError({
    what: 'the archive changed while it was read',
    where: archive,
    found: 'another size, time or inode than before',
    expected: 'a finished file',
    remedy: 'wait until it is written, then run again',
  });
}
