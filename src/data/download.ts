import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, WhyconvError } from '../base/errors.js';
import { md5OfFile } from './checksums.js';
import { UnreachableError } from './http.js';
import { formatCount } from './layout.js';
import { writeRefusal } from './refusals.js';
import {
  DownloadError,
  type DownloadRequest,
  discard,
  fetchRest,
  OTHER_WAYS,
  refuse,
  sizeOf,
} from './transfer.js';

/** Attempts in a row that may end without one byte more than before. */
const FRUITLESS_ATTEMPTS = 3;

/**
 * Downloads a file of known size and MD5 to `target`, going on from `<target>.part` where the server can. Cut connections
 * are resumed; a part that turns out wrong after a resumption is fetched anew once. Aborting keeps the part.
 */
export async function download(request: DownloadRequest): Promise<void> {
  const part = `${request.target}.part`;
  const resumed = (await sizeOf(part)) > 0;
  await fetchAll(request, part);
  let md5 = await md5OfFile(part, request.signal);
  if (md5 !== request.md5 && resumed) {
    // The older half may be of another file: once more from the start.
    await discard(part);
    await fetchAll(request, part);
    md5 = await md5OfFile(part, request.signal);
  }
  if (md5 !== request.md5) {
    await discard(part);
    throw refuse('the download has the wrong checksum', request, `MD5 ${md5}`, `MD5 ${request.md5}`);
  }
  await rename(part, request.target);
  await rm(`${part}.json`, { force: true });
}

async function fetchAll(request: DownloadRequest, part: string): Promise<void> {
  let best = await sizeOf(part);
  if (best > request.bytes) await discard(part);
  for (let fruitless = 0; (await sizeOf(part)) !== request.bytes; ) {
    request.signal?.throwIfAborted();
    try {
      await fetchRest(request, part);
    } catch (error) {
      request.signal?.throwIfAborted();
      const refusal = writeRefusal(error, dirname(request.target));
      if (refusal instanceof WhyconvError) throw refusal;
      const got = await sizeOf(part);
      fruitless = got > best ? 0 : fruitless + 1;
      best = Math.max(best, got);
      if (error instanceof UnreachableError || fruitless >= FRUITLESS_ATTEMPTS)
        throw giveUp(request, got, error);
      await sleep(request.retryMs ?? 1000, undefined, { ...(request.signal && { signal: request.signal }) });
    }
  }
}

function giveUp(request: DownloadRequest, got: number, error: unknown): DownloadError {
  const never = error instanceof UnreachableError;
  const kept = got > 0 ? `; ${formatCount(got)} of ${formatCount(request.bytes)} bytes are kept` : '';
  return new DownloadError(
    {
      what: never ? 'the server of CIFAR-10 cannot be reached' : 'the download of CIFAR-10 broke off',
      where: request.url,
      found: `${messageOf(error)}${kept}`,
      expected: `${formatCount(request.bytes)} bytes`,
      remedy: `${got > 0 ? 'run again to go on from there, or ' : ''}${OTHER_WAYS}`,
    },
    { cause: error },
  );
}
