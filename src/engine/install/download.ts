import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { dirname } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { get } from './http.js';

export interface DownloadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Bytes so far, and in all where the server says. */
  readonly onBytes?: (received: number, total: number | undefined) => void;
}

/**
 * Downloads a file to `path`, which appears only when it is whole and checked: size against the server's, MD5 where
 * the server tells it (`x-goog-hash`). What an interrupted transfer has left in `path.part` is continued if the
 * server's file is still the same one (ETag).
 * @throws Error in one line: host out of reach, status, wrong size or checksum
 */
export async function download(url: string, path: string, options: DownloadOptions = {}): Promise<void> {
  const part = `${path}.part`;
  const tagFile = `${part}.etag`;
  await mkdir(dirname(path), { recursive: true });
  const tag = await readFile(tagFile, 'utf8').catch(() => '');
  const have = tag ? ((await stat(part).catch(() => null))?.size ?? 0) : 0;
  const headers: Record<string, string> = have ? { range: `bytes=${have}-`, 'if-range': tag } : {};
  const response = await get(new URL(url), headers, options.signal);
  const start = response.statusCode === 206 ? have : 0;
  if (response.statusCode !== 200 && response.statusCode !== 206) {
    response.destroy();
    // 416: what we have is not a beginning of the file.
    if (response.statusCode === 416) await forget(part, tagFile);
    throw new Error(`${new URL(url).host} answers with status ${response.statusCode}`);
  }
  await writeFile(tagFile, response.headers.etag ?? '');
  const total = await receive(response, part, start, options);
  await verify(part, total, response.headers).catch(async (error: unknown) => {
    await forget(part, tagFile);
    throw error;
  });
  await rename(part, path);
  await rm(tagFile, { force: true });
}

/** Appends the body to `part`. @returns the size that the whole file must have, if known */
async function receive(response: IncomingMessage, part: string, start: number, options: DownloadOptions) {
  const length = Number(response.headers['content-length']);
  const total = Number.isFinite(length) ? start + length : undefined;
  let received = start;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      received += chunk.length;
      options.onBytes?.(received, total);
      done(null, chunk);
    },
  });
  const file = createWriteStream(part, { flags: start ? 'a' : 'w' });
  await pipeline(response, count, file, options.signal ? { signal: options.signal } : {});
  return total;
}

async function verify(
  part: string,
  total: number | undefined,
  headers: IncomingMessage['headers'],
): Promise<void> {
  const { size } = await stat(part);
  if (total !== undefined && size !== total)
    throw new Error(`the download has ${size} bytes, expected ${total}`);
  const expected = /md5=([\w+/=]+)/.exec(String(headers['x-goog-hash'] ?? ''))?.[1];
  if (!expected) return;
  const found = await digest(part, 'md5', 'base64');
  if (found !== expected) throw new Error(`the download's MD5 is ${found}, expected ${expected}`);
}

async function digest(path: string, algorithm: string, encoding: 'hex' | 'base64'): Promise<string> {
  const hash = createHash(algorithm);
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest(encoding);
}

async function forget(...paths: string[]): Promise<void> {
  for (const path of paths) await rm(path, { force: true });
}
