import { join } from 'node:path';
import { makeFolder, writeFileAtomic } from '../base/files.js';
import { ATTR, DTYPE, type GraphNode, type OpAttr, serializeSavedModel, typeAttr } from '../engine/index.js';
import { type LayerShape, layerShapes } from '../models/index.js';
import type { TrainedNetwork } from '../runs/index.js';
import { weightsByLayer } from './weights.js';

/**
 * Writes a network as a SavedModel with its weights as constants: [n, 32, 32, 3] `images` from 0 to 1 to `logits` and
 * `probabilities`, by the signature `serving_default`. TensorFlow's own server wants it in a folder named by a version: M/1.
 */
export async function writeSavedModel(folder: string, network: TrainedNetwork): Promise<void> {
  const { model } = network;
  const classes = layerShapes(model).at(-1)!.outputShape;
  const tensor = (node: string, shape: readonly number[]) => ({
    node,
    dtype: DTYPE.float,
    shape: [-1, ...shape],
  });
  const bytes = serializeSavedModel(networkNodes(network), {
    name: 'serving_default',
    inputs: { images: tensor('images', model.inputShape) },
    outputs: { logits: tensor('logits', classes), probabilities: tensor('probabilities', classes) },
  });
  // Readers look for this folder, which is empty where nothing is a variable.
  await makeFolder(join(folder, 'variables'));
  await writeFileAtomic(join(folder, 'saved_model.pb'), bytes);
}

const FLOAT = typeAttr('T', DTYPE.float);
const integers = (name: string, value: readonly number[]): OpAttr => ({
  name,
  type: ATTR.int,
  value: [...value],
});
const text = (name: string, value: string): OpAttr => ({ name, type: ATTR.string, value });

/** The network as nodes of TensorFlow, from the placeholder `images` to `logits` and `probabilities`. */
export function networkNodes(network: TrainedNetwork): GraphNode[] {
  const shape = { name: 'shape', type: ATTR.shape, value: [-1, ...network.model.inputShape] };
  const graph = new Graph([
    { name: 'images', op: 'Placeholder', inputs: [], attrs: [typeAttr('dtype', DTYPE.float), shape] },
  ]);
  const weights = weightsByLayer(network);
  let x = 'images';
  for (const layer of layerShapes(network.model)) x = addLayer(graph, layer, x, weights.get(layer.name));
  graph.add('logits', 'Identity', [x], FLOAT);
  graph.add('probabilities', 'Softmax', ['logits'], FLOAT);
  return graph.nodes;
}

type LayerWeights = ReturnType<typeof weightsByLayer> extends Map<string, infer W> ? W : never;

/** @returns the node that has the layer's output */
function addLayer(graph: Graph, shaped: LayerShape, x: string, weights: LayerWeights | undefined): string {
  const { name, layer, outputShape } = shaped;
  switch (layer.kind) {
    case 'dropout':
      return x;
    case 'flatten':
      return graph.reshape(name, x, [-1, ...outputShape]);
    case 'maxPool2d': {
      const window = [1, layer.size, layer.size, 1];
      const windows = [integers('ksize', window), integers('strides', window)];
      return graph.add(name, 'MaxPool', [x], FLOAT, ...windows, text('padding', 'VALID'));
    }
    case 'globalAveragePool2d': {
      const axes = graph.vector(`${name}/axes`, [1, 2]);
      return graph.add(name, 'Mean', [x, axes], FLOAT, typeAttr('Tidx', DTYPE.int32));
    }
    case 'dense':
    case 'conv2d':
    case 'locallyConnected2d': {
      const kernel = graph.floats(`${name}/kernel`, weights!.kernel);
      const bias = graph.floats(`${name}/bias`, weights!.bias);
      const sums = `${name}/sums`;
      const biased = `${name}/biased`;
      if (layer.kind === 'locallyConnected2d') {
        addLocal(graph, shaped, layer.kernelSize, [x, kernel, sums]);
        graph.add(biased, 'AddV2', [sums, bias], FLOAT);
      } else {
        if (layer.kind === 'dense') graph.add(sums, 'MatMul', [x, kernel], FLOAT);
        else
          graph.add(
            sums,
            'Conv2D',
            [x, kernel],
            FLOAT,
            integers('strides', [1, 1, 1, 1]),
            text('padding', 'SAME'),
          );
        graph.add(biased, 'BiasAdd', [sums, bias], FLOAT);
      }
      return layer.activation === 'relu' ? graph.add(name, 'Relu', [biased], FLOAT) : biased;
    }
  }
}

/** Every position's patch times its own kernel: a product of matrices for each position. */
function addLocal(
  graph: Graph,
  { name, inputShape, outputShape }: LayerShape,
  k: number,
  [x, kernel, sums]: readonly [string, string, string],
): void {
  const [h, w, c] = inputShape as readonly [number, number, number];
  const ones = [1, 1, 1, 1];
  const windows = [integers('ksizes', [1, k, k, 1]), integers('strides', ones), integers('rates', ones)];
  const patches = graph.add(
    `${name}/patches`,
    'ExtractImagePatches',
    [x],
    FLOAT,
    ...windows,
    text('padding', 'SAME'),
  );
  const rows = graph.reshape(`${name}/rows`, patches, [-1, h * w, k * k * c]);
  const byPosition = graph.transpose(`${name}/positions`, rows, [1, 0, 2]);
  const products = graph.add(`${name}/products`, 'BatchMatMulV2', [byPosition, kernel], FLOAT);
  const byImage = graph.transpose(`${name}/images`, products, [1, 0, 2]);
  graph.reshape(sums, byImage, [-1, ...outputShape]);
}

/** Nodes in the order in which they were added; each method returns the name of the node it adds. */
class Graph {
  constructor(readonly nodes: GraphNode[]) {}

  add(name: string, op: string, inputs: readonly string[], ...attrs: readonly OpAttr[]): string {
    this.nodes.push({ name, op, inputs, attrs });
    return name;
  }

  floats(
    name: string,
    { shape, values }: { readonly shape: readonly number[]; readonly values: Float32Array },
  ): string {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    return this.constant(name, { dtype: DTYPE.float, shape, bytes });
  }

  vector(name: string, values: readonly number[]): string {
    const bytes = new Uint8Array(Int32Array.from(values).buffer);
    return this.constant(name, { dtype: DTYPE.int32, shape: [values.length], bytes });
  }

  reshape(name: string, x: string, shape: readonly number[]): string {
    return this.add(
      name,
      'Reshape',
      [x, this.vector(`${name}/shape`, shape)],
      FLOAT,
      typeAttr('Tshape', DTYPE.int32),
    );
  }

  transpose(name: string, x: string, order: readonly number[]): string {
    return this.add(
      name,
      'Transpose',
      [x, this.vector(`${name}/order`, order)],
      FLOAT,
      typeAttr('Tperm', DTYPE.int32),
    );
  }

  private constant(
    name: string,
    value: { dtype: number; shape: readonly number[]; bytes: Uint8Array },
  ): string {
    return this.add(name, 'Const', [], typeAttr('dtype', value.dtype), {
      name: 'value',
      type: ATTR.tensor,
      value,
    });
  }
}
