import {
  type ConditionResult,
  type Contrast,
  isOfUsualLength,
  type SeedSpread,
  type Summary,
  unvaried,
  where,
} from '../analysis/index.js';
import { formatPercent } from '../base/format.js';
import { MODEL_NAMES } from '../models/index.js';
import type { Condition, ProtocolName } from '../study/index.js';

/** Whose results a report shows. */
export type OwnSource = 'here' | 'recorded';

/** What a chapter compares, by the sources of a figure, which are never mixed. */
export interface Sources {
  /** Of this machine's runs. */
  readonly here: readonly ConditionResult[];
  /** What `here` is: runs of this report, or, where it shows the recorded study, that one's. */
  readonly own: OwnSource;
  /** Of the study in the repository, beside this report's; empty where it has no records, or where this run is not on CIFAR-10. */
  readonly recorded: readonly ConditionResult[];
  /** Between seeds, over all that is known: a comparison has one interval wherever it stands. */
  readonly spread: SeedSpread;
  /** Whether this run is on CIFAR-10: published figures are about nothing else. */
  readonly cifar10: boolean;
}

/** The result that answers a query, on the most images; undefined where it has no finished run. */
export const hereOf = ({ here }: Pick<Sources, 'here'>, query: Partial<Condition>) =>
  onMostImages(where(here, query));

/** The same of the recorded study, where runs of another length than their protocol's were trained to choose it. */
export const recordedOf = ({ recorded }: Pick<Sources, 'recorded'>, query: Partial<Condition>) =>
  onMostImages(where(recorded, query).filter(isOfUsualLength));

const onMostImages = (results: readonly ConditionResult[]): ConditionResult | undefined =>
  results.reduce<ConditionResult | undefined>(
    (most, result) => (most && most.images >= result.images ? most : result),
    undefined,
  );

/**
 * The filter sweep, narrow to wide: the networks as they are, under one protocol, on the most images that one of them was
 * trained on. A network that was trained on fewer for another question is none of it.
 */
export function sweepResults(
  results: readonly ConditionResult[],
  protocol: ProtocolName = 'fast',
): ConditionResult[] {
  const byModel = MODEL_NAMES.map((name) => where(results, { ...unvaried(name), protocol }));
  const most = Math.max(...byModel.flat().map(({ images }) => images));
  return byModel.flatMap((found) => found.find(({ images }) => images === most) ?? []);
}

/** Mean over seeds with half the 95 % interval, where there is one: "79.3 % ± 0.8". */
export const accuracyCell = ({ mean, high }: Summary): string =>
  high === null ? formatPercent(mean) : `${formatPercent(mean)} ± ${(100 * (high - mean)).toFixed(1)}`;

/** In place of what neither this report nor the recorded study has. */
export const nowhereTrained = ({ own }: Pick<Sources, 'own'>, what: string, experiment: string): string =>
  `${
    own === 'recorded'
      ? `The recorded study does not have ${what} yet`
      : `The profile of this run leaves ${what} out, and no recorded study holds it for these images`
  }: \`npm run study -- --profile full --only ${experiment}\` trains it.`;

/** A dash where there is nothing. */
export const orDash = <T>(value: T | null | undefined, format: (value: T) => string): string =>
  value === null || value === undefined ? '–' : format(value);

/** One figure of each source, for columns under one heading; a report of the recorded study has no others beside it. */
export const bySource = (
  own: OwnSource,
  { here, recorded }: Found,
  format: (result: ConditionResult) => string,
): Readonly<Record<string, string>> =>
  own === 'recorded'
    ? { recorded: orDash(here, format) }
    : { here: orDash(here, format), recorded: orDash(recorded, format) };

interface Found {
  readonly here: ConditionResult | undefined;
  readonly recorded: ConditionResult | undefined;
}

/** The test accuracy of each source. */
export const testBySource = (own: OwnSource, found: Found) =>
  bySource(own, found, ({ testAccuracy }) => accuracyCell(testAccuracy));

type Interval = Pick<Contrast, 'low' | 'high'>;

/** Whether a difference is above 0, or below it, by its 95 % interval; null where the interval holds 0. */
export const isAbove = ({ low, high }: Interval): boolean | null =>
  low > 0 ? true : high < 0 ? false : null;

/** One of three texts, by where the interval of a difference lies. */
export function byDirection(
  contrast: Interval,
  texts: { readonly above: string; readonly below: string; readonly open: string },
): string {
  const above = isAbove(contrast);
  return above === null ? texts.open : above ? texts.above : texts.below;
}

/** "a, b and c" */
export const listed = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
