import type { ConditionResult, OverImages, SeedSpread } from '../analysis/index.js';
import type { Dataset } from '../data/index.js';
import type { ShiftMeasurement } from '../lab/index.js';
import type { Profile } from '../study/index.js';
import type { RunRecord } from '../training/index.js';

/** What claims are judged by: finished runs by condition, and what was measured on trained networks. */
export interface Evidence {
  /** Published figures are compared on CIFAR-10 only. */
  readonly dataset: Pick<Dataset, 'name' | 'fingerprint'> & {
    /** Training images it has, validation included. */
    readonly available: number;
  };
  /** Sizes and networks of the study, as they fit the dataset: they say which condition a claim is judged by. */
  readonly profile: Profile;
  /** Finished runs of the study, by condition. */
  readonly results: readonly ConditionResult[];
  /** Runs whose loss stopped being a number. */
  readonly diverged: readonly RunRecord[];
  /** Deviation between seeds, pooled over comparable conditions. */
  readonly spread: SeedSpread;
  /** By the key of the run's record. */
  readonly measured: Readonly<Record<string, RunMeasurements>>;
}

/** What was measured on one trained network. */
export interface RunMeasurements {
  /** Of CNNs: how features follow shifts. */
  readonly equivariance?: MeasuredEquivariance | undefined;
  /** Of CNNs: pruning and ranks. */
  readonly filters?: MeasuredFilters | undefined;
  /** Of shifts in which what leaves on one side comes in on the other. */
  readonly shifts?: ShiftMeasurement | undefined;
}

/** Names of {@link RunMeasurements}. */
export type MeasurementName = keyof RunMeasurements;

/** How a CNN's features follow shifts of the image; relative errors, 0 is exact. */
export interface MeasuredEquivariance {
  /** The largest of any shift before any pooling. */
  readonly beforePooling: number;
  /** After one pooling or more: the largest of shifts by whole strides. */
  readonly wholeStrides: number;
  /** The smallest of the other shifts. */
  readonly otherShifts: number;
  /** How much a shift of one pixel changes the features in place: just before the first pooling, and just after it. */
  readonly changeBefore: number;
  /** Just after it. */
  readonly changeAfter: number;
  /** The former minus the latter, image by image. */
  readonly changeReduction: OverImages;
}

/** What a CNN loses without some filters, and how many directions its filters use. */
export interface MeasuredFilters {
  /** Of the whole network on the images judged, 0 to 1. */
  readonly accuracy: number;
  /** What one answer to every image is right for, 0 to 1: the share of the most frequent class. */
  readonly guess: number;
  /** Accuracy lost without the quarter of a layer's filters with the least weight, mean over layers. */
  readonly loss: OverImages;
  /** The same for a random quarter, mean over draws. */
  readonly randomLoss: number;
  /** The largest fraction of a layer's filters that can be removed by magnitude for less than a point, mean over layers. */
  readonly removable: number | null;
  /** Effective rank over the largest possible, mean over layers: before and after training. */
  readonly ranks: { readonly initial: number; readonly trained: number };
}
