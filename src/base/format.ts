/** 1234567 as "1,234,567". */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** 0.7926 as "79.3 %". */
export function formatPercent(share: number, digits = 1): string {
  return `${(100 * share).toFixed(digits)} %`;
}
