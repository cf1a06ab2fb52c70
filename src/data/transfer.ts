import { open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { WhyconvError } from '../base/errors.js';
import type { OnProgress } from '../base/progress.js';
import { openUrl } from './http.js';
import { formatCount } from './layout.js';
import { writeAll } from './refusals.js';
import { describeHead, sniff } from './sniff.js';

export interface DownloadRequest {
  readonly url: string;
  /** The finished file; until then its bytes lie in `<target>.part`, where an interrupted download goes on. */
  readonly target: string;
  readonly bytes: number;
  /** MD5, hex. */
  readonly md5: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
  readonly connectMs?: number;
  readonly stallMs?: number;
  /** Wait before going on after a cut connection. */
  readonly retryMs?: number;
}

/** The file could not be had from the network: whoever has a stand-in may use it. */
export class DownloadError extends WhyconvError {}

/** One request for what is missing, appended to the part. Throws a WhyconvError where trying again is of no use. */
export async function fetchRest(request: DownloadRequest, part: string): Promise<void> {
  const have = await sizeOf(part);
  const response = await openUrl(request.url, {
    headers: {
      'accept-encoding': 'identity',
      'user-agent': 'whyconv',
      ...(await rangeHeaders(request, part, have)),
    },
    signal: request.signal,
    connectMs: request.connectMs ?? 5000,
    stallMs: request.stallMs ?? 30_000,
  });
  try {
    const start = await startOf(response, request, part, have);
    if (start === 0) await writeFile(`${part}.json`, JSON.stringify(validatorOf(response, request.url)));
    await append(response, request, part, start);
  } finally {
    response.destroy();
  }
}

/** Where in the file the answer begins; throws if it is not the file. */
async function startOf(
  response: IncomingMessage,
  request: DownloadRequest,
  part: string,
  have: number,
): Promise<number> {
  const { statusCode = 0, headers } = response;
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers['content-range'] ?? '');
  if (
    statusCode === 206 &&
    range?.[1] === String(have) &&
    ['*', String(request.bytes)].includes(range[2] ?? '')
  ) {
    return have;
  }
  if (have > 0 && (statusCode === 206 || statusCode === 416)) {
    await discard(part);
    throw new Error(`the server's range does not fit (HTTP ${statusCode}): starting over`);
  }
  if (statusCode !== 200)
    throw refuse('the server does not give the file', request, `HTTP ${statusCode}`, 'HTTP 200');
  if (/^text\/html/i.test(headers['content-type'] ?? '')) {
    throw refuse(
      'a web page came instead of the archive',
      request,
      `content type ${headers['content-type']}`,
      'a gzip archive',
    );
  }
  const length = headers['content-length'];
  if (length !== undefined && Number(length) !== request.bytes) {
    const found = `${formatCount(Number(length))} bytes`;
    throw refuse(
      'the file on the server has the wrong size',
      request,
      found,
      `${formatCount(request.bytes)} bytes`,
    );
  }
  return 0;
}

async function append(
  response: IncomingMessage,
  request: DownloadRequest,
  part: string,
  start: number,
): Promise<void> {
  const began = performance.now();
  let got = start;
  let file: Awaited<ReturnType<typeof open>> | undefined;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      if (got === 0 && sniff(chunk) === 'web page') {
        throw refuse(
          'a web page came instead of the archive',
          request,
          describeHead(chunk),
          'a gzip archive',
        );
      }
      // Opened only now, so that an answer that is no archive does not cost the part.
      file ??= await open(part, start > 0 ? 'a' : 'w');
      if (got + chunk.length > request.bytes) {
        throw refuse(
          'the server sends too much',
          request,
          `more than ${formatCount(request.bytes)} bytes`,
          `${formatCount(request.bytes)} bytes`,
        );
      }
      await writeAll(file, chunk);
      got += chunk.length;
      report(request, got, (got - start) / ((performance.now() - began) / 1000));
    }
  } finally {
    await file?.close();
  }
  if (got < request.bytes) throw new Error('the connection ended early');
}

function report({ onProgress, bytes }: DownloadRequest, got: number, bytesPerSecond: number): void {
  const megabytes = (count: number) => (count / 1e6).toFixed(1);
  onProgress?.({
    task: 'download',
    fraction: got / bytes,
    detail: `${megabytes(got)} of ${megabytes(bytes)} MB`,
    secondsLeft: (bytes - got) / bytesPerSecond,
  });
}

const validatorSchema = z.object({ url: z.string(), validator: z.string().optional() });

/** What tells this version of the file from another: a strong ETag, else the modification date (RFC 9110, 13.1.5). */
function validatorOf({ headers }: IncomingMessage, url: string): z.infer<typeof validatorSchema> {
  const strong = headers.etag?.startsWith('W/') ? undefined : headers.etag;
  return { url, validator: strong ?? headers['last-modified'] };
}

async function rangeHeaders(
  request: DownloadRequest,
  part: string,
  have: number,
): Promise<Record<string, string>> {
  if (have === 0) return {};
  const range = { range: `bytes=${have}-` };
  try {
    const note = validatorSchema.parse(JSON.parse(await readFile(`${part}.json`, 'utf8')));
    return note.url === request.url && note.validator ? { ...range, 'if-range': note.validator } : range;
  } catch {
    return range; // No note, no condition: the checksum at the end decides.
  }
}

export async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => ({ size: 0 }))).size;
}

export async function discard(part: string): Promise<void> {
  await rm(part, { force: true });
  await rm(`${part}.json`, { force: true });
}

/** How else to come by the dataset. */
export const OTHER_WAYS =
  'give an archive or folder you have with --data PATH, or set WHYCONV_CIFAR10_URL to a mirror of cifar-10-binary.tar.gz';

export function refuse(
  what: string,
  { url }: DownloadRequest,
  found: string,
  expected: string,
): DownloadError {
  return new DownloadError({ what, where: url, found, expected, remedy: OTHER_WAYS });
}
