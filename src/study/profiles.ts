import { parseChoice } from '../base/parse.js';
import { MODEL_NAMES } from '../models/index.js';
import { PROFILE_NAMES, type Profile, type ProfileName } from './profile.js';

const smoke: Profile = {
  name: 'smoke',
  description: 'a few hundred images and two epochs: shows that everything runs, measures nothing',
  seeds: 1,
  images: 500,
  validation: 200,
  test: 200,
  maxEpochs: 2,
  models: ['baseline', 'small', 'medium'],
  inBfloat16: [],
  referenceCnn: 'small',
  denseSettings: true,
  search: false,
  dataSize: { cnns: ['small'], sizes: [320, 400], unshared: [400] },
  dropout: { models: ['small', 'medium'], images: 320 },
  heads: { images: 500 },
  blocks: { sides: [4], images: 320 },
  positions: { images: 500, validation: 200 },
  syntheticAllowed: true,
};

const quick: Profile = {
  name: 'quick',
  description:
    'one seed; the filter sweep on all training images, every other question on as many as it needs',
  seeds: 1,
  images: null,
  validation: 5_000,
  test: null,
  models: ['baseline', 'small', 'medium', 'big'],
  inBfloat16: ['big'],
  referenceCnn: 'small',
  denseSettings: true,
  search: false,
  dataSize: { cnns: ['small'], sizes: [1_250, 2_500, 5_000], unshared: [2_500] },
  dropout: { models: ['small', 'medium'], images: 1_000 },
  heads: { images: 2_500 },
  blocks: { sides: [2, 4, 8], images: 2_500 },
  positions: { images: 2_000, validation: 1_000 },
  syntheticAllowed: true,
};

const quickOnWasm: Profile = {
  ...quick,
  description:
    'one seed; baseline and `small` on all training images, every other question on few or left out, since the WebAssembly engine is slow',
  models: ['baseline', 'small'],
  denseSettings: false,
  dataSize: { cnns: ['small'], sizes: [500, 1_000], unshared: [] },
  dropout: { models: ['small'], images: 320 },
  heads: { images: 1_000 },
  blocks: { sides: [], images: 1_000 },
  positions: { images: 1_000, validation: 1_000 },
};

const SIZES = [500, 1_000, 2_500, 5_000, 10_000, 25_000, 45_000];

const full: Profile = {
  name: 'full',
  description:
    'three seeds, five where a run costs about a minute; all questions under the fast protocol, the filter sweep under the published one as well',
  seeds: 3,
  // About a minute on two cores, since the estimate rounds speeds down.
  cheap: { seeds: 5, coreSeconds: 150 },
  images: null,
  validation: 5_000,
  test: null,
  models: MODEL_NAMES,
  inBfloat16: [],
  referenceCnn: 'medium',
  denseSettings: true,
  replication: { models: MODEL_NAMES, unpublished: 'big' },
  search: true,
  dataSize: { cnns: ['small', 'medium'], sizes: SIZES, unshared: SIZES },
  dropout: { models: ['small', 'medium', 'big'], images: null },
  heads: { images: null },
  blocks: { sides: [2, 4, 8, 16], images: null },
  positions: { images: 4_000, validation: 1_000 },
  syntheticAllowed: false,
};

/**
 * The profile of that name, in the size the engine can carry.
 *
 * @example
 * ```ts
 * import { profileFor } from 'whyconv';
 *
 * profileFor('quick', 'native').models; // => ['baseline', 'small', 'medium', 'big']
 * profileFor('quick', 'wasm').models; // => ['baseline', 'small']
 * ```
 */
export function profileFor(name: ProfileName, engine: 'native' | 'wasm'): Profile {
  if (name === 'quick') return engine === 'wasm' ? quickOnWasm : quick;
  return name === 'smoke' ? smoke : full;
}

/**
 * The same profile for a dataset of this many training images. Sizes are meant for CIFAR-10's 50,000; of a smaller set (the
 * synthetic one) at most a fifth validates. Sizes it does not have are left out. All images that do not validate are written
 * as null: equal runs have equal specs.
 */
export function fitProfile(profile: Profile, available: number): Profile {
  const validation = Math.min(profile.validation, Math.floor(available / 5));
  const most = available - validation;
  const fit = (images: number | null) => (images === null || images >= most ? null : images);
  const { dataSize, dropout, heads, blocks } = profile;
  const fitted = (sizes: readonly (number | null)[]) => [...new Set(sizes.map(fit))];
  return {
    ...profile,
    validation,
    images: fit(profile.images),
    dataSize: { ...dataSize, sizes: fitted(dataSize.sizes), unshared: fitted(dataSize.unshared) },
    dropout: { ...dropout, images: fit(dropout.images) },
    heads: { images: fit(heads.images) },
    blocks: { ...blocks, images: fit(blocks.images) },
  };
}

/** Of the test images that a profile asks for, what a dataset of this many has; all of them are written as null here too. */
export const fitTest = (asked: number | null, available: number = Number.POSITIVE_INFINITY): number | null =>
  asked === null || asked >= available ? null : asked;

export function parseProfileName(value: string, where: string): ProfileName {
  return parseChoice('profile', PROFILE_NAMES, value, where);
}
