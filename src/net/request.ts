import { DownloadError } from './failures.js';

export interface DownloadRequest {
  readonly url: string;
  /** Path of the finished file; until then its bytes are in `<target>.part`, where an interrupted download resumes. */
  readonly target: string;
  /** What is downloaded, for messages: "CIFAR-10". */
  readonly title: string;
  /** Size and MD5 (hex) where they are known beforehand; otherwise those that the server names are checked. */
  readonly bytes?: number | undefined;
  readonly md5?: string | undefined;
  /** How else to get the file, as the remedy of errors. */
  readonly otherWays?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called with the bytes received, the bytes in all where known, and bytes per second since the last (re)connection. */
  readonly onBytes?:
    | ((received: number, total: number | undefined, bytesPerSecond: number) => void)
    | undefined;
  /** Called with one line before each wait for a busy server or a broken connection. */
  readonly onWait?: ((line: string) => void) | undefined;
  /** @default 5,000 */
  readonly connectMs?: number | undefined;
  /** @default 30,000 */
  readonly stallMs?: number | undefined;
  /** Milliseconds before the first retry; doubled with each further attempt in vain. @default 1,000 */
  readonly retryMs?: number | undefined;
}

/** The error for a response that is not the file. */
export function refuse(
  what: string,
  { url, otherWays }: DownloadRequest,
  found: string,
  expected: string,
): DownloadError {
  const where = withoutCredentials(url);
  return new DownloadError({ what, where, found, expected, ...(otherWays && { remedy: otherWays }) });
}

/** An address that may be shown and recorded. */
export function withoutCredentials(url: string): string {
  const shown = new URL(url);
  shown.username = '';
  shown.password = '';
  return shown.href;
}

export const bytesOf = (count: number): string => `${count.toLocaleString('en-US')} bytes`;
