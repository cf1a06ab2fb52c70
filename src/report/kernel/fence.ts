import { StringDecoder } from 'node:string_decoder';

/** Exit code of a kernel that found one of its ports taken. */
export const EXIT_PORT_TAKEN = 98;

/**
 * What the kernel process writes to its own stdout and stderr when a cell ends, so that what native code and child
 * processes wrote there before is known to be of that cell. `key` is a random word that no output will hold by chance.
 */
export function fence(key: string, cellId: string): string {
  return `\0${key}:${cellId}\0`;
}

export interface FenceEvents {
  /** Output, whole characters. `cellId` is the cell it is known to be of, undefined while that is open. */
  text(text: string, cellId: string | undefined): void;
  /** The fence of a cell was read. */
  fence(cellId: string): void;
}

/** Reads a stream of chunks with fences in it; returns the function to call with each chunk. */
export function fenceReader(key: string, events: FenceEvents): (chunk: Uint8Array) => void {
  const decoder = new StringDecoder('utf8');
  const start = `\0${key}:`;
  let held = '';
  return (chunk) => {
    held += decoder.write(Buffer.from(chunk));
    for (;;) {
      const at = held.indexOf(start);
      const end = at < 0 ? -1 : held.indexOf('\0', at + start.length);
      if (end < 0) break;
      const cellId = held.slice(at + start.length, end);
      if (at > 0) events.text(held.slice(0, at), cellId);
      events.fence(cellId);
      held = held.slice(end + 1);
    }
    const keep = possibleStart(held, start);
    if (keep > 0) events.text(held.slice(0, keep), undefined);
    held = held.slice(keep);
  };
}

/** Where in `text` a fence begins that is not complete yet; its length if none does. */
function possibleStart(text: string, start: string): number {
  const whole = text.indexOf(start);
  if (whole >= 0) return whole;
  for (let at = text.indexOf('\0'); at >= 0; at = text.indexOf('\0', at + 1)) {
    if (start.startsWith(text.slice(at))) return at;
  }
  return text.length;
}
