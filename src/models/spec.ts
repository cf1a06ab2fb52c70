export type Activation = 'linear' | 'relu';

/** One layer, as data. Shapes below are per image, without the batch dimension. */
export type LayerSpec =
  /** [h, w, c] to [h*w*c]. */
  | { readonly kind: 'flatten' }
  /** [n] to [units]. */
  | { readonly kind: 'dense'; readonly units: number; readonly activation: Activation }
  /** [h, w, c] to [h, w, filters]; stride 1, same padding. */
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
  /** Shape unchanged; active in training only. */
  | { readonly kind: 'dropout'; readonly rate: number };

/** A whole architecture, as data. The last layer is linear: it gives logits, one a class. */
export interface ModelSpec {
  readonly name: string;
  readonly inputShape: readonly [height: number, width: number, channels: number];
  readonly layers: readonly LayerSpec[];
}
