import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { busy } from './refusal.js';

export interface AdmissionLimits {
  /** Requests that may be read, wait or be computed at once. */
  readonly requests: number;
  /** Bytes of their bodies in all. */
  readonly bytes: number;
  /** Bytes of one body; what a sender of unknown length is counted as. */
  readonly body: number;
}

/**
 * Refuses a request before its body is read where too much is in work already: what is not admitted costs next to nothing, so
 * that the rate of answers stays what it is however many ask. Only requests with a body count, by any method and to any address,
 * since bodies are read before an address is known to be none: health and metrics always answer.
 */
export function admit(app: FastifyInstance, limits: AdmissionLimits): { readonly active: () => number } {
  let requests = 0;
  let bytes = 0;
  app.addHook('onRequest', (request, reply, done) => {
    const size = Math.min(bodySize(request.headers) ?? limits.body, limits.body);
    if (size === 0) return done();
    if (requests >= limits.requests || bytes + size > limits.bytes) {
      return done(busy(`${requests} requests are in work already, of at most ${limits.requests}`));
    }
    requests += 1;
    bytes += size;
    // Also where the sender goes away before it is answered.
    reply.raw.once('close', () => {
      requests -= 1;
      bytes -= size;
    });
    done();
  });
  return { active: () => requests };
}

/**
 * Bytes of a body; undefined where its sender does not say. "The presence of a message body in a request is signaled by a
 * Content-Length or Transfer-Encoding header field" (RFC 9112, 6).
 */
function bodySize(headers: IncomingHttpHeaders): number | undefined {
  return headers['transfer-encoding'] === undefined ? Number(headers['content-length'] ?? 0) : undefined;
}
