import { type ConditionResult, overCommonSeeds, unvaried } from '../analysis/index.js';
import type { ModelName } from '../models/index.js';
import type { Context } from './claim.js';

/** The CNNs, narrow to wide. */
export const WIDTHS = ['small', 'medium', 'big', 'extra_big'] as const satisfies readonly ModelName[];

/** A network of the filter sweep: as it is, on the sweep's images. */
export const sweep = ({ find, profile }: Context, name: ModelName): ConditionResult | undefined =>
  find({ ...unvaried(name), images: profile.images });

/** The widths of the filter sweep that have finished runs, narrow to wide, over the seeds they share. */
export const widthsOf = (context: Context): ConditionResult[] =>
  overCommonSeeds(WIDTHS.map((name) => sweep(context, name)).filter((result) => result !== undefined)) ?? [];

/** All of the results over the seeds they share; none where one is missing or no seed is shared. */
export function together<const Results extends readonly (ConditionResult | undefined)[]>(
  ...results: Results
): { [I in keyof Results]: ConditionResult } | undefined {
  const found = results.filter((result) => result !== undefined);
  const shared = found.length === results.length ? overCommonSeeds(found) : undefined;
  return shared as { [I in keyof Results]: ConditionResult } | undefined;
}

/** What is missing where {@link together} gives none. */
export const COMPARED = 'runs of the conditions it compares, with a seed in common,';
