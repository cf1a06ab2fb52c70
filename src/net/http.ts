import type { Readable } from 'node:stream';
import { type Dispatcher, interceptors } from 'undici';
import { connectionFailure, TransientError } from './failures.js';
import { makeAgent, proxiesOf, type Timeouts } from './proxy.js';

export interface GetOptions extends Timeouts {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

export interface Response {
  readonly status: number;
  /** Names in lower case; of a repeated header the first. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** @throws TransientError or UnreachableError while it is read */
  readonly body: AsyncIterable<Buffer>;
}

const MAX_REDIRECTS = 5;
/** Chunks that wait to be used before the connection is made to wait. */
const MAX_WAITING = 16;

/**
 * GETs a URL through the proxies of the environment, follows redirects and hands the response to `use`; afterwards every
 * connection is closed, whether its body was read or not. A redirect beyond the fifth is returned as it came.
 * @throws UnreachableError or TransientError where there is no response; whatever `use` throws
 */
export async function get<T>(
  url: string,
  options: GetOptions,
  use: (response: Response) => Promise<T>,
): Promise<T> {
  const agent = makeAgent(proxiesOf(process.env), options);
  try {
    const dispatcher = agent.compose(interceptors.redirect({ maxRedirections: MAX_REDIRECTS }));
    return await use(await request(url, dispatcher, options));
  } finally {
    // Rejects with what the request has failed with already.
    await agent.destroy().catch(() => undefined);
  }
}

async function request(
  url: string,
  dispatcher: Dispatcher,
  { headers, signal, connectMs, stallMs }: GetOptions,
): Promise<Response> {
  const controller = new AbortController();
  const abort = () => controller.abort(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted) abort();
  // undici bounds each step of a direct connection, but not the wait for a proxy that accepts and never answers.
  const late = new TransientError(
    `no answer from ${new URL(url).host} within ${(connectMs + stallMs) / 1000} s`,
  );
  const timer = setTimeout(() => controller.abort(late), connectMs + stallMs);
  try {
    const answer = await dispatcher.request({
      origin: new URL(url).origin,
      path: pathOf(url),
      method: 'GET',
      headers: { ...headers, ...authorizationOf(url) },
      signal: controller.signal,
    });
    return {
      status: answer.statusCode,
      headers: singleHeaders(answer.headers),
      body: chunksOf(answer.body, signal),
    };
  } catch (error) {
    signal?.throwIfAborted();
    throw error === late ? late : connectionFailure(error);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The chunks of a body, and only then the failure that ended it. Collects from the moment of the call: a stream's own iterator
 * drops what had arrived when the connection broke, so that one that breaks again and again would never get further.
 */
function chunksOf(body: Readable, signal: AbortSignal | undefined): AsyncIterable<Buffer> {
  const arrived: Buffer[] = [];
  let end: { readonly error?: unknown } | undefined;
  let wake = () => {};
  const finish = (how: { readonly error?: unknown }) => {
    end ??= how;
    wake();
  };
  body.once('error', (error) => finish({ error })).once('end', () => finish({}));
  body.on('data', (chunk: Buffer) => {
    arrived.push(chunk);
    if (arrived.length >= MAX_WAITING) body.pause();
    wake();
  });
  return (async function* () {
    for (;;) {
      signal?.throwIfAborted();
      const chunk = arrived.shift();
      if (chunk) yield chunk;
      else if (end) {
        if (end.error !== undefined) throw connectionFailure(end.error);
        return;
      } else {
        const news = new Promise<void>((resolve) => {
          wake = resolve;
        });
        body.resume();
        await news;
      }
    }
  })();
}

/** Basic authentication (RFC 7617) where the URL names a user. */
export function authorizationOf(url: string): Record<string, string> {
  const { username, password } = new URL(url);
  if (username === '') return {};
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
}

export function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}

function singleHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Response['headers'] {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
  );
}
