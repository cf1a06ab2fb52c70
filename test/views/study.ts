import { seedSpread } from '../../src/analysis/index.js';
import type { View } from '../../src/notebook/index.js';
import { type Profile, profileFor } from '../../src/study/index.js';
import type { Sources } from '../../src/views/index.js';
import { convincing, type MadeStudy, madeEvidence, type World } from '../support/evidence.js';

/** Without the search, whose runs of other lengths no chapter but the appendix sees. */
export const FULL: Profile = { ...profileFor('full', 'native'), search: false };
export const QUICK: Profile = profileFor('quick', 'native');
export const SEARCHED: Profile = profileFor('full', 'native');

/** What a chapter finds after a study that never was. */
export function madeSources(
  here: MadeStudy,
  { recorded, cifar10 = true }: { recorded?: MadeStudy; cifar10?: boolean } = {},
): Sources {
  const own = madeEvidence(here).results;
  const others = recorded ? madeEvidence(recorded).results : [];
  return { here: own, own: 'here', recorded: others, spread: seedSpread(own, others), cifar10 };
}

/** Nothing was trained, nothing was recorded. */
export const NOTHING: Sources = {
  here: [],
  own: 'here',
  recorded: [],
  spread: seedSpread([]),
  cifar10: true,
};

/** The dense networks and the CNNs have changed places. */
export const reversed: World = (condition) => {
  const found = convincing(condition);
  const add = condition.head === 'dense' ? 0.3 : -0.3;
  const at = (value: number) => Math.min(0.95, Math.max(0.12, value + add));
  return { train: at(found.train), validation: at(found.validation), test: at(found.test) };
};

/** All text that views show, charts left out. */
export const textOf = (...views: readonly View[]): string =>
  views
    .map((view) =>
      typeof view === 'string'
        ? view
        : 'rows' in view
          ? JSON.stringify([view.caption, view.rows])
          : `${view.caption} ${view.alt}`,
    )
    .join('\n');

/** The data of a view's chart. */
export function chartRows(view: View): readonly Readonly<Record<string, unknown>>[] {
  const { chart } = view as unknown as { chart: { data: { values: Readonly<Record<string, unknown>>[] } } };
  return chart.data.values;
}
