/** A request that is not answered as asked, with the status of HTTP and a reason its sender can act on. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly statusCode: number,
    /** What is wrong, where, and what is expected, as one line. */
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

export const badRequest = (message: string): Refusal => new Refusal(400, message);

export const notFound = (message: string): Refusal => new Refusal(404, message);

/** For more work than can be done now: the sender may try again after a second. */
export const busy = (message: string): Refusal => new Refusal(503, message, { 'retry-after': '1' });

/** What was found, short enough for a message: a value of JSON by its beginning. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (value !== null && typeof value === 'object') return 'an object';
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
