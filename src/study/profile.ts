import type { ModelName } from '../models/index.js';
import type { Budget, ScheduleName } from './protocol.js';

export const PROFILE_NAMES = ['smoke', 'quick', 'full'] as const;
export type ProfileName = (typeof PROFILE_NAMES)[number];

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
  /** Long enough for networks that are cheap to stop improving: what sharing, sizes and a wider flat network are judged by. */
  readonly long: Budget;
  /** Every image there is, for the networks that are cheap enough: the baseline, and the smallest CNN against it. */
  readonly allImages: Budget;
  /** The setting that public sister projects of the original used: at most 7 epochs, patience 3, 80/20. */
  readonly sister: Budget;
  /** Accuracy against training images. */
  readonly dataSize: DataSizes;
  /** CNNs trained with several rates of dropout, narrow to wide. */
  readonly dropoutModels: readonly ModelName[];
  /** Which of the settings that the original did not publish are tried. */
  readonly hiddenSetting: HiddenSettings;
  /** On the synthetic positions, of which there are 5,000 and 1,000 test images. */
  readonly positions: Budget;
  /** Whether the synthetic set may stand in where CIFAR-10 cannot be had. */
  readonly syntheticAllowed: boolean;
}

/** Sizes that the long budget is trained on. */
export interface DataSizes {
  /** Trained beside the baseline and the locally connected network. */
  readonly cnns: readonly ModelName[];
  /** Few to many, below the long budget's own, which is the largest. */
  readonly fewer: readonly number[];
}

/** Every combination is a run. */
export interface HiddenSettings {
  readonly model: ModelName;
  readonly batchSizes: readonly number[];
  readonly schedules: readonly ScheduleName[];
  readonly patiences: readonly number[];
  /** Seeds of a combination; counted like the profile's. */
  readonly seeds: number;
}
