import { stat } from 'node:fs/promises';
import { messageOf } from '../base/errors.js';
import { hashFile } from '../net/index.js';
import type { Dataset } from './dataset.js';
import { type Found, findIn } from './find.js';
import type { BatchLayout } from './layout.js';
import { type ReadOptions, readFound } from './read-found.js';

/**
 * The official CIFAR-10 from the first of these folders and archives that has it, or null. What is there belongs to other
 * programs: it is only read, and what is damaged, unfinished or another copy is passed over.
 */
export async function fromKnownPlaces(
  places: readonly string[],
  layout: BatchLayout,
  options: ReadOptions,
): Promise<Dataset | null> {
  for (const place of places) {
    const found = await findAt(place);
    if (
      !found ||
      (found.kind === 'archive' && !(await isOfficialArchive(found.path, layout, options.signal)))
    )
      continue;
    const where = found.kind === 'archive' ? found.path : found.folder;
    try {
      const dataset = await readFound(found, where, layout, options);
      if (dataset.official) return dataset;
      report(options, where, dataset.officialBecause ?? '');
    } catch (error) {
      options.signal?.throwIfAborted();
      report(options, where, messageOf(error).split('\n')[0]!);
    }
  }
  return null;
}

async function findAt(place: string): Promise<Found | undefined> {
  const info = await stat(place).catch(() => undefined);
  if (info?.isDirectory()) return findIn(place);
  return info?.isFile() ? { kind: 'archive', path: place } : undefined;
}

/** Decided by size and MD5, before anything is unpacked. */
async function isOfficialArchive(path: string, layout: BatchLayout, signal?: AbortSignal): Promise<boolean> {
  const bytes = (await stat(path).catch(() => undefined))?.size;
  const candidates = [layout.official, layout.python.archive].filter((archive) => archive.bytes === bytes);
  if (candidates.length === 0) return false;
  const md5 = await hashFile(path, 'md5', signal);
  return candidates.some((archive) => archive.md5 === md5);
}

function report({ onProgress }: ReadOptions, where: string, reason: string): void {
  onProgress?.({ task: 'data', fraction: 0, detail: `passed over ${where}: ${reason}` });
}
