import { looksLikeWebPage } from '../net/index.js';

/** What the first bytes of a file say it is. */
export type FileKind = 'gzip' | 'web page' | 'zip' | 'tar' | 'empty' | 'unknown';

/** Recognizes, from at least the first 512 bytes where there are as many, what people save by mistake as an archive. */
export function sniff(head: Uint8Array): FileKind {
  if (head.length === 0) return 'empty';
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (head[0] === 0x50 && head[1] === 0x4b) return 'zip';
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, 512)).toString('latin1');
  if (looksLikeWebPage(head)) return 'web page';
  if (text.slice(257, 262) === 'ustar' || hasTarChecksum(head)) return 'tar';
  return 'unknown';
}

/** Old tar programs write no mark, but every header has the sum of its bytes, in octal, with the sum's own field as spaces. */
function hasTarChecksum(head: Uint8Array): boolean {
  if (head.length < 512) return false;
  const [from, to] = [148, 156];
  const noted = Number.parseInt(Buffer.from(head.subarray(from, to)).toString('latin1'), 8);
  const sum = head.subarray(0, 512).reduce((total, byte, i) => total + (i >= from && i < to ? 32 : byte), 0);
  return noted === sum;
}

/** The same, in words for an error: `a web page ("<!DOCTYPE html>...")`. */
export function describeHead(head: Uint8Array): string {
  const kind = sniff(head);
  if (kind === 'gzip') return 'gzip data';
  if (kind === 'zip') return 'a ZIP file';
  if (kind === 'tar') return 'a tar archive';
  if (kind === 'empty') return 'an empty file';
  const start = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, 40));
  if (kind === 'web page')
    return `what looks like a web page (${JSON.stringify(start.toString('latin1').trim())})`;
  return `a file that begins with the bytes ${start
    .subarray(0, 8)
    .toString('hex')
    .replace(/..(?=.)/g, '$& ')}`;
}
