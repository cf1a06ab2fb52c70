/**
 * Makes the function that tells Vega how wide a text is, in pixels. The same estimate is used when the SVG is drawn at
 * build time, where there is no canvas to measure with, and in the page, so that both come out with the same layout
 * and the chart does not move when it becomes interactive. Widths are Helvetica's (Adobe font metrics, 1/1000 em),
 * which system fonts exceed by a few per cent.
 *
 * This function is also sent to the page as source text: it must not refer to anything outside itself.
 */
export function makeTextWidth(): (
  item: { fontSize?: number; fontWeight?: unknown },
  text: unknown,
) => number {
  const printable =
    '278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 ' +
    '584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 ' +
    '667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 ' +
    '278 556 500 722 500 500 500 334 260 334 584';
  const widths = printable.split(' ').map(Number);
  return (item, text) => {
    if (text === null || text === undefined) return 0;
    let thousandths = 0;
    for (const character of String(text).trim()) {
      const code = character.codePointAt(0) ?? 0;
      thousandths += widths[code - 32] ?? (code > 0x2e80 ? 1000 : 600);
    }
    const weight = item.fontWeight === 'bold' ? 700 : Number(item.fontWeight) || 400;
    return (thousandths / 1000) * (item.fontSize ?? 11) * (weight >= 600 ? 1.1 : 1.04);
  };
}
