import { badRequest } from '../refusal.js';

const NEWLINE = 10;
/** Codes up to that of a space: what blank lines consist of. */
const BLANK = 32;
/** Blank characters in a row, at most: counting millions of them would keep others waiting. */
const MOST_BLANK = 1000;

/** The lines of a body that are not blank, one at a time. @throws Refusal (400) for a desert of blank ones */
export function* linesOf(body: Uint8Array): Iterable<Uint8Array> {
  for (let start = 0; ; ) {
    const end = Math.min(body.length, start + MOST_BLANK);
    while (start < end && body[start]! <= BLANK) start++;
    if (start === body.length) return;
    if (start === end)
      throw badRequest(`found ${MOST_BLANK} blank characters in a row, expected lines of values`);
    const found = body.indexOf(NEWLINE, start);
    const after = found < 0 ? body.length : found;
    yield body.subarray(start, after);
    start = after;
  }
}
