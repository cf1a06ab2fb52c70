import { isBusy, RangeRefusedError, TransientError } from './failures.js';
import type { Response } from './http.js';
import { bytesOf, type DownloadRequest, refuse } from './request.js';
import { retryAfterMs } from './retry.js';

/** Size and MD5 (hex) that the whole file must have, where known. */
export interface Expected {
  readonly bytes: number | undefined;
  readonly md5: string | undefined;
}

/** Where in the file the response begins; throws if it is not the file. */
export function startOf({ status, headers }: Response, request: DownloadRequest, asked: number): number {
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers['content-range'] ?? '');
  const fits = range?.[1] === String(asked) && ['*', String(request.bytes ?? range[2])].includes(range[2]!);
  if (status === 206 && fits) return asked;
  if (asked > 0 && (status === 206 || status === 416)) throw new RangeRefusedError(status);
  if (isBusy(status)) {
    throw new TransientError(`the server is busy (HTTP ${status})`, {
      retryAfterMs: retryAfterMs(headers['retry-after']),
    });
  }
  if (status >= 300 && status < 400)
    throw refuse('the server redirects without end', request, `HTTP ${status}`, 'the file');
  if (status !== 200)
    throw refuse('the server does not provide the file', request, `HTTP ${status}`, 'HTTP 200');
  if (/^text\/html/i.test(headers['content-type'] ?? ''))
    throw refuse(
      'a web page came in place of the file',
      request,
      `content type ${headers['content-type']}`,
      'a file',
    );
  const length = headers['content-length'];
  if (request.bytes !== undefined && length !== undefined && Number(length) !== request.bytes)
    throw refuse(
      'the file on the server has the wrong size',
      request,
      bytesOf(Number(length)),
      bytesOf(request.bytes),
    );
  return 0;
}

/** What the server says of the whole file, where that was not known beforehand. */
export function expectedOf({ headers }: Response, request: DownloadRequest, start: number): Expected {
  const length = headers['content-length'];
  // Google's storage names the MD5 of each object.
  const base64 = /md5=([\w+/=]+)/.exec(headers['x-goog-hash'] ?? '')?.[1];
  return {
    bytes: request.bytes ?? (length === undefined ? undefined : start + Number(length)),
    md5: request.md5 ?? (base64 && Buffer.from(base64, 'base64').toString('hex')),
  };
}
