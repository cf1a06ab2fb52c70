import { mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf } from '../base/errors.js';
import { type Expected, expectedOf, startOf } from './answer.js';
import { hashFile } from './checksum.js';
import { DownloadError, RangeRefusedError, TransientError, UnreachableError } from './failures.js';
import { get, type Response } from './http.js';
import { Part, validatorOf } from './part.js';
import { describeProxies, proxiesOf } from './proxy.js';
import { bytesOf, type DownloadRequest, refuse, withoutCredentials } from './request.js';
import { withRetries } from './retry.js';
import { looksLikeWebPage } from './web-page.js';

/**
 * Downloads a file to `target`, which appears only when it is whole and checked. Broken connections and busy servers are
 * retried, each time from where the part ends; a part that turns out wrong after a resumption is fetched again once. Aborting
 * keeps the part. Callers that share a target hold a lock.
 *
 * @throws DownloadError with the reason; the signal's reason; errors of the disk as they are
 */
export async function download(request: DownloadRequest): Promise<void> {
  const part = new Part(request.target);
  await mkdir(dirname(request.target), { recursive: true });
  const resumed = (await part.size()) > 0;
  let wrong = await mismatch(request, part, await fetchAll(request, part));
  if (wrong && resumed) {
    // The older half may be of another file: once more from the start.
    await part.discard();
    wrong = await mismatch(request, part, await fetchAll(request, part));
  }
  if (wrong) {
    await part.discard();
    throw wrong;
  }
  await rename(part.path, request.target);
  await part.forget();
}

async function fetchAll(request: DownloadRequest, part: Part): Promise<Expected> {
  const { signal, retryMs, bytes } = request;
  if (bytes !== undefined && (await part.size()) > bytes) await part.discard();
  if (bytes !== undefined && (await part.size()) === bytes) return { bytes, md5: request.md5 };
  const onWait = (reason: string, seconds: number) =>
    request.onWait?.(
      `${reason}: trying again in ${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`,
    );
  try {
    return await withRetries(
      () => fetchRest(request, part),
      () => part.size(),
      { signal, retryMs, onWait },
    );
  } catch (error) {
    signal?.throwIfAborted();
    const lost = error instanceof TransientError || error instanceof UnreachableError;
    throw lost ? giveUp(request, await part.size(), error) : error;
  }
}

/** One request for the missing bytes, which are appended to the part. */
async function fetchRest(request: DownloadRequest, part: Part): Promise<Expected> {
  const { url, signal, connectMs = 5000, stallMs = 30_000 } = request;
  const have = await part.size();
  const headers = {
    'accept-encoding': 'identity',
    'user-agent': 'whyconv',
    ...(await rangeOf(request, part, have)),
  };
  return get(url, { headers, signal, connectMs, stallMs }, async (response) => {
    const asked = 'range' in headers ? have : 0;
    const start = startOf(response, request, asked);
    const expected = expectedOf(response, request, start);
    if (start === 0) await part.note(url, validatorOf(response.headers));
    await append(response, request, part, start, expected);
    return expected;
  }).catch(async (error: unknown) => {
    if (error instanceof RangeRefusedError) await part.discard();
    throw error;
  });
}

/** Asks for the rest only where a mixture of two versions of the file would be noticed: by its validator or its MD5. */
async function rangeOf(request: DownloadRequest, part: Part, have: number): Promise<Record<string, string>> {
  if (have === 0) return {};
  const validator = await part.validatorFor(request.url);
  if (validator) return { range: `bytes=${have}-`, 'if-range': validator };
  return request.md5 === undefined ? {} : { range: `bytes=${have}-` };
}

async function append(
  response: Response,
  request: DownloadRequest,
  part: Part,
  start: number,
  { bytes }: Expected,
): Promise<void> {
  const began = performance.now();
  let got = start;
  let file: Awaited<ReturnType<typeof open>> | undefined;
  try {
    for await (const chunk of response.body) {
      if (got === 0 && looksLikeWebPage(chunk))
        throw refuse('a web page came in place of the file', request, beginningOf(chunk), 'a file');
      // Opened only now, so that a response that is not the file does not cost the part.
      file ??= await open(part.path, start > 0 ? 'a' : 'w');
      if (bytes !== undefined && got + chunk.length > bytes)
        throw refuse('the server sends too much', request, `more than ${bytesOf(bytes)}`, bytesOf(bytes));
      await file.writeFile(chunk);
      got += chunk.length;
      request.onBytes?.(got, bytes, (1000 * (got - start)) / (performance.now() - began));
    }
  } finally {
    await file?.close();
  }
  if (got < Math.max(1, bytes ?? 1)) throw new TransientError('the connection ended early');
}

async function mismatch(
  request: DownloadRequest,
  part: Part,
  expected: Expected,
): Promise<DownloadError | undefined> {
  if (expected.md5 === undefined) return undefined;
  const md5 = await hashFile(part.path, 'md5', request.signal);
  if (md5 === expected.md5) return undefined;
  return refuse('the download has the wrong checksum', request, `MD5 ${md5}`, `MD5 ${expected.md5}`);
}

function giveUp(
  request: DownloadRequest,
  got: number,
  error: TransientError | UnreachableError,
): DownloadError {
  const { title, url, bytes, otherWays } = request;
  const unreachable = error instanceof UnreachableError;
  const route = describeProxies(proxiesOf(process.env));
  const kept = got > 0 ? `${bytesOf(got)} are kept` : '';
  const remedies = [unreachable && error.remedy, got > 0 && 'run again to resume', otherWays].filter(Boolean);
  return new DownloadError(
    {
      what: unreachable ? `the server of ${title} cannot be reached` : `the download of ${title} broke off`,
      where: withoutCredentials(url),
      found: [messageOf(error), route, kept].filter(Boolean).join('; '),
      ...(bytes !== undefined && { expected: bytesOf(bytes) }),
      ...(remedies.length > 0 && { remedy: remedies.join('; or ') }),
    },
    { cause: error },
  );
}

const beginningOf = (chunk: Buffer): string =>
  `a file that begins with ${JSON.stringify(chunk.subarray(0, 40).toString('latin1').trim())}`;
