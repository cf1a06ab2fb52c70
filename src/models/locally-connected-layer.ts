import { WhyconvError } from '../base/errors.js';
import { relu, tf } from '../engine/index.js';
import { locallyConnected2d } from './locally-connected.js';
import type { Activation } from './spec.js';
import { glorotLimit } from './weights.js';

/** Name, input shape and what else every layer of tf.layers takes. */
type LayerArgs = NonNullable<ConstructorParameters<typeof tf.layers.Layer>[0]>;

/** What `tf.layers.conv2d` takes, as far as it applies, with the same names. */
export interface LocallyConnected2DArgs extends LayerArgs {
  readonly filters: number;
  /** Side of the square window. */
  readonly kernelSize: number;
  /** Default linear. */
  readonly activation?: Activation;
  /** Default glorotUniform, with the fans of the convolution that the layer replaces. */
  readonly kernelInitializer?: 'glorotUniform' | 'zeros';
  /** Of the initial kernel. Absent: each build draws another one. */
  readonly seed?: number;
}

/** [batch, h, w, c] */
type MapsShape = readonly [batch: number | null, h: number, w: number, c: number];

/**
 * A convolution without weight sharing as a layer of tf.layers models: [batch, h, w, c] to [batch, h, w, filters];
 * stride 1, same padding. Weights as {@link locallyConnected2d} has them: "kernel" [h*w, kernelSize²*c, filters] and
 * "bias" [h, w, filters], so height and width are fixed when it is built. A saved model that holds it loads wherever
 * this class has been imported. Not the layer of this name in Keras 2, which has valid padding and another kernel order.
 *
 * @throws WhyconvError for filters or a window that is no positive whole number, and for an input that is not of rank
 * 4, has an unknown size, or another size than the layer was built for.
 */
export class LocallyConnected2D extends tf.layers.Layer {
  /** @nocollapse */
  static readonly className = 'LocallyConnected2D';

  private readonly args: Required<Pick<LocallyConnected2DArgs, 'filters' | 'kernelSize' | 'activation'>> &
    LocallyConnected2DArgs;
  private builtFor: MapsShape | undefined;
  private kernel: tf.LayerVariable | undefined;
  private bias: tf.LayerVariable | undefined;

  constructor(args: LocallyConnected2DArgs) {
    super(args);
    this.args = { activation: 'linear', ...args };
    requireCount('filters', args.filters, this.name);
    requireCount('kernelSize', args.kernelSize, this.name);
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const shape = mapsShape(inputShape, this.name);
    const [, h, w, c] = shape;
    const { filters, kernelSize, kernelInitializer, seed } = this.args;
    const limit = glorotLimit([kernelSize, kernelSize, c, filters]);
    const initializer =
      kernelInitializer === 'zeros'
        ? tf.initializers.zeros()
        : tf.initializers.randomUniform({
            minval: -limit,
            maxval: limit,
            ...(seed !== undefined && { seed }),
          });
    const kernelShape = [h * w, kernelSize ** 2 * c, filters];
    this.kernel = this.addWeight('kernel', kernelShape, 'float32', initializer);
    this.bias = this.addWeight('bias', [h, w, filters], 'float32', tf.initializers.zeros());
    this.builtFor = shape;
    this.built = true;
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [batch, h, w] = mapsShape(inputShape, this.name);
    return [batch, h, w, this.args.filters];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = Array.isArray(inputs) ? inputs[0]! : inputs;
      const found = mapsShape(x.shape, this.name);
      if (found.slice(1).join() !== this.builtFor!.slice(1).join()) {
        throw wrongInput(
          this.name,
          x.shape,
          `[batch, ${this.builtFor!.slice(1).join(', ')}], as it was built for`,
        );
      }
      const kernel = this.kernel!.read() as tf.Tensor3D;
      const sums = locallyConnected2d(x as tf.Tensor4D, kernel, this.bias!.read() as tf.Tensor3D);
      return this.args.activation === 'relu' ? relu(sums) : sums;
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { filters, kernelSize, activation, kernelInitializer = 'glorotUniform', seed } = this.args;
    const own = { filters, kernelSize, activation, kernelInitializer, ...(seed !== undefined && { seed }) };
    return { ...super.getConfig(), ...own };
  }
}

tf.serialization.registerClass(LocallyConnected2D);

function mapsShape(shape: tf.Shape | tf.Shape[], layer: string): MapsShape {
  const sizes = shape.slice(1);
  if (shape.length === 4 && sizes.every((n) => typeof n === 'number')) return shape as unknown as MapsShape;
  throw wrongInput(layer, shape, '[batch, height, width, channels], all but the batch known');
}

function wrongInput(layer: string, found: tf.Shape | tf.Shape[], expected: string): WhyconvError {
  return new WhyconvError({
    what: 'a locally connected layer has weights for every position and cannot take this input',
    where: `layer "${layer}"`,
    found: `an input of shape ${JSON.stringify(found)}`,
    expected: `an input of shape ${expected}`,
    remedy: 'give feature maps of one fixed size, resized or padded to it if need be',
  });
}

function requireCount(name: string, value: number, layer: string): void {
  if (Number.isInteger(value) && value > 0) return;
  throw new WhyconvError({
    what: `${name} of a locally connected layer is wrong`,
    where: `layer "${layer}"`,
    found: String(value),
    expected: 'a whole number of at least 1',
  });
}
