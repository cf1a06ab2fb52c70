import { get as getPlain, type IncomingMessage } from 'node:http';
import { get as getSecure } from 'node:https';

export interface OpenOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** How long to wait for a connection (name lookup, TCP, TLS). */
  readonly connectMs: number;
  /** How long the connection may be silent. */
  readonly stallMs: number;
}

/** The server was never reached: nothing is gained by trying again at once. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

const MAX_REDIRECTS = 5;

/** Opens a GET request and follows redirects; the answer's body is still to be read. Node's `fetch` cannot tell a
 * server that cannot be reached from one that is slow to answer. */
export async function openUrl(
  url: string,
  options: OpenOptions,
  redirects = MAX_REDIRECTS,
): Promise<IncomingMessage> {
  const response = await openOnce(new URL(url), options);
  const { statusCode = 0, headers } = response;
  if (statusCode < 300 || statusCode > 399 || !headers.location) return response;
  response.destroy();
  if (redirects === 0) throw new Error(`more than ${MAX_REDIRECTS} redirects`);
  return openUrl(new URL(headers.location, url).href, options, redirects - 1);
}

function openOnce(url: URL, options: OpenOptions): Promise<IncomingMessage> {
  const { signal, connectMs, stallMs, headers } = options;
  const secure = url.protocol === 'https:';
  return new Promise((resolve, reject) => {
    // One connection a request, so that no idle socket outlives the download.
    const settings = { headers, agent: false, ...(signal && { signal }) } as const;
    const request = (secure ? getSecure : getPlain)(url, settings, (response) => {
      clearTimeout(timer);
      resolve(response);
    });
    let connected = false;
    const timer = setTimeout(() => {
      request.destroy(new UnreachableError(`no connection to ${url.host} within ${connectMs / 1000} s`));
    }, connectMs);
    request.once('socket', (socket) => {
      socket.once(secure ? 'secureConnect' : 'connect', () => {
        connected = true;
        clearTimeout(timer);
      });
    });
    request.setTimeout(stallMs, () =>
      request.destroy(new Error(`${url.host} was silent for ${stallMs / 1000} s`)),
    );
    request.on('error', (error) => {
      clearTimeout(timer);
      reject(connected || signal?.aborted ? error : unreachable(error));
    });
  });
}

function unreachable(error: Error): UnreachableError {
  if (error instanceof UnreachableError) return error;
  // Where a host has several addresses, the message of the whole is empty and the parts have one each.
  const parts =
    error instanceof AggregateError ? error.errors.map((part: Error) => part.message).join('; ') : '';
  return new UnreachableError(parts || error.message, { cause: error });
}
