import { IMAGE_SIDE } from '../../data/index.js';
import { MODELS, type ModelName, type ModelSpec, withoutSharing } from '../../models/index.js';
import type { ExperimentPlan, PlannedSetting, StudySubject } from '../experiment.js';
import { PROTOCOLS } from '../protocol.js';

/** The dense baseline and the CNN that stands for all. */
const pair = ({ profile }: StudySubject): ModelSpec[] =>
  (['baseline', profile.referenceCnn] as const).map((name) => MODELS[name]);

/** Pixels permuted inside blocks of these sides, for the pair and the baseline at its own rate. */
function permuted(subject: StudySubject, sides: readonly number[]): PlannedSetting[] {
  const { images } = subject.profile.blocks;
  const networks = [
    ...pair(subject).map((model) => ({ model })),
    { model: MODELS.baseline, protocol: PROTOCOLS.fastLowRate },
  ];
  return networks.flatMap((network) => sides.map((block) => ({ ...network, block, images })));
}

export const permutation: ExperimentPlan = {
  question: 'What is left of the advantage when a permutation of all pixels destroys locality?',
  settings: (subject) => permuted(subject, [1, IMAGE_SIDE]),
};

export const blockPermutation: ExperimentPlan = {
  question: 'Up to which scale must order be lost before the CNN loses its advantage?',
  settings: (subject) => permuted(subject, [1, ...subject.profile.blocks.sides, IMAGE_SIDE]),
};

/** `small` without weight sharing: the same windows and channels, kernels of their own at each position. */
const LCN = withoutSharing(MODELS.small);

export const weightSharing: ExperimentPlan = {
  question: 'What does weight sharing bring: `small` against its locally connected twin?',
  settings: ({ profile }) => {
    const images = profile.dataSize.unshared.at(-1);
    if (images === undefined) return [];
    return [
      ...[MODELS.baseline, LCN, MODELS.small].map((model) => ({ model, images })),
      { model: MODELS.baseline, images, protocol: PROTOCOLS.fastLowRate },
      { model: LCN, images, protocol: PROTOCOLS.fastMiddleRate },
    ];
  },
};

/** Pixels: an eighth of the image's side, as is usual for CIFAR-10. */
const SHIFT = 4;

export const augmentation: ExperimentPlan = {
  question: 'Does data buy what the architecture gives: a dense network trained on shifted images?',
  settings: ({ profile }) => {
    const dense = { model: MODELS.baseline, protocol: PROTOCOLS.fastLowRate };
    return [dense, ...(profile.denseSettings ? [{ ...dense, shift: SHIFT }] : []), { model: MODELS.small }];
  },
};

/** Shares the runs of `weightSharing`. */
export const dataSize: ExperimentPlan = {
  question: 'How many images does each kind of network need: does convolution generalize from fewer?',
  settings: ({ profile: { dataSize: sized } }) => {
    const cnns = sized.cnns.map((name: ModelName) => MODELS[name]);
    return sized.sizes.flatMap((images) => {
      const unshared = sized.unshared.includes(images) ? [LCN] : [];
      return [
        ...[MODELS.baseline, ...unshared, ...cnns].map((model) => ({ model, images })),
        { model: MODELS.baseline, images, protocol: PROTOCOLS.fastLowRate },
        ...unshared.map((model) => ({ model, images, protocol: PROTOCOLS.fastMiddleRate })),
      ];
    });
  },
};

export const position: ExperimentPlan = {
  question: 'When is convolution the wrong prior: where only the position of things decides the class?',
  // Which rate suits either network on such images was not searched: both get both.
  settings: (subject) =>
    [PROTOCOLS.fast, PROTOCOLS.fastLowRate].flatMap((protocol) =>
      pair(subject).map((model) => ({
        model,
        protocol,
        dataset: subject.positions,
        ...subject.profile.positions,
        test: null,
      })),
    ),
};
