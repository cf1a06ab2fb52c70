/** Whether a file begins as HTML does: what a login page or a captive portal sends in place of a file. */
export function looksLikeWebPage(head: Uint8Array): boolean {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, 512)).toString('latin1');
  return /^(\xef\xbb\xbf)?\s*<(!doctype|html|head|body|\?xml|!--|script|title)/i.test(text);
}
