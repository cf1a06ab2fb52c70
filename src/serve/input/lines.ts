const NEWLINE = 10;
/** Codes up to that of a space: what blank lines consist of. */
const BLANK = 32;

/** The lines of a body that are not blank, one at a time: millions of blank ones cost next to nothing. */
export function* linesOf(body: Uint8Array): Iterable<Uint8Array> {
  for (let start = 0; ; ) {
    while (start < body.length && body[start]! <= BLANK) start++;
    if (start === body.length) return;
    const found = body.indexOf(NEWLINE, start);
    const end = found < 0 ? body.length : found;
    yield body.subarray(start, end);
    start = end;
  }
}
