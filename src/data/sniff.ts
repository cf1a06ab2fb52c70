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
  if (text.slice(257, 262) === 'ustar') return 'tar';
  return 'unknown';
}

/** The same, in words for an error: `a web page ("<!DOCTYPE html>...")`. */
export function describeHead(head: Uint8Array): string {
  const kind = sniff(head);
  if (kind === 'gzip') return 'gzip data';
  if (kind === 'zip') return 'a ZIP file';
  if (kind === 'tar') return 'a tar archive without gzip compression';
  if (kind === 'empty') return 'an empty file';
  const start = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, 40));
  if (kind === 'web page')
    return `what looks like a web page (${JSON.stringify(start.toString('latin1').trim())})`;
  return `a file that begins with the bytes ${start
    .subarray(0, 8)
    .toString('hex')
    .replace(/..(?=.)/g, '$& ')}`;
}
