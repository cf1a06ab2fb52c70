import type { Precision } from '../engine/index.js';
import { type LayerSpec, MODELS, type ModelSpec } from '../models/index.js';
import type { RunSpec, ScheduleSpec } from '../training/index.js';
import { ALL_IMAGES, epochsOn, PROTOCOLS, type ProtocolName, protocolOf } from './protocol.js';

/**
 * What was varied, as a value: derived from a run's spec, and what results are queried by. Runs of one condition differ in
 * their seed only.
 */
export interface Condition {
  /** The dataset's fingerprint. */
  readonly dataset: string;
  /** The architecture's name, whatever was varied of it below: "small"; the model's own name where it is none of the study's. */
  readonly model: string;
  /** False for a locally connected network (LCN). */
  readonly sharing: boolean;
  /** How the last feature maps become logits: averaged, flattened, or there are none. */
  readonly head: 'pooled' | 'flattened' | 'dense';
  /** Rate in the head, or after every hidden layer of a dense network; 0: none. */
  readonly dropout: number;
  /** Pixels are permuted inside blocks of this many pixels a side: 1 for images as they are, 32 for the whole image. */
  readonly block: number;
  /** Training images are moved by up to this many pixels; 0: not at all. */
  readonly shift: number;
  /** Training images; null: all that do not validate. */
  readonly images: number | null;
  /** Validation images. */
  readonly validation: number;
  /** `other` for a setting outside the declared protocols. */
  readonly protocol: ProtocolName | 'other';
  /** The rate before its schedule. */
  readonly learningRate: number;
  /** How the rate changes. */
  readonly schedule: ScheduleSpec['kind'];
  /** Share of the steps in which the rate rises; null without such. */
  readonly warmup: number | null;
  /** Images per step. */
  readonly batchSize: number;
  /** At most. */
  readonly epochs: number;
  /** Epochs without a better validation loss until it stops; null trains all epochs. */
  readonly patience: number | null;
  /** Share of the target spread over all classes; 0: none. */
  readonly labelSmoothing: number;
  /** What convolutions are computed in. */
  readonly precision: Precision;
}

/**
 * What a run varies, read off its spec: runs that differ in nothing but their seed have equal conditions.
 *
 * @example
 * ```ts
 * import { conditionOf, recordedRuns, resultsByCondition } from 'whyconv';
 *
 * const [result] = resultsByCondition(await recordedRuns());
 * conditionOf(result!.records[0]!.spec); // => result!.condition
 * ```
 */
export function conditionOf(spec: RunSpec): Condition {
  const { model, optimizer, split, transform } = spec;
  const { schedule } = optimizer;
  const [side] = model.inputShape;
  return {
    dataset: spec.dataset,
    model: familyOf(model),
    sharing: !model.layers.some(({ kind }) => kind === 'locallyConnected2d'),
    head: headOf(model),
    dropout: Math.max(0, ...model.layers.map((layer) => (layer.kind === 'dropout' ? layer.rate : 0))),
    block: transform.kind === 'none' ? 1 : (transform.blockSize ?? side),
    shift: spec.augmentation.kind === 'shift' ? spec.augmentation.pixels : 0,
    images: split.train,
    validation: split.validation,
    protocol: protocolOf(spec) ?? 'other',
    learningRate: optimizer.learningRate,
    schedule: schedule.kind,
    warmup: schedule.kind === 'oneCycle' ? schedule.warmup : null,
    batchSize: spec.batchSize,
    epochs: spec.maxEpochs,
    patience: spec.patience,
    labelSmoothing: spec.labelSmoothing,
    precision: spec.precision,
  };
}

/** Whether a condition has all the values that a query names. */
export const matches = (condition: Condition, query: Partial<Condition>): boolean =>
  Object.entries(query).every(([field, value]) => condition[field as keyof Condition] === value);

/**
 * A run in words: its condition and its seed.
 *
 * @example
 * ```ts
 * import { describeRun, MODELS, PROTOCOLS, runSpec } from 'whyconv';
 *
 * const setting = { model: MODELS.small, protocol: PROTOCOLS.fast, images: null, validation: 5_000, test: null };
 * describeRun(runSpec(setting, { dataset: '0'.repeat(64), available: 50_000, seed: 3 })); // => 'small, seed 3'
 * ```
 */
export const describeRun = (spec: RunSpec): string =>
  `${describeCondition(conditionOf(spec))}, seed ${spec.seed}`;

/**
 * A condition in words, for display only: what sets it apart from the network as it is, on images as they are.
 *
 * @example
 * ```ts
 * import { conditionOf, describeCondition, MODELS, PROTOCOLS, runSpec } from 'whyconv';
 *
 * const setting = { model: MODELS.small, protocol: PROTOCOLS.fastLowRate, images: null, validation: 5_000, test: null };
 * const spec = runSpec({ ...setting, block: 32 }, { dataset: '0'.repeat(64), available: 50_000, seed: 0 });
 * describeCondition(conditionOf(spec)); // => 'small, pixels permuted, low rate'
 * ```
 */
export function describeCondition(condition: Condition): string {
  const { model, sharing, head, dropout, block, shift, images, protocol, precision } = condition;
  const usual = MODELS[model as keyof typeof MODELS];
  const usualDropout = usual ? conditionDropout(usual) : dropout;
  const parts = [
    model,
    !sharing && 'locally connected',
    head === 'flattened' && 'flattened head',
    dropout !== usualDropout && `dropout ${dropout}`,
    block === 32 && 'pixels permuted',
    block > 1 && block < 32 && `blocks of ${block} permuted`,
    shift > 0 && `shifted by up to ${shift}`,
    images !== null && `${images.toLocaleString('en-US')} images`,
    ...protocolParts(condition, protocol),
    precision !== 'float32' && precision,
  ];
  return parts.filter((part) => part !== false).join(', ');
}

function protocolParts(condition: Condition, protocol: Condition['protocol']): (string | false)[] {
  if (protocol === 'fast') return [!isUsualLength(condition) && `${condition.epochs} epochs`];
  if (protocol === 'fastLowRate') return ['low rate'];
  if (protocol === 'fastMiddleRate') return ['middle rate'];
  if (protocol === 'replication') return ['replication protocol'];
  if (protocol === 'sevenEpochs') return ['7 epochs'];
  const { batchSize, schedule, learningRate, patience, epochs, warmup, labelSmoothing } = condition;
  return [
    `batch ${batchSize}`,
    `${SCHEDULE_WORDS[schedule]} rate ${learningRate}`,
    warmup !== null && `warm-up ${warmup}`,
    labelSmoothing > 0 && `label smoothing ${labelSmoothing}`,
    patience === null ? `${epochs} epochs` : `patience ${patience}`,
  ];
}

/** Whether a run under the fast protocol is as long as the protocol says for that many images of CIFAR-10. */
const isUsualLength = ({ epochs, images }: Condition): boolean =>
  epochs === epochsOn(PROTOCOLS.fast, images ?? ALL_IMAGES);

const SCHEDULE_WORDS = { constant: 'constant', reduceOnPlateau: 'plateau', oneCycle: 'one-cycle' } as const;

const conditionDropout = ({ layers }: ModelSpec): number =>
  Math.max(0, ...layers.map((layer) => (layer.kind === 'dropout' ? layer.rate : 0)));

/** The study's model with the same convolutions, or the same dense layers where there are none. */
function familyOf(model: ModelSpec): string {
  const found = Object.values(MODELS).find((known) => widthsOf(known) === widthsOf(model));
  return found?.name ?? model.name;
}

function widthsOf({ layers }: ModelSpec): string {
  const convolutions = layers.flatMap((layer) =>
    layer.kind === 'conv2d' || layer.kind === 'locallyConnected2d'
      ? [`${layer.kernelSize}x${layer.filters}`]
      : [],
  );
  const units = layers.flatMap((layer) => (layer.kind === 'dense' ? [layer.units] : []));
  return JSON.stringify([convolutions, units]);
}

function headOf({ layers }: ModelSpec): Condition['head'] {
  const convolutional = ({ kind }: LayerSpec) => kind === 'conv2d' || kind === 'locallyConnected2d';
  if (!layers.some(convolutional)) return 'dense';
  return layers.some(({ kind }) => kind === 'globalAveragePool2d') ? 'pooled' : 'flattened';
}
