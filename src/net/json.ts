import { WhyconvError } from '../base/errors.js';
import { authorizationOf, pathOf } from './http.js';
import { makeAgent, proxiesOf } from './proxy.js';
import { withoutCredentials } from './request.js';

export interface JsonAnswer {
  readonly status: number;
  /** Undefined where the body is no JSON. */
  readonly json: unknown;
}

const CONNECT_MS = 5_000;
const STALL_MS = 30_000;

/**
 * Sends JSON to a service by POST, or GETs from it without a body, through the proxies of the environment.
 * @throws WhyconvError where there is no answer; an answer of any status is returned
 */
export async function callJson(url: string, body?: unknown, signal?: AbortSignal): Promise<JsonAnswer> {
  const agent = makeAgent(proxiesOf(process.env), { connectMs: CONNECT_MS, stallMs: STALL_MS });
  try {
    const answer = await agent.request({
      origin: new URL(url).origin,
      path: pathOf(url),
      method: body === undefined ? 'GET' : 'POST',
      headers: { ...authorizationOf(url), 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal,
    });
    return { status: answer.statusCode, json: parsed(await answer.body.text()) };
  } catch (cause) {
    signal?.throwIfAborted();
    throw new WhyconvError(
      {
        what: 'the service does not answer',
        where: withoutCredentials(url),
        found: cause instanceof Error ? cause.message : String(cause),
      },
      { cause },
    );
  } finally {
    await agent.destroy().catch(() => undefined);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
