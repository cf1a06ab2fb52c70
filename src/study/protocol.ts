import type { OptimizerSpec, RunSpec, ScheduleSpec } from '../training/index.js';

/** How a network is trained, one for every model: what a run's spec says about the optimizer and its steps. */
export interface Protocol {
  /** The rate before its schedule. */
  readonly learningRate: number;
  /** How the rate changes. */
  readonly schedule: ScheduleSpec;
  /** Images per step. */
  readonly batchSize: number;
  /** At most, on all of CIFAR-10's 45,000 training images. */
  readonly epochs: number;
  /** Early stopping; null trains all epochs. */
  readonly patience: number | null;
  /** Share of the target spread over all classes; 0: none. */
  readonly labelSmoothing: number;
}

export const SCHEDULES = {
  constant: { kind: 'constant' },
  plateau: { kind: 'reduceOnPlateau', factor: 0.5, patience: 2 },
  oneCycle: { kind: 'oneCycle', warmup: 0.25, initial: 0.1 },
} as const satisfies Record<string, ScheduleSpec>;

const oneCycleTo = (learningRate: number) => ({
  learningRate,
  schedule: SCHEDULES.oneCycle,
  batchSize: 64,
  epochs: 8,
  patience: null,
  labelSmoothing: 0,
});

/**
 * `replication` is the published study's: Adam at 1e-3, halved after two epochs without a better validation loss, early
 * stopping. Of the settings that were not published none has a higher validation accuracy (`unpublishedSettings`, one seed).
 *
 * `fast` takes minutes: one cycle of the learning rate, fixed length. Chosen by validation accuracy alone among the settings of
 * `protocolSearch` that take no longer; the wider CNNs stay below what they reach under `replication`.
 *
 * `fastLowRate` is the same at the peak rate that dense networks want by the search on few images, `fastMiddleRate` at that of the
 * locally connected network: what they reach when nothing is chosen for the CNNs, so that no comparison rests on a rate that
 * suits one side only.
 *
 * `sevenEpochs` is that of public repetitions of the original: at most 7 epochs, patience 3 (and 10,000 validation images).
 */
export const PROTOCOLS = {
  replication: {
    learningRate: 1e-3,
    schedule: SCHEDULES.plateau,
    batchSize: 64,
    epochs: 40,
    patience: 5,
    labelSmoothing: 0,
  },
  fast: oneCycleTo(6e-3),
  fastLowRate: oneCycleTo(1e-3),
  fastMiddleRate: oneCycleTo(3e-3),
  sevenEpochs: {
    learningRate: 1e-3,
    schedule: SCHEDULES.plateau,
    batchSize: 64,
    epochs: 7,
    patience: 3,
    labelSmoothing: 0,
  },
} as const satisfies Record<string, Protocol>;

/** One of the names of {@link PROTOCOLS}. */
export type ProtocolName = keyof typeof PROTOCOLS;

/** Constants of Adam as in Keras. */
const ADAM = { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const;

export const optimizerOf = ({ learningRate, schedule }: Protocol): OptimizerSpec => ({
  ...ADAM,
  learningRate,
  schedule,
});

/** The images that a protocol's epochs are meant for. */
export const ALL_IMAGES = 45_000;

/**
 * Epochs on a number of images. Fewer images need more epochs, since an epoch is fewer steps, but fewer steps in all: with
 * fixed length their number grows with the root of the images. With early stopping the limit stays, and validation decides.
 *
 * @example
 * ```ts
 * import { epochsOn, PROTOCOLS } from 'whyconv';
 *
 * epochsOn(PROTOCOLS.fast, 45_000); // => 8
 * epochsOn(PROTOCOLS.fast, 2_500); // => 34
 * epochsOn(PROTOCOLS.replication, 2_500); // => 40
 * ```
 */
export const epochsOn = ({ epochs, patience }: Protocol, images: number): number =>
  patience === null ? Math.round(epochs * Math.sqrt(ALL_IMAGES / images)) : epochs;

/**
 * The protocol a run was trained under: all but its number of epochs must agree. With early stopping that is a limit, which a
 * profile may lower and no run exceeds.
 */
export function protocolOf(spec: RunSpec): ProtocolName | undefined {
  const names = Object.keys(PROTOCOLS) as ProtocolName[];
  return names.find((name) => isUnder(PROTOCOLS[name], spec));
}

function isUnder(protocol: Protocol, spec: RunSpec): boolean {
  const { learningRate, schedule } = spec.optimizer;
  return (
    learningRate === protocol.learningRate &&
    sameSchedule(schedule, protocol.schedule) &&
    spec.batchSize === protocol.batchSize &&
    spec.patience === protocol.patience &&
    (protocol.patience === null || spec.maxEpochs <= protocol.epochs) &&
    spec.labelSmoothing === protocol.labelSmoothing
  );
}

const sameSchedule = (a: ScheduleSpec, b: ScheduleSpec) =>
  Object.entries({ ...a, ...b }).every(
    ([field, value]) =>
      value === (a as unknown as Record<string, unknown>)[field] &&
      value === (b as unknown as Record<string, unknown>)[field],
  );
