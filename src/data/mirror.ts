import { existsSync } from 'node:fs';
import { rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { WhyconvError } from '../base/errors.js';
import { download, withoutCredentials } from '../net/index.js';
import type { StreamOptions } from './archive.js';
import type { ArchiveIdentity } from './layout.js';

/** How else to get the dataset, as the remedy of a failed download. */
const OTHER_WAYS =
  'pass an archive or folder you have with --data PATH, or set WHYCONV_CIFAR10_URL to a mirror of cifar-10-binary.tar.gz';

/**
 * The address of the archive on a mirror, which is named by the archive's own address or by that of its folder. An address
 * that names a file (by its ending, or by a query after a name) is the archive's.
 */
export function archiveUrl(base: string, name: string): string {
  if (!URL.canParse(base) || !/^https?:/.test(base)) {
    throw new WhyconvError({
      what: 'the address to download from is not a web address',
      where: base,
      expected: 'http:// or https://, of the archive or of the folder that holds it',
      remedy: 'fix or unset WHYCONV_CIFAR10_URL',
    });
  }
  const url = new URL(base);
  url.hash = '';
  const inFolder = url.pathname.endsWith('/');
  const isFile = !inFolder && (/\.(tar|tgz|gz)$/i.test(url.pathname) || url.search !== '');
  if (!isFile) url.pathname += inFolder ? name : `/${name}`;
  return url.href;
}

/** The address for people and records, without what may be secret in it. */
export function publicAddress(url: string): string {
  const shown = new URL(withoutCredentials(url));
  shown.search = '';
  return shown.href;
}

/**
 * Downloads the archive into the folder `downloads` of the cache and removes it after `use`. Whole or in part it is kept where
 * either is interrupted. The caller holds the lock of the cache.
 */
export async function withDownload<T>(
  cacheDir: string,
  url: string,
  { name, bytes, md5 }: ArchiveIdentity,
  { signal, onProgress }: StreamOptions,
  use: (archive: string) => Promise<T>,
): Promise<T> {
  // Not in the cache itself: what is there under this name was put there by the user, and is read by other processes.
  const target = join(cacheDir, 'downloads', name);
  const megabytes = (count: number) => (count / 1e6).toFixed(1);
  const report = (received: number, bytesPerSecond: number) =>
    onProgress?.({
      task: 'download',
      fraction: received / bytes,
      detail: `${megabytes(received)} of ${megabytes(bytes)} MB`,
      secondsLeft: (bytes - received) / bytesPerSecond,
    });
  try {
    if (!existsSync(target)) {
      await download({
        url,
        target,
        title: 'CIFAR-10',
        bytes,
        md5,
        otherWays: OTHER_WAYS,
        signal,
        onBytes: (received, _, bytesPerSecond) => report(received, bytesPerSecond),
        onWait: (detail) => onProgress?.({ task: 'waiting for the server', fraction: 0, detail }),
      });
    }
    const done = await use(target);
    // The unpacked folder knows the archive's checksums; a second copy of 170 MB is of no use.
    await rm(target, { force: true });
    return done;
  } finally {
    // A part that can be resumed keeps the folder.
    await rmdir(dirname(target)).catch(() => undefined);
  }
}
