import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** A file's hash (hex). MD5 is for checksums that authors publish, not for security. */
export async function hashFile(
  path: string,
  algorithm: 'md5' | 'sha256',
  signal?: AbortSignal,
): Promise<string> {
  const hash = createHash(algorithm);
  const source = createReadStream(path, { highWaterMark: 1 << 20, ...(signal && { signal }) });
  for await (const chunk of source as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest('hex');
}
