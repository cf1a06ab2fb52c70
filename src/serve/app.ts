import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { messageOf } from '../base/errors.js';
import { MAX_BODY_BYTES } from './dialects/sagemaker.js';
import { logStream } from './log.js';
import { Refusal } from './refusal.js';

/** Milliseconds that a sender may take for the header of a request, and for all of it. */
const HEADERS_TIMEOUT = 10_000;
const REQUEST_TIMEOUT = 20_000;
/** Milliseconds between two looks for senders that are too slow. */
const TIMEOUT_CHECK = 1_000;

export interface AppOptions {
  /** The least level of what is logged to stdout, in JSON, a line per request; null: nothing. @default info */
  readonly logLevel?: 'info' | 'warn' | null | undefined;
  /** @default 20 s */
  readonly requestTimeout?: number | undefined;
}

/** A web server without routes: how bodies are taken, errors answered, requests logged and slow senders ended. */
export async function makeApp(options: AppOptions = {}): Promise<FastifyInstance> {
  const { fastify, LogController } = await import('fastify');
  const { logLevel = 'info', requestTimeout = REQUEST_TIMEOUT } = options;
  const app = fastify({
    logger: logLevel !== null && { level: logLevel, stream: await logStream() },
    // A line per request, below, in place of two.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout,
    forceCloseConnections: 'idle',
    http: {
      headersTimeout: Math.min(HEADERS_TIMEOUT, requestTimeout),
      connectionsCheckingInterval: Math.min(TIMEOUT_CHECK, requestTimeout),
    },
    clientErrorHandler: refuseBrokenRequest,
  }) as unknown as FastifyInstance;
  // Bodies are parsed where their meaning is known.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body));
  app.setErrorHandler((error, request, reply) => {
    const { status, message, headers } = described(error);
    if (status >= 500 && !(error instanceof Refusal)) request.log.error(error);
    return reply.code(status).headers(headers).type('application/json').send({ error: message });
  });
  app.setNotFoundHandler((request, reply) =>
    reply
      .code(404)
      .send({ error: `${request.method} ${request.url.slice(0, 200)} is not an address of this service` }),
  );
  app.addHook('onResponse', (request, reply, done) => {
    const { method, url } = request;
    const ms = Math.round(10 * reply.elapsedTime) / 10;
    request.log.info({ method, url: url.slice(0, 200), status: reply.statusCode, ms }, 'answered');
    done();
  });
  return app;
}

/** What a sender is told: a defect of the service stays in its log. */
function described(error: unknown): { status: number; message: string; headers: Record<string, string> } {
  if (error instanceof Refusal)
    return { status: error.statusCode, message: error.message, headers: { ...error.headers } };
  const status = (error as { statusCode?: unknown }).statusCode;
  if (typeof status === 'number' && status >= 400 && status < 500)
    return { status, message: messageOf(error), headers: {} };
  return { status: 500, message: 'internal error', headers: {} };
}

/** Answers what is no request of HTTP, or was not sent in time; nothing of it has reached a route. */
function refuseBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const [status, reason] = BROKEN[error.code ?? ''] ?? [
    '400 Bad Request',
    `not a request of HTTP: ${error.code}`,
  ];
  const body = JSON.stringify({ error: reason });
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

const BROKEN: Readonly<Record<string, readonly [status: string, reason: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'the request was not sent in time'],
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'the header of the request is too large'],
};
