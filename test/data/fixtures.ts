import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type Headers, pack } from 'tar-stream';
import { WhyconvError } from '../../src/base/errors.js';
import { random } from '../../src/base/random.js';
import { BATCH_FILES, type BatchLayout, CIFAR10_CLASSES, RECORD_BYTES } from '../../src/data/layout.js';

/** A folder that is gone after the test. */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'whyconv-data-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** CIFAR-10 with 20 images per batch; `archive` becomes its official archive. */
export function smallLayout(archive: Uint8Array = new Uint8Array(1)): BatchLayout {
  const md5 = createHash('md5').update(archive).digest('hex');
  const official = {
    name: 'cifar-10-binary.tar.gz',
    baseUrl: 'http://127.0.0.1:9',
    bytes: archive.length,
    md5,
  };
  const none = { name: 'cifar-10-python.tar.gz', baseUrl: official.baseUrl, bytes: 1, md5 };
  return { recordsPerBatch: 20, official, python: { archive: none, batches: [] } };
}

/** Six batches of random pixels and labels 0..9, by file name. */
export function makeBatches(seed = 0, records = 20): Map<string, Uint8Array> {
  const rng = random(seed, 'fixture');
  const batch = () => {
    const bytes = Uint8Array.from({ length: records * RECORD_BYTES }, () => rng.integer(0, 255));
    for (let i = 0; i < records; i++) bytes[i * RECORD_BYTES] = i % 10;
    return bytes;
  };
  return new Map(BATCH_FILES.map((name) => [name, batch()]));
}

/** SHA-256 of the batches in canonical order: the fingerprint, computed apart from the code under test. */
export function fingerprintOf(batches: Map<string, Uint8Array>): string {
  return createHash('sha256')
    .update(Buffer.concat(BATCH_FILES.map((name) => batches.get(name)!)))
    .digest('hex');
}

export const CLASS_TEXT = `${CIFAR10_CLASSES.join('\n')}\n\n`;

export type TarEntry = [header: Headers, content?: Uint8Array | string];

/** The entries of an archive of the official layout. */
export function batchEntries(batches: Map<string, Uint8Array>): TarEntry[] {
  const files = [...batches].map(
    ([name, bytes]): TarEntry => [{ name: `cifar-10-batches-bin/${name}` }, bytes],
  );
  return [
    [{ name: 'cifar-10-batches-bin/', type: 'directory' }],
    [{ name: 'cifar-10-batches-bin/batches.meta.txt' }, CLASS_TEXT],
    ...files,
    [{ name: 'cifar-10-batches-bin/readme.html' }, '<html></html>'],
  ];
}

export async function tar(entries: readonly TarEntry[]): Promise<Buffer> {
  const packing = pack();
  for (const [header, content] of entries) {
    if (content === undefined) packing.entry(header);
    else packing.entry(header, Buffer.from(content));
  }
  packing.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of packing) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export async function tarGz(entries: readonly TarEntry[]): Promise<Buffer> {
  return gzipSync(await tar(entries), { level: 1 });
}

export function writeBatches(folder: string, batches: Map<string, Uint8Array>): string {
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of batches) writeFileSync(join(folder, name), bytes);
  return folder;
}

/** Matches a WhyconvError whose message has all the given parts and that names what to do. */
export function refusal(...parts: (string | RegExp)[]): (error: unknown) => boolean {
  return (error) => {
    if (!(error instanceof WhyconvError)) throw error;
    for (const part of parts) {
      const has = typeof part === 'string' ? error.message.includes(part) : part.test(error.message);
      if (!has) throw new Error(`expected ${part} in:\n${error.message}`);
    }
    if (!error.parts.remedy) throw new Error(`no remedy in:\n${error.message}`);
    return true;
  };
}
