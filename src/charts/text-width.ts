/** Helvetica's widths of the characters from space to "~", in 1/1000 em (Adobe font metrics). */
const PRINTABLE = (
  '278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 ' +
  '584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 ' +
  '667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 ' +
  '278 556 500 722 500 500 500 334 260 334 584'
)
  .split(' ')
  .map(Number);

/**
 * The width of a text in a chart, in pixels. A chart is drawn where there is no canvas to measure with, and again in the
 * page; both use this estimate, so that they have the same layout and nothing moves when the chart becomes interactive.
 * System fonts are a few percent wider than Helvetica.
 */
export function textWidth(item: { fontSize?: number; fontWeight?: unknown }, text: unknown): number {
  if (text === null || text === undefined) return 0;
  let thousandths = 0;
  for (const character of String(text).trim()) {
    const code = character.codePointAt(0) ?? 0;
    thousandths += PRINTABLE[code - 32] ?? (code > 0x2e80 ? 1000 : 600);
  }
  const weight = item.fontWeight === 'bold' ? 700 : Number(item.fontWeight) || 400;
  return (thousandths / 1000) * (item.fontSize ?? 11) * (weight >= 600 ? 1.1 : 1.04);
}
