import type { Contrast } from '../contrast.js';
import { studentTQuantile } from '../student-t.js';
import { type Finding, signOf } from './finding.js';

/** One seed tells nothing of the spread between seeds, and two tell so little that the interval is 13 deviations wide. */
const LEAST = 3;
/** Beyond this no one will train them. */
const MOST = 1000;

/**
 * Seeds after which the interval of a contrast would exclude 0 if its mean and its spread between seeds stayed what they
 * are: the least n with t(0.975, n - 1) sd / sqrt(n) below |mean|. With one seed, the least that can tell. Null where
 * {@link MOST} would not do.
 */
export function seedsToSettle({ estimate, sd }: Contrast): number | null {
  if (sd === null) return LEAST;
  const settles = (n: number) => (studentTQuantile(0.975, n - 1) * sd) / Math.sqrt(n) < Math.abs(estimate);
  if (!settles(MOST)) return null;
  let [fails, enough] = [1, MOST];
  while (enough - fails > 1) {
    const middle = Math.floor((fails + enough) / 2);
    if (settles(middle)) enough = middle;
    else fails = middle;
  }
  return Math.max(LEAST, enough);
}

/** What an undecided verdict waits for. */
export interface OpenQuestion {
  /** Null where no affordable number would settle it, or where seeds are not what is missing. */
  readonly seeds: number | null;
  /** A sentence for the reading, empty where seeds are not what is missing. */
  readonly told: string;
}

/** Seeds that would settle every contrast of an undecided finding that is open. */
export function openQuestion({ verdict, contrasts = {} }: Finding): OpenQuestion {
  const open = Object.values(contrasts).filter((contrast) => signOf(contrast) === 'undecided');
  if (verdict !== 'undecided' || open.length === 0) return { seeds: null, told: '' };
  if (open.some(({ sd }) => sd === null))
    return { seeds: LEAST, told: `One seed does not settle it: it takes at least ${LEAST} to tell.` };
  const needed = open.map(seedsToSettle);
  if (needed.includes(null))
    return { seeds: null, told: `By the spread between seeds not even ${MOST} would settle it.` };
  const seeds = Math.max(...needed.map((count) => count!));
  return { seeds, told: `By the spread between seeds about ${seeds} would settle it.` };
}
