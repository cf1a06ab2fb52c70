import { ASSUMED_SEED_DEVIATION } from '../analysis/index.js';
import { formatPercent } from '../base/format.js';
import { directionOf, type Verdict } from '../claims/index.js';
import type { ModelFigures } from './overview.js';

/** What two reports are compared by. */
export interface ComparableReport {
  readonly status: string;
  readonly profile: string;
  readonly dataset: { readonly fingerprint: string };
  readonly models: readonly {
    readonly model: string;
    readonly here: ModelFigures | null;
    readonly recorded?: ModelFigures | null;
  }[];
  readonly claims: readonly { readonly id: string; readonly verdict: Verdict }[];
}

/** Test images of CIFAR-10, which bound the accuracy of an accuracy. */
const TEST_IMAGES = 10_000;
/** Standard errors that a difference may have: about 1 in 400 by chance for each model. */
const WITHIN = 3;

/**
 * In words, where a report differs from an earlier one by more than chance; empty where nothing does. Reports of the recorded
 * study say what is in its records, so that any difference is one.
 */
export function differences(before: ComparableReport, after: ComparableReport): string[] {
  if (before.profile !== after.profile)
    return [`the profile was ${before.profile} and is ${after.profile}: these reports cannot be compared`];
  if (before.dataset.fingerprint !== after.dataset.fingerprint)
    return ['the dataset is another one: these reports cannot be compared'];
  const status = before.status === after.status ? [] : [`status: ${before.status}, now ${after.status}`];
  if ([before, after].every(isOfRecorded)) return [...status, ...recordedDifferences(before, after)];
  const models = after.models.flatMap(({ model, here }) => {
    const old = before.models.find((row) => row.model === model)?.here ?? null;
    return modelDifference(model, old, here);
  });
  const claims = after.claims.flatMap(({ id, verdict }) => {
    const old = before.claims.find((claim) => claim.id === id)?.verdict;
    return old !== undefined && (directionOf(old) ?? 0) * (directionOf(verdict) ?? 0) < 0
      ? [`${id}: ${old}, now ${verdict}`]
      : [];
  });
  return [...status, ...models, ...claims];
}

/** Whether nothing of a report was trained for it. */
const isOfRecorded = ({ models }: ComparableReport): boolean =>
  models.every(({ here }) => here === null) && models.some(({ recorded }) => recorded);

function recordedDifferences(before: ComparableReport, after: ComparableReport): string[] {
  const inWords = (figures: ModelFigures | null | undefined) =>
    figures
      ? `${(100 * figures.testAccuracy).toFixed(2)} % test, ${(100 * figures.validationAccuracy).toFixed(2)} % validation, ${figures.seeds} ${figures.seeds === 1 ? 'seed' : 'seeds'}`
      : 'not recorded';
  const models = after.models.flatMap(({ model, recorded }) => {
    const old = inWords(before.models.find((row) => row.model === model)?.recorded);
    const now = inWords(recorded);
    return old === now ? [] : [`${model}: ${old}; now ${now}`];
  });
  const claims = after.claims.flatMap(({ id, verdict }) => {
    const old = before.claims.find((claim) => claim.id === id)?.verdict;
    return old === verdict ? [] : [`${id}: ${old ?? 'not judged'}, now ${verdict}`];
  });
  return [...models, ...claims];
}

function modelDifference(model: string, old: ModelFigures | null, now: ModelFigures | null): string[] {
  if (!old && !now) return [];
  if (!old || !now) return [`${model}: ${old ? 'was trained, and is not' : 'was not trained, and is'} now`];
  const difference = now.testAccuracy - old.testAccuracy;
  const p = (old.testAccuracy + now.testAccuracy) / 2;
  const variance =
    (ASSUMED_SEED_DEVIATION ** 2 + (p * (1 - p)) / TEST_IMAGES) * (1 / old.seeds + 1 / now.seeds);
  const limit = WITHIN * Math.sqrt(variance);
  return Math.abs(difference) <= limit
    ? []
    : [
        `${model}: test accuracy ${formatPercent(old.testAccuracy)}, now ${formatPercent(now.testAccuracy)}; ` +
          `chance explains up to ${(100 * limit).toFixed(1)} points`,
      ];
}
