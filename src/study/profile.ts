import type { ModelName } from '../models/index.js';

/** Names of the profiles, short to long. */
export const PROFILE_NAMES = ['smoke', 'quick', 'full'] as const;
/** One of {@link PROFILE_NAMES}. */
export type ProfileName = (typeof PROFILE_NAMES)[number];

/** More seeds for runs that cost little. */
export interface CheapRuns {
  /** Of each condition, counted up from the study's seed. */
  readonly seeds: number;
  /** What a run costs at most that counts as cheap, estimated by arithmetic: the same runs on every machine. */
  readonly coreSeconds: number;
}

/** How much of the study is run: sizes as data, the same questions everywhere. */
export interface Profile {
  /** What it is called on the command line. */
  readonly name: ProfileName;
  /** For the top of a report; one sentence. */
  readonly description: string;
  /** Runs per condition; seeds count up from the study's seed. */
  readonly seeds: number;
  /** Runs per condition where one costs little; absent: no more than elsewhere. */
  readonly cheap?: CheapRuns;
  /** Training images of the filter sweep and of everything that is compared with it; null: all. */
  readonly images: number | null;
  /** Validation images. */
  readonly validation: number;
  /** Test images; null: all. */
  readonly test: number | null;
  /** Limits the epochs of every run, where it is only to be shown that everything runs. */
  readonly maxEpochs?: number;
  /** Of the filter sweep. */
  readonly models: readonly ModelName[];
  /** The network that stands for "the CNN" where an experiment trains only one. */
  readonly referenceCnn: ModelName;
  /** Models of the sweep whose convolutions are computed in bfloat16 where the processor has it, to save time. */
  readonly inBfloat16: readonly ModelName[];
  /** Whether dense networks are also tried in other settings: dropout, fewer epochs, more units, shifted images. */
  readonly denseSettings: boolean;
  /** Under the published study's protocol; absent where there is no time for it. */
  readonly replication?: Replication;
  /** Whether the settings that the fast protocol was chosen among are trained. */
  readonly search: boolean;
  /**
   * Training-set sizes, few to many (null: all), the CNNs trained on them next to the baseline, and the sizes of those that the
   * slow locally connected network is trained on too: none leaves it out.
   */
  readonly dataSize: {
    readonly cnns: readonly ModelName[];
    readonly sizes: readonly (number | null)[];
    readonly unshared: readonly (number | null)[];
  };
  /** CNNs trained with several rates of dropout, narrow to wide; training images, null: all. */
  readonly dropout: { readonly models: readonly ModelName[]; readonly images: number | null };
  /** Training images of the comparison of heads; null: all. */
  readonly heads: { readonly images: number | null };
  /** Permuted pixels: sides of the blocks they are permuted in, next to the whole image, and the training images; null: all. */
  readonly blocks: { readonly sides: readonly number[]; readonly images: number | null };
  /** Of the synthetic positions, of which there are 5,000 and 1,000 test images. */
  readonly positions: { readonly images: number; readonly validation: number };
  /** Whether the synthetic set may stand in where CIFAR-10 cannot be had. */
  readonly syntheticAllowed: boolean;
}

/** What is trained under the published study's protocol. */
export interface Replication {
  /** Of the filter sweep. */
  readonly models: readonly ModelName[];
  /** The network that all combinations of unpublished settings are trained with. */
  readonly unpublished: ModelName;
}
