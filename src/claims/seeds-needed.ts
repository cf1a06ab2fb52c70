import { type Contrast, studentTQuantile } from '../analysis/index.js';

/** One seed settles nothing; beyond this many no one will train them. */
const [MIN_SEEDS, MAX_SEEDS] = [2, 1000];

/** A plan that fails half of the time is none: Cohen's (1988) convention. */
const POWER = 0.8;

/**
 * Seeds with which a contrast would be found different from 0 with a power of 80 %, if its value and its spread stayed what
 * they are: the smallest n for which the value is t(1 − level / 2) + t(0.8) standard errors away. The variance over images
 * does not shrink with seeds; null where {@link MAX_SEEDS} would not do.
 *
 * @param level two-sided, of the test: 0.05 over the number of claims that the ledger corrects for
 */
export function seedsNeeded({ estimate, parts, bySeed }: Contrast, level: number): number | null {
  const settles = (n: number) => {
    let [variance, spread] = [0, 0];
    for (const part of parts) {
      const scaled = part.of === 'seeds' ? (part.variance * bySeed.length) / n : part.variance;
      variance += scaled;
      spread += scaled ** 2 / Math.max(part.df, part.of === 'seeds' ? n - 1 : 1);
    }
    const df = Math.max(1, Math.min(1000, Math.floor(variance ** 2 / spread)));
    const away = studentTQuantile(1 - level / 2, df) + studentTQuantile(POWER, df);
    return Math.abs(estimate) >= away * Math.sqrt(variance);
  };
  if (!settles(MAX_SEEDS)) return null;
  let [fails, enough] = [MIN_SEEDS - 1, MAX_SEEDS];
  while (enough - fails > 1) {
    const middle = Math.floor((fails + enough) / 2);
    if (settles(middle)) enough = middle;
    else fails = middle;
  }
  return enough;
}
