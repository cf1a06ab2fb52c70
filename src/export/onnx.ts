import { writeFileAtomic } from '../base/files.js';
import { CIFAR10_CLASSES } from '../data/index.js';
import { type LayerShape, layerShapes } from '../models/index.js';
import type { TrainedNetwork } from '../runs/index.js';
import { type OnnxConstant, type OnnxGraph, type OnnxNode, serializeOnnx } from './onnx-model.js';
import { type NamedWeights, transposed, weightsByLayer } from './weights.js';

/** Writes a network as ONNX: [n, 32, 32, 3] `images` from 0 to 1 to `logits` and `probabilities`. */
export async function writeOnnx(file: string, network: TrainedNetwork): Promise<void> {
  await writeFileAtomic(file, serializeOnnx(onnxGraph(network)));
}

type LayerWeights = { readonly kernel: NamedWeights; readonly bias: NamedWeights };

/** ONNX convolves channels first, these networks have them last: a transposition where either begins. */
export function onnxGraph(network: TrainedNetwork): OnnxGraph {
  const { model, source, key } = network;
  const builder = new Builder();
  const weights = weightsByLayer(network);
  let x = 'images';
  for (const layer of layerShapes(model)) x = addLayer(builder, layer, x, weights.get(layer.name));
  builder.add('logits', 'Identity', [x]);
  builder.add('probabilities', 'Softmax', ['logits'], { axis: -1 });
  const classes = layerShapes(model).at(-1)!.outputShape;
  return {
    name: model.name,
    nodes: builder.nodes,
    constants: builder.constants,
    inputs: { images: model.inputShape },
    outputs: { logits: classes, probabilities: classes },
    metadata: {
      source,
      ...(key && { key }),
      ...(classes[0] === 10 && { classes: CIFAR10_CLASSES.join(',') }),
    },
  };
}

function addLayer(
  builder: Builder,
  shaped: LayerShape,
  x: string,
  weights: LayerWeights | undefined,
): string {
  const { name, layer } = shaped;
  switch (layer.kind) {
    case 'dropout':
      return x;
    case 'flatten':
      return builder.add(name, 'Flatten', [builder.channelsLast(x)], { axis: 1 });
    case 'maxPool2d': {
      const window = [layer.size, layer.size];
      return builder.maps(name, 'MaxPool', [builder.channelsFirst(x)], {
        kernel_shape: window,
        strides: window,
      });
    }
    case 'globalAveragePool2d': {
      const means = builder.maps(`${name}/means`, 'GlobalAveragePool', [builder.channelsFirst(x)], {});
      return builder.add(name, 'Flatten', [means], { axis: 1 });
    }
    case 'dense':
    case 'conv2d':
    case 'locallyConnected2d': {
      const sums = weighted(builder, shaped, x, weights!);
      if (layer.activation === 'linear') return sums;
      return layer.kind === 'dense'
        ? builder.add(name, 'Relu', [sums])
        : builder.maps(name, 'Relu', [sums], {});
    }
  }
}

/** A layer's sums with its bias. */
function weighted(builder: Builder, shaped: LayerShape, x: string, { kernel, bias }: LayerWeights): string {
  const { name, layer, inputShape } = shaped;
  const sums = `${name}/sums`;
  if (layer.kind === 'dense') {
    const inputs = [x, builder.constant(`${name}/kernel`, kernel), builder.constant(`${name}/bias`, bias)];
    return builder.add(sums, 'Gemm', inputs);
  }
  const maps = builder.channelsFirst(x);
  if (layer.kind === 'conv2d') {
    // [height, width, in, out] to [out, in, height, width].
    const first = builder.constant(`${name}/kernel`, transposed(kernel, [3, 2, 0, 1]));
    const inputs = [maps, first, builder.constant(`${name}/bias`, bias)];
    return builder.maps(sums, 'Conv', inputs, { pads: samePadding(layer.kernelSize) });
  }
  const size = layer.kind === 'locallyConnected2d' ? layer.kernelSize : 0;
  const products = localProducts(builder, name, maps, { shape: inputShape, k: size, kernel });
  return builder.maps(
    sums,
    'Add',
    [products, builder.constant(`${name}/bias`, transposed(bias, [2, 0, 1]))],
    {},
  );
}

/**
 * Every position's patch times its own kernel. Patches come from a convolution whose kernels each pick one value, in the order
 * of the locally connected layer: row, column, channel.
 *
 * @returns [batch, filters, h, w]
 */
function localProducts(
  builder: Builder,
  name: string,
  maps: string,
  {
    shape,
    k,
    kernel,
  }: { readonly shape: readonly number[]; readonly k: number; readonly kernel: NamedWeights },
): string {
  const [h, w, c] = shape as readonly [number, number, number];
  const patch = k * k * c;
  const picking = new Float32Array(patch * patch);
  for (let cell = 0; cell < k * k; cell++)
    for (let channel = 0; channel < c; channel++) {
      const row = cell * c + channel;
      picking[row * patch + channel * k * k + cell] = 1;
    }
  const picker = builder.constant(`${name}/picker`, { shape: [patch, c, k, k], values: picking });
  const patches = builder.add(`${name}/patches`, 'Conv', [maps, picker], { pads: samePadding(k) });
  const rows = builder.reshape(`${name}/rows`, patches, [-1, patch, h * w]);
  const positions = builder.add(`${name}/positions`, 'Transpose', [rows], { perm: [2, 0, 1] });
  const products = builder.add(`${name}/products`, 'MatMul', [
    positions,
    builder.constant(`${name}/kernel`, kernel),
  ]);
  const filters = builder.add(`${name}/filters`, 'Transpose', [products], { perm: [1, 2, 0] });
  return builder.reshape(`${name}/maps`, filters, [-1, kernel.shape.at(-1)!, h, w]);
}

/** As TensorFlow's SAME: of an odd remainder, more after than before. [top, left, bottom, right] */
function samePadding(k: number): number[] {
  const before = Math.floor((k - 1) / 2);
  return [before, before, k - 1 - before, k - 1 - before];
}

/** Nodes in their order, and which of their outputs have channels first. */
class Builder {
  readonly nodes: OnnxNode[] = [];
  readonly constants = new Map<string, OnnxConstant>();
  private readonly first = new Set<string>();

  add(
    output: string,
    op: string,
    inputs: readonly string[],
    attributes: OnnxNode['attributes'] = {},
  ): string {
    this.nodes.push({ op, inputs, output, attributes });
    return output;
  }

  /** A node whose output are feature maps, channels first. */
  maps(output: string, op: string, inputs: readonly string[], attributes: OnnxNode['attributes']): string {
    this.first.add(output);
    return this.add(output, op, inputs, attributes);
  }

  constant(name: string, value: OnnxConstant): string {
    this.constants.set(name, value);
    return name;
  }

  reshape(name: string, x: string, sizes: readonly number[]): string {
    return this.add(name, 'Reshape', [x, this.constant(`${name}/shape`, { sizes })]);
  }

  channelsFirst(x: string): string {
    return this.first.has(x) ? x : this.maps(`${x}/first`, 'Transpose', [x], { perm: [0, 3, 1, 2] });
  }

  channelsLast(x: string): string {
    return this.first.has(x) ? this.add(`${x}/last`, 'Transpose', [x], { perm: [0, 2, 3, 1] }) : x;
  }
}
