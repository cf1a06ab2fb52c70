import { parseChoice } from '../base/parse.js';
import type { ModelName } from '../models/index.js';
import type { SplitSpec } from '../training/index.js';

/** How much of the study is run: sizes as data, the same questions everywhere. */
export interface Profile {
  readonly name: ProfileName;
  /** For the top of a report; one sentence. */
  readonly description: string;
  /** Runs a question is asked with; seeds count up from the study's seed. */
  readonly seeds: number;
  readonly models: readonly ModelName[];
  /** Network that stands for "the CNN" where an experiment trains only one. */
  readonly representative: ModelName;
  /** The filter sweep and what is compared with it. */
  readonly sweep: Budget;
  /** Every image there is, for the networks that are cheap enough: the baseline, and the smallest CNN against it. */
  readonly allImages: Budget;
  /** The setting that public sister projects of the original used: at most 7 epochs, patience 3, 80/20. */
  readonly sister: Budget;
  /** Whether the synthetic set may stand in where CIFAR-10 cannot be had. */
  readonly syntheticAllowed: boolean;
}

export interface Budget {
  readonly split: SplitSpec;
  readonly maxEpochs: number;
  readonly patience: number;
}

export const PROFILE_NAMES = ['smoke', 'quick', 'full'] as const;
export type ProfileName = (typeof PROFILE_NAMES)[number];

const ALL_MODELS = ['baseline', 'small', 'medium', 'big', 'extra_big'] as const;
const split = (train: number | null, validation: number, test: number | null): SplitSpec => ({
  seed: 0,
  train,
  validation,
  test,
});

const smoke: Profile = {
  name: 'smoke',
  description: 'a few hundred images and two epochs: shows that everything runs, measures nothing',
  seeds: 1,
  models: ['baseline', 'small', 'medium'],
  representative: 'small',
  sweep: { split: split(500, 200, 200), maxEpochs: 2, patience: 2 },
  allImages: { split: split(500, 200, 200), maxEpochs: 3, patience: 2 },
  sister: { split: split(400, 300, 200), maxEpochs: 2, patience: 3 },
  syntheticAllowed: true,
};

const quick: Profile = {
  name: 'quick',
  description:
    'one seed; the filter sweep on 8,000 training images for 7 epochs, the cheapest networks on all 45,000 for 8: directions, not final figures',
  seeds: 1,
  models: ALL_MODELS,
  representative: 'medium',
  sweep: { split: split(8_000, 1_500, null), maxEpochs: 7, patience: 5 },
  allImages: { split: split(null, 5_000, null), maxEpochs: 8, patience: 5 },
  sister: { split: split(null, 10_000, null), maxEpochs: 7, patience: 3 },
  syntheticAllowed: true,
};

const quickOnWasm: Profile = {
  ...quick,
  description:
    'one seed, 2,000 training images, 6 epochs and no `big` or `extra_big`, since the WebAssembly engine is slow: a first impression only',
  models: ['baseline', 'small', 'medium'],
  representative: 'small',
  sweep: { split: split(2_000, 500, 1_000), maxEpochs: 6, patience: 5 },
  allImages: { split: split(5_000, 1_000, 2_000), maxEpochs: 8, patience: 5 },
  sister: { split: split(4_000, 1_000, 2_000), maxEpochs: 7, patience: 3 },
};

const full: Profile = {
  name: 'full',
  description: 'all 45,000 training images, up to 40 epochs, three seeds: the figures to quote',
  seeds: 3,
  models: ALL_MODELS,
  representative: 'big',
  sweep: { split: split(null, 5_000, null), maxEpochs: 40, patience: 5 },
  allImages: { split: split(null, 5_000, null), maxEpochs: 40, patience: 5 },
  sister: { split: split(null, 10_000, null), maxEpochs: 7, patience: 3 },
  syntheticAllowed: false,
};

/** The profile of that name, in the size the engine can carry. */
export function profileFor(name: ProfileName, engine: 'native' | 'wasm'): Profile {
  if (name === 'quick') return engine === 'wasm' ? quickOnWasm : quick;
  return name === 'smoke' ? smoke : full;
}

/**
 * The same profile for a dataset of this many training images. Sizes are meant for CIFAR-10's 50,000; of a smaller set (the
 * synthetic one) at most a fifth validates, so that some are left to train on.
 */
export function fitProfile(profile: Profile, images: number): Profile {
  const fit = (budget: Budget): Budget => {
    const validation = Math.min(budget.split.validation, Math.floor(images / 5));
    const train = budget.split.train === null ? null : Math.min(budget.split.train, images - validation);
    return { ...budget, split: { ...budget.split, validation, train } };
  };
  const { sweep, allImages, sister } = profile;
  return { ...profile, sweep: fit(sweep), allImages: fit(allImages), sister: fit(sister) };
}

export function parseProfileName(value: string, where: string): ProfileName {
  return parseChoice('profile', PROFILE_NAMES, value, where);
}
