import type { Activation, LayerSpec, ModelSpec } from './spec.js';

/** The five architectures of the study, from the dense baseline to the widest convolutional network. */
export type ModelName = 'baseline' | 'small' | 'medium' | 'big' | 'extra_big';

/** The networks that are trained as they are: those of the study, and the dense network they are checked against. */
export type NetworkName = ModelName | 'dense_control';

const INPUT_SHAPE = [32, 32, 3] as const;
const CLASSES = 10;
const HEAD_DROPOUT = 0.3;

/**
 * Flatten 3,072, dense 512, dense 256, 10 logits: the image as a list of numbers without neighbors.
 *
 * @example
 * ```ts
 * import { countParameters, denseBaseline } from 'whyconv';
 *
 * countParameters(denseBaseline()); // => 1_707_274
 * ```
 */
export function denseBaseline(): ModelSpec {
  return {
    name: 'baseline',
    inputShape: INPUT_SHAPE,
    layers: [{ kind: 'flatten' }, dense(512), dense(256), dense(CLASSES, 'linear')],
  };
}

/**
 * What a flat network reaches under the study's own protocol when its sizes are chosen for that: flatten, dense 1024, 512,
 * 256, 10 logits; 2.2 times the baseline's parameters and operations. Chosen by peak validation accuracy, test images unseen
 * (CIFAR-10, the re-encoded copy: 45,000 training images, 12 epochs, one seed):
 *
 * | hidden layers | dropout | validation | training |
 * |---|---:|---:|---:|
 * | 1024, 512, 256 | 0 | 0.508 | 0.567 |
 * | 512, 256 (the baseline) | 0 | 0.507 | 0.547 |
 * | 2048, 256 | 0 | 0.501 | 0.536 |
 * | 1024, 512, 256 | 0.1 | 0.469 | 0.499 |
 * | 1024, 512, 256 | 0.2 | 0.449 | 0.469 |
 *
 * In so few epochs width gains next to nothing, and dropout costs four points at 0.1 and six at 0.2.
 *
 * @example
 * ```ts
 * import { countParameters, denseControl } from 'whyconv';
 *
 * countParameters(denseControl()); // => 3_805_450
 * ```
 */
export function denseControl(): ModelSpec {
  return {
    name: 'dense_control',
    inputShape: INPUT_SHAPE,
    layers: [{ kind: 'flatten' }, dense(1024), dense(512), dense(256), dense(CLASSES, 'linear')],
  };
}

/**
 * Two blocks of two 3x3 convolutions and a pooling (`f1`, then `f2` filters), a convolution of `2 * f2` filters,
 * global average pooling, dense 128 with dropout, 10 logits. Only the filter counts differ between the CNNs.
 *
 * @example
 * ```ts
 * import { cnn, countParameters } from 'whyconv';
 *
 * countParameters(cnn('small', 8, 16)); // => 14_450
 * cnn('mine', 12, 24).layers[0]; // => { kind: 'conv2d', filters: 12, kernelSize: 3, activation: 'relu' }
 * ```
 */
export function cnn(name: string, f1: number, f2: number): ModelSpec {
  return {
    name,
    inputShape: INPUT_SHAPE,
    layers: [
      conv(f1),
      conv(f1),
      { kind: 'maxPool2d', size: 2 },
      conv(f2),
      conv(f2),
      { kind: 'maxPool2d', size: 2 },
      conv(2 * f2),
      { kind: 'globalAveragePool2d' },
      dense(128),
      { kind: 'dropout', rate: HEAD_DROPOUT },
      dense(CLASSES, 'linear'),
    ],
  };
}

/** The models of the study, narrow to wide; `Object.keys` gives the order every table and chart uses. */
export const MODELS: Readonly<Record<ModelName, ModelSpec>> = {
  baseline: denseBaseline(),
  small: cnn('small', 8, 16),
  medium: cnn('medium', 16, 32),
  big: cnn('big', 32, 64),
  extra_big: cnn('extra_big', 64, 128),
};

/** Names of {@link MODELS}, narrow to wide. */
export const MODEL_NAMES: readonly ModelName[] = ['baseline', 'small', 'medium', 'big', 'extra_big'];

/**
 * The same model with dropout of this rate (0 to below 1) after every hidden dense layer, in place of any dropout
 * that stands there. 0 removes it. Dropout has no weights: the parameter count is unchanged.
 *
 * @example
 * ```ts
 * import { MODELS, withDropout } from 'whyconv';
 *
 * withDropout(MODELS.baseline, 0.3).layers.filter(({ kind }) => kind === 'dropout').length; // => 2
 * withDropout(MODELS.small, 0).name; // => 'small_dropout_0'
 * ```
 */
export function withDropout(spec: ModelSpec, rate: number): ModelSpec {
  const last = spec.layers.length - 1;
  const layers = spec.layers.flatMap((layer, i): LayerSpec[] => {
    if (layer.kind === 'dropout') return [];
    const hidden = layer.kind === 'dense' && i < last;
    return hidden && rate > 0 ? [layer, { kind: 'dropout', rate }] : [layer];
  });
  return { ...spec, name: `${spec.name}_dropout_${rate}`, layers };
}

/**
 * The same model with its last feature maps flattened into the dense layer instead of averaged.
 *
 * @example
 * ```ts
 * import { countParameters, MODELS, withFlattenHead } from 'whyconv';
 *
 * countParameters(withFlattenHead(MODELS.small)); // => 272_498
 * ```
 */
export function withFlattenHead(spec: ModelSpec): ModelSpec {
  const layers = spec.layers.map(
    (layer): LayerSpec => (layer.kind === 'globalAveragePool2d' ? { kind: 'flatten' } : layer),
  );
  return { ...spec, name: `${spec.name}_flatten`, layers };
}

/**
 * The same model without weight sharing: every convolution becomes a locally connected layer with its channels and its
 * receptive field. At equal cost in FLOPs it has h * w times the parameters, and must learn a pattern again wherever it occurs.
 *
 * @example
 * ```ts
 * import { MODELS, modelTotals, withoutSharing } from 'whyconv';
 *
 * const [shared, unshared] = [MODELS.small, withoutSharing(MODELS.small)].map(modelTotals);
 * unshared!.flops === shared!.flops; // => true
 * unshared!.parameters > 100 * shared!.parameters; // => true
 * ```
 */
export function withoutSharing(spec: ModelSpec): ModelSpec {
  const layers = spec.layers.map(
    (layer): LayerSpec => (layer.kind === 'conv2d' ? { ...layer, kind: 'locallyConnected2d' } : layer),
  );
  return { ...spec, name: `${spec.name}_locally_connected`, layers };
}

function conv(filters: number): LayerSpec {
  return { kind: 'conv2d', filters, kernelSize: 3, activation: 'relu' };
}

function dense(units: number, activation: Activation = 'relu'): LayerSpec {
  return { kind: 'dense', units, activation };
}
