import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { type Entry, extract } from 'tar-stream';
import { codeOf, messageOf, WhyconvError } from '../base/errors.js';
import type { OnProgress } from '../base/progress.js';
import { type ArchiveChecksums, Tally } from './checksums.js';
import { EntryGate } from './entries.js';
import { type BatchLayout, GET_OFFICIAL, type Version } from './layout.js';
import { readRefusal, writeAll, writeRefusal } from './refusals.js';
import { describeHead, type FileKind, sniff } from './sniff.js';

export interface StreamOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

const CHUNK_BYTES = 256 * 1024;

/** What came out of an archive. */
export interface Extracted extends ArchiveChecksums {
  readonly version: Version;
  /** Whether it was compressed with gzip: the published checksums are of the compressed archives. */
  readonly compressed: boolean;
}

/**
 * Unpacks the batches and the class names of an archive into an existing folder, in one pass that also takes the
 * archive's checksums. The archive is a tar file, compressed with gzip or unpacked already by a browser. On an error the
 * folder may hold some files: the caller throws it away.
 */
export async function extractArchive(
  path: string,
  folder: string,
  layout: BatchLayout,
  options: StreamOptions = {},
): Promise<Extracted> {
  const { size, compressed } = await refuseOtherKinds(path);
  const tally = new Tally((bytes) => options.onProgress?.({ task: 'unpack', fraction: bytes / size }));
  // Old tar programs write no format mark; the header's checksum is still required.
  const unpack = extract({ allowUnknownFormat: true });
  const source = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  const decompress = compressed ? createGunzip({ chunkSize: CHUNK_BYTES }) : new PassThrough();
  const feeding = pipeline(source, tally, decompress, unpack as unknown as Writable, {
    ...(options.signal && { signal: options.signal }),
  });
  const broken = feeding.then(
    () => null,
    (error: unknown) => error,
  );
  const gate = new EntryGate(path, layout);
  try {
    for await (const entry of unpack) {
      const name = gate.admit(entry.header);
      if (name === null) entry.resume();
      else await writeEntry(entry, join(folder, name));
    }
    await feeding;
  } catch (error) {
    // The loop sees "premature close" where reading or decompressing failed: the feeding side knows the reason.
    const reason = error instanceof WhyconvError ? error : ((await broken) ?? error);
    throw options.signal?.aborted ? error : archiveRefusal(reason, path);
  }
  return { ...tally.checksums(), version: gate.finish(), compressed };
}

async function writeEntry(entry: Entry, path: string): Promise<void> {
  try {
    const file = await open(path, 'wx');
    try {
      for await (const chunk of entry as AsyncIterable<Uint8Array>) await writeAll(file, chunk);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw writeRefusal(error, path);
  }
}

/** Looks at the first bytes: people save web pages, ZIP files and half downloads under this name. */
async function refuseOtherKinds(path: string): Promise<{ size: number; compressed: boolean }> {
  try {
    const file = await open(path);
    try {
      const head = new Uint8Array(512);
      const { bytesRead } = await file.read(head, 0, head.length, 0);
      const found = head.subarray(0, bytesRead);
      const kind = sniff(found);
      if (kind !== 'gzip' && kind !== 'tar') throw notAnArchive(path, found);
      return { size: (await file.stat()).size, compressed: kind === 'gzip' };
    } finally {
      await file.close();
    }
  } catch (error) {
    throw readRefusal(error, path);
  }
}

function notAnArchive(path: string, head: Uint8Array): WhyconvError {
  const kind = sniff(head);
  const remedies: Partial<Record<FileKind, string>> = {
    'web page': `the link was saved or a login page came instead: ${GET_OFFICIAL}`,
    zip: 'unpack it and pass the folder with --data',
  };
  return new WhyconvError({
    what:
      kind === 'web page'
        ? 'the file looks like a web page, not an archive'
        : 'the file is not an archive of CIFAR-10',
    where: path,
    found: describeHead(head),
    expected: 'a tar archive, plain or compressed with gzip (first bytes 1f 8b)',
    remedy: remedies[kind] ?? GET_OFFICIAL,
  });
}

function archiveRefusal(error: unknown, path: string): unknown {
  const code = codeOf(error);
  const message = messageOf(error);
  const broken = (what: string) =>
    new WhyconvError(
      { what, where: path, found: message, expected: 'a whole tar or tar.gz archive', remedy: GET_OFFICIAL },
      { cause: error },
    );
  if (error instanceof WhyconvError) return error;
  if (code === 'Z_BUF_ERROR' || message === 'Unexpected end of data')
    return broken('the archive is truncated');
  if (code?.startsWith('Z_')) return broken('the archive is damaged');
  if (/tar header|Invalid header|Invalid tar/i.test(message)) return broken('the archive holds no tar file');
  return readRefusal(error, path);
}
