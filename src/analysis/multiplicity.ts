/**
 * All hypotheses must hold: an intersection-union test (Berger 1982), whose p-value is the largest. It needs no correction.
 */
export const allOf = (ps: readonly number[]): number => Math.max(...ps);

/** At least one hypothesis holds: Bonferroni's correction of the smallest p-value. */
export const anyOf = (ps: readonly number[]): number => Math.min(1, ps.length * Math.min(...ps));

/**
 * Adjusted p-values of a family (Holm 1979, "A simple sequentially rejective multiple test procedure"), in the order given:
 * rejecting those at most 0.05 keeps the chance of any wrong rejection at 0.05 or below, whatever their dependence.
 */
export function holm(ps: readonly number[]): number[] {
  const order = [...ps.keys()].sort((a, b) => ps[a]! - ps[b]!);
  const adjusted = new Array<number>(ps.length);
  let largest = 0;
  for (const [rank, index] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (ps.length - rank) * ps[index]!));
    adjusted[index] = largest;
  }
  return adjusted;
}
