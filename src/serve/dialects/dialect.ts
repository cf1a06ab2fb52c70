import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ReadPicture } from '../input/picture.js';
import type { ModelRegistry } from '../model-registry.js';
import { badRequest } from '../refusal.js';

/** What the dialects share. */
export interface ServiceContext {
  readonly models: ModelRegistry;
  readonly read: ReadPicture;
  /** Whether the service can answer: its model is loaded, and it is not being stopped. */
  readonly ready: () => boolean;
}

/** Adds the routes of one protocol to the service. */
export type Dialect = (app: FastifyInstance, context: ServiceContext) => void;

/** The whole body of a request. @throws Refusal (400) where there is none */
export function bodyOf(request: FastifyRequest): Buffer {
  if (Buffer.isBuffer(request.body) && request.body.length > 0) return request.body;
  throw badRequest('the request has no body');
}

/** The media type of the body, without parameters; "" where none is named. */
export const contentTypeOf = ({ headers }: FastifyRequest): string =>
  (headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
