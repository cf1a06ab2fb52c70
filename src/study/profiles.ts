import { parseChoice } from '../base/parse.js';
import type { SplitSpec } from '../training/index.js';
import { PROFILE_NAMES, type Profile, type ProfileName } from './profile.js';
import type { Budget } from './protocol.js';

const ALL_MODELS = ['baseline', 'small', 'medium', 'big', 'extra_big'] as const;
const split = (train: number | null, validation: number, test: number | null): SplitSpec => ({
  seed: 0,
  train,
  validation,
  test,
});

/** A few hundred images: what most of smoke trains on. */
const FEW: Budget = { split: split(500, 200, 200), maxEpochs: 2, patience: 5 };
const QUICK_ON_WASM: Budget = {
  split: split(2_500, 500, 1_000),
  maxEpochs: 6,
  patience: 5,
  batchSize: 32,
};
/** The protocol's own. */
const WHOLE: Budget = { split: split(null, 5_000, null), maxEpochs: 40, patience: 5 };

const smoke: Profile = {
  name: 'smoke',
  description: 'a few hundred images and two epochs: shows that everything runs, measures nothing',
  seeds: 1,
  models: ['baseline', 'small', 'medium'],
  representative: 'small',
  sweep: FEW,
  long: FEW,
  allImages: { split: split(500, 200, 200), maxEpochs: 3, patience: 2 },
  sister: { split: split(400, 300, 200), maxEpochs: 2, patience: 3 },
  dataSize: { cnns: ['small'], fewer: [320] },
  dropoutModels: ['small'],
  hiddenSetting: {
    model: 'small',
    batchSizes: [64, 32],
    schedules: ['plateau'],
    patiences: [5],
    seeds: 1,
  },
  positions: FEW,
  syntheticAllowed: true,
};

const quick: Profile = {
  name: 'quick',
  description:
    'one seed; the filter sweep and most else on 5,000 training images for 6 epochs of batches of 32, the cheapest networks on all 45,000 for 8 and on up to 2,500 until they stop improving: directions, not final figures',
  seeds: 1,
  models: ALL_MODELS,
  representative: 'medium',
  // So few images make few steps: half the protocol's batch makes twice as many for the same work, for all models alike.
  sweep: { split: split(5_000, 1_000, null), maxEpochs: 6, patience: 5, batchSize: 32 },
  // In the sweep's 6 epochs a pooled CNN has hardly begun: `small` without sharing, and the baseline, would be ahead of it.
  long: { split: split(2_500, 500, null), maxEpochs: 48, patience: 10, batchSize: 32 },
  allImages: { split: split(null, 5_000, null), maxEpochs: 8, patience: 5 },
  sister: { split: split(null, 10_000, null), maxEpochs: 7, patience: 3 },
  dataSize: { cnns: ['small', 'medium'], fewer: [500, 1_000] },
  dropoutModels: ['small', 'medium'],
  // In 6 epochs on 5,000 images the loss still falls: neither patience nor the schedule has anything to do.
  hiddenSetting: {
    model: 'medium',
    batchSizes: [64, 32],
    schedules: ['plateau'],
    patiences: [5],
    seeds: 1,
  },
  positions: { split: split(1_000, 300, null), maxEpochs: 6, patience: 5 },
  syntheticAllowed: true,
};

const quickOnWasm: Profile = {
  ...quick,
  description:
    'one seed, 2,500 training images, 6 epochs of batches of 32 and no `big` or `extra_big`, since the WebAssembly engine is slow: a first impression only',
  models: ['baseline', 'small', 'medium'],
  representative: 'small',
  sweep: QUICK_ON_WASM,
  // Without sharing a network trains at 140 images a second here: what is long elsewhere would take most of an hour.
  long: QUICK_ON_WASM,
  allImages: { split: split(3_000, 600, 2_000), maxEpochs: 8, patience: 5 },
  sister: { split: split(2_400, 600, 2_000), maxEpochs: 7, patience: 3 },
  dataSize: { cnns: ['small'], fewer: [500] },
  dropoutModels: ['small'],
  hiddenSetting: { ...quick.hiddenSetting, model: 'small', batchSizes: [32] },
};

const full: Profile = {
  name: 'full',
  description: 'all 45,000 training images, up to 40 epochs, three seeds: the figures to quote',
  seeds: 3,
  models: ALL_MODELS,
  representative: 'big',
  sweep: WHOLE,
  long: WHOLE,
  allImages: WHOLE,
  sister: { split: split(null, 10_000, null), maxEpochs: 7, patience: 3 },
  dataSize: {
    cnns: ['small', 'big'],
    fewer: [500, 1_000, 2_500, 5_000, 10_000, 25_000],
  },
  dropoutModels: ['small', 'medium', 'big', 'extra_big'],
  // One seed, as the original had: no verdict is read from it, and its eight runs of `big` are two hours.
  hiddenSetting: {
    model: 'big',
    batchSizes: [64, 32],
    schedules: ['plateau', 'constant'],
    patiences: [5, 3],
    seeds: 1,
  },
  positions: { split: split(4_000, 1_000, null), maxEpochs: 40, patience: 5 },
  syntheticAllowed: false,
};

/** The profile of that name, in the size the engine can carry. */
export function profileFor(name: ProfileName, engine: 'native' | 'wasm'): Profile {
  if (name === 'quick') return engine === 'wasm' ? quickOnWasm : quick;
  return name === 'smoke' ? smoke : full;
}

/**
 * The same profile for a dataset of this many training images. Sizes are meant for CIFAR-10's 50,000; of a smaller set (the
 * synthetic one) at most a fifth validates, so that some are left to train on. Sizes it does not have are left out.
 */
export function fitProfile(profile: Profile, images: number): Profile {
  const fit = (budget: Budget): Budget => {
    const validation = Math.min(budget.split.validation, Math.floor(images / 5));
    const train = budget.split.train === null ? null : Math.min(budget.split.train, images - validation);
    return { ...budget, split: { ...budget.split, validation, train } };
  };
  const long = fit(profile.long);
  const most = long.split.train ?? images - long.split.validation;
  return {
    ...profile,
    sweep: fit(profile.sweep),
    long,
    allImages: fit(profile.allImages),
    sister: fit(profile.sister),
    dataSize: { ...profile.dataSize, fewer: profile.dataSize.fewer.filter((train) => train < most) },
  };
}

export function parseProfileName(value: string, where: string): ProfileName {
  return parseChoice('profile', PROFILE_NAMES, value, where);
}
