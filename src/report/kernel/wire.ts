import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

const DELIMITER = '<IDS|MSG>';

const header = z.looseObject({
  msg_id: z.string(),
  msg_type: z.string(),
  date: z.string().optional(),
});

/** A message of the Jupyter protocol (5.3), without routing identities. */
export interface Message {
  readonly header: z.output<typeof header>;
  /** The `msg_id` of the request this answers; undefined for none. */
  readonly parentId: string | undefined;
  readonly content: Record<string, unknown>;
}

/** What a sender puts into every header of one conversation. */
export interface Session {
  readonly key: string;
  readonly id: string;
}

/** The frames of a signed request, and its `msg_id`. */
export function encodeRequest(
  session: Session,
  type: string,
  content: Record<string, unknown>,
): { id: string; frames: string[] } {
  const id = randomUUID();
  const head = {
    msg_id: id,
    session: session.id,
    username: 'whyconv',
    date: new Date().toISOString(),
    msg_type: type,
    version: '5.3',
  };
  const parts = [head, {}, {}, content].map((part) => JSON.stringify(part));
  return { id, frames: [DELIMITER, sign(session.key, parts), ...parts] };
}

/** Reads the frames of a message; undefined if they are not a message or its signature is not of this key. */
export function decodeMessage(key: string, frames: readonly Uint8Array[]): Message | undefined {
  const buffers = frames.map((frame) => Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength));
  const start = buffers.findIndex((frame) => frame.toString('latin1') === DELIMITER);
  const signature = buffers[start + 1];
  const parts = buffers.slice(start + 2);
  if (start < 0 || signature === undefined || parts.length < 4) return undefined;
  const expected = Buffer.from(sign(key, parts));
  if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) return undefined;
  try {
    const [head, parent, , content] = parts.map((part): unknown => JSON.parse(part.toString('utf8')));
    return {
      header: header.parse(head),
      parentId: header.partial().parse(parent).msg_id,
      content: z.record(z.string(), z.unknown()).parse(content),
    };
  } catch {
    return undefined;
  }
}

function sign(key: string, parts: readonly (string | Buffer)[]): string {
  const hmac = createHmac('sha256', key);
  for (const part of parts) hmac.update(part);
  return hmac.digest('hex');
}
