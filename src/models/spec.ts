/** What a layer applies to its sums: nothing, or max(0, x). */
export type Activation = 'linear' | 'relu';

/** One layer, as data. Shapes below are per image, without the batch dimension. */
export type LayerSpec =
  /** [h, w, c] to [h × w × c]. */
  | { readonly kind: 'flatten' }
  /** [n] to [units], 1 or more. */
  | { readonly kind: 'dense'; readonly units: number; readonly activation: Activation }
  /** [h, w, c] to [h, w, filters] by windows of `kernelSize` pixels a side; stride 1, same padding. */
  | {
      readonly kind: 'conv2d';
      readonly filters: number;
      readonly kernelSize: number;
      readonly activation: Activation;
    }
  /**
   * As conv2d, without weight sharing: a kernel and a bias of its own at each of the h * w positions.
   * [h, w, c] to [h, w, filters]; stride 1, same padding.
   */
  | {
      readonly kind: 'locallyConnected2d';
      readonly filters: number;
      readonly kernelSize: number;
      readonly activation: Activation;
    }
  /** [h, w, c] to [floor(h/size), floor(w/size), c]; stride = size, valid padding. */
  | { readonly kind: 'maxPool2d'; readonly size: number }
  /** [h, w, c] to [c]. */
  | { readonly kind: 'globalAveragePool2d' }
  /** Shape unchanged; in training each value is set to 0 with probability `rate`, 0 to below 1, and the others grow to match. */
  | { readonly kind: 'dropout'; readonly rate: number };

/** A whole architecture, as data. The last layer is linear: it gives logits, one a class. */
export interface ModelSpec {
  /** For people and charts; no part of a run's key. */
  readonly name: string;
  /** Pixels and color channels of an image; [32, 32, 3] for the data of this project. */
  readonly inputShape: readonly [height: number, width: number, channels: number];
  /** From the image to the logits. */
  readonly layers: readonly LayerSpec[];
}
