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
 * that the rate of answers stays what it is however many ask. Only requests with a body count: health and metrics always
 * answer.
 */
export function admit(app: FastifyInstance, limits: AdmissionLimits): { readonly active: () => number } {
  let requests = 0;
  let bytes = 0;
  app.addHook('onRequest', (request, reply, done) => {
    if (request.method !== 'POST') return done();
    const declared = Number(request.headers['content-length'] ?? limits.body);
    const size = Number.isFinite(declared) ? Math.min(declared, limits.body) : limits.body;
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
