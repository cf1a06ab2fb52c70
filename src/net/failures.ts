import { codeOf, messageOf, WhyconvError } from '../base/errors.js';

/** The file could not be downloaded: whoever has a substitute may use it. */
export class DownloadError extends WhyconvError {
  /** The message in one line, for a list of attempts. */
  get summary(): string {
    const { what, where, found } = this.parts;
    return [where ? `${what}: ${where}` : what, found && `(${found})`].filter(Boolean).join(' ');
  }
}

/** The server was never reached: nothing is gained by trying again at once. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
  /** What the user can do about it, where that is known. */
  readonly remedy: string | undefined;

  constructor(message: string, options: { cause?: unknown; remedy?: string } = {}) {
    super(message, { cause: options.cause });
    this.remedy = options.remedy;
  }
}

/** The connection broke or the server is busy: the same request may succeed later. */
export class TransientError extends Error {
  override readonly name = 'TransientError';
  /** Milliseconds that the server asks to wait. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: { cause?: unknown; retryAfterMs?: number | undefined } = {}) {
    super(message, { cause: options.cause });
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The server's range is not the one asked for: the part is of no use, a request from the start is. */
export class RangeRefusedError extends TransientError {
  constructor(status: number) {
    super(`the server's range does not fit (HTTP ${status})`, { retryAfterMs: 0 });
  }
}

/** Errors of name lookup and connecting; each leaves the server unreached. */
const NEVER_CONNECTED: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** OpenSSL's names of certificates that cannot be verified, and Node's of those for another host. */
const UNTRUSTED = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT)/;

/** Classifies what undici throws while connecting, sending or reading. */
export function connectionFailure(error: unknown): UnreachableError | TransientError {
  const code = rootCodeOf(error);
  const proxyStatus = Number(/Proxy response \((\d+)\)/.exec(messageOf(error))?.[1] ?? 0);
  if (proxyStatus === 407 || /Proxy Authentication Required/.test(messageOf(error))) {
    const remedy = 'put user and password into the address of the proxy: http://USER:PASSWORD@HOST:PORT';
    return new UnreachableError('the proxy asks for a password (HTTP 407)', { cause: error, remedy });
  }
  if (proxyStatus > 0) {
    const message = `the proxy answers HTTP ${proxyStatus}`;
    if (isBusy(proxyStatus)) return new TransientError(message, { cause: error });
    const remedy = 'ask whoever runs the proxy, or name the host in NO_PROXY to connect directly';
    return new UnreachableError(message, { cause: error, remedy });
  }
  if (/^Redirect loop/.test(messageOf(error)))
    return new UnreachableError('the server redirects without end', { cause: error });
  if (UNTRUSTED.test(code)) {
    const remedy =
      'if a proxy or virus scanner reads the traffic, name its root certificate: NODE_EXTRA_CA_CERTS=FILE.pem';
    return new UnreachableError(`the server's certificate is not trusted (${code})`, {
      cause: error,
      remedy,
    });
  }
  if (NEVER_CONNECTED.has(code)) return new UnreachableError(describe(error), { cause: error });
  return new TransientError(describe(error), { cause: error });
}

/** Answers that ask to come again: too many requests, bad gateway, unavailable, gateway timeout (RFC 9110, RFC 6585). */
export function isBusy(status: number): boolean {
  return [408, 429, 502, 503, 504].includes(status);
}

/** Of several addresses of a host the message of the whole is empty and each part has its own. */
function describe(error: unknown): string {
  if (!(error instanceof AggregateError)) return messageOf(error);
  return [...new Set(error.errors.map(messageOf))].join('; ');
}

/** undici wraps the system's error, sometimes twice. */
const rootCodeOf = (error: unknown): string =>
  codeOf(error) ?? (error instanceof Error ? rootCodeOf(error.cause) : '');
