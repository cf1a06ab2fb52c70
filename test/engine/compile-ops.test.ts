import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { compile, type FunctionDefinition, type HostArrays, tf } from '../../src/engine/index.js';
import { itNative } from '../support/native.js';
import { assertClose, normals } from '../support/numbers.js';

type T4 = tf.Tensor4D;
type T2 = tf.Tensor2D;

/** Operations that a user's model may have, on an image [2, 6, 6, 4] and a second tensor of the given shape. */
interface OpCase {
  readonly op: (x: T4, y: tf.Tensor) => tf.Tensor | tf.Tensor[];
  /** Shape of the second tensor, a variable. Default: [6, 6, 4] */
  readonly shape?: readonly number[];
  /** False if tfjs has no gradient for the operation, or its gradient reads values. */
  readonly differentiable?: false;
}

const forward = (op: OpCase['op']): OpCase => ({ op, differentiable: false });
const both = (op: OpCase['op'], shape?: readonly number[]): OpCase => ({ op, ...(shape && { shape }) });
const matrix = (x: tf.Tensor): T2 => tf.reshape(x, [12, 24]);
const positive = (x: tf.Tensor): tf.Tensor => tf.add(tf.abs(x), 0.5);
const inUnit = (x: tf.Tensor): tf.Tensor => tf.mul(tf.tanh(x), 0.9);

const CASES: Readonly<Record<string, OpCase>> = {
  arithmetic: both((x, y) => tf.sub(tf.div(tf.mul(x, 3), positive(y)), tf.add(x, y))),
  'division without NaN': forward((x, y) => tf.divNoNan(x, positive(y))),
  'minimum and maximum': both((x, y) => tf.add(tf.minimum(x, y), tf.mul(tf.maximum(x, y), 2)), [2, 6, 6, 4]),
  'squared difference': both((x, y) => tf.squaredDifference(x, y), [2, 6, 6, 4]),
  powers: both((x, y) =>
    tf.add(tf.pow(positive(x), positive(y)), tf.add(tf.square(x), tf.sqrt(positive(y)))),
  ),
  'reciprocal roots': both((x, y) => tf.mul(tf.rsqrt(positive(x)), tf.reciprocal(positive(y)))),
  'exponentials and logarithms': both((x, y) =>
    tf.add(tf.mul(tf.exp(x), tf.log(positive(y))), tf.add(tf.expm1(x), tf.log1p(positive(y)))),
  ),
  trigonometry: both((x, y) =>
    tf.add(tf.add(tf.sin(x), tf.cos(y)), tf.add(tf.atan(x), tf.atan2(y, positive(x)))),
  ),
  'inverse and hyperbolic functions': both(
    (x, y) =>
      tf.addN([tf.asin(inUnit(x)), tf.acos(inUnit(y)), tf.sinh(inUnit(x)), tf.cosh(inUnit(y)), tf.asinh(x)]),
    [2, 6, 6, 4],
  ),
  'tanh, sigmoid, softplus': both((x, y) => tf.add(tf.mul(tf.tanh(x), tf.sigmoid(y)), tf.softplus(x))),
  'kinds of ReLU': both(
    (x, y) => tf.addN([tf.relu(x), tf.relu6(y), tf.leakyRelu(x, 0.1), tf.elu(y), tf.selu(x)]),
    [2, 6, 6, 4],
  ),
  prelu: both((x, y) => tf.prelu(x, tf.abs(y))),
  'clipping, signs, rounding': both(
    (x, y) => tf.addN([tf.clipByValue(x, -1, 1), tf.sign(y), tf.abs(y), tf.floor(x)]),
    [2, 6, 6, 4],
  ),
  'error function': both((x, y) => tf.mul(tf.erf(x), y)),
  softmax: both((x, y) => tf.add(tf.softmax(x), tf.logSoftmax(tf.add(x, y)))),
  'log of sums of exponentials': both((x, y) => tf.logSumExp(tf.add(x, y), 3)),
  'sums and means': both((x, y) => tf.mul(tf.sum(x, [1, 2]), tf.mean(y, [0, 1], true).flatten())),
  'maxima and minima over axes': both((x, y) => tf.add(tf.max(x, 3), tf.min(y, 2))),
  products: both((x, y) => tf.prod(tf.mul(positive(x), positive(y)), 3)),
  'cumulative sums': both((x, y) => tf.cumsum(tf.mul(x, y), 3)),
  norms: both((x, y) => tf.div(x, tf.norm(y))),
  'batch statistics': both((x, y) => {
    const { mean, variance } = tf.moments(x, [0, 1, 2]);
    return tf.batchNorm(
      tf.mul(x, y),
      mean as tf.Tensor1D,
      variance as tf.Tensor1D,
      tf.tensor1d([1, 2, 3, 4]),
      tf.ones([4]),
      1e-3,
    );
  }),
  'local response normalization': both((x, y) => tf.localResponseNormalization(tf.mul(x, y) as T4)),
  matmul: both((x, y) => tf.matMul(matrix(x), tf.reshape(y, [24, 6]))),
  'transposed and batched matmul': both((x, y) =>
    tf.matMul(tf.reshape(x, [2, 6, 24]), tf.reshape(tf.concat([y, y], 0), [2, 6, 24]), false, true),
  ),
  'dot and outer products': both((x, y) =>
    tf.outerProduct(tf.slice(x.flatten(), 0, 5), tf.slice(y.flatten(), 3, 4)),
  ),
  reshaping: both((x, y) =>
    tf.add(tf.squeeze(tf.expandDims(tf.transpose(x, [0, 3, 1, 2]), 1)), tf.transpose(y, [2, 0, 1])),
  ),
  concatenation: both((x, y) => tf.concat([x, tf.expandDims(y, 0)], 0)),
  'stacking and splitting': both((x, y) => {
    const [left, right] = tf.split(x, 2, 2) as [T4, T4];
    return tf.stack([tf.add(left, tf.slice(y, [0, 0, 0], [6, 3, 4])), right], 1);
  }),
  unstacking: both((x, y) => tf.add(tf.unstack(x, 3)[2]!, tf.unstack(y, 2)[1]!)),
  slices: both((x, y) => tf.add(tf.slice(x, [0, 1, 1, 0], [2, 3, 3, 4]), tf.slice(y, [1, 0, 0], [3, 3, 4]))),
  'strided slices': forward((x, y) =>
    tf.add(tf.slice(x, [0, 1, 1, 0], [2, 3, 3, 4]), tf.stridedSlice(y, [0, 1, 0], [6, 6, 4], [2, 2, 1])),
  ),
  padding: both((x, y) =>
    tf.add(
      tf.pad(x, [
        [0, 0],
        [1, 1],
        [2, 0],
        [0, 0],
      ]),
      tf.pad(
        y,
        [
          [1, 1],
          [2, 0],
          [0, 0],
        ],
        3,
      ),
    ),
  ),
  'mirrored padding': both((x, y) =>
    tf.mirrorPad(
      tf.mul(x, y),
      [
        [0, 0],
        [1, 1],
        [1, 1],
        [0, 0],
      ],
      'reflect',
    ),
  ),
  'tiles and broadcasts': both((x, y) =>
    tf.mul(tf.tile(x, [1, 1, 2, 1]), tf.broadcastTo(tf.mean(y, 1, true), [6, 12, 4])),
  ),
  reversal: both((x, y) => tf.mul(tf.reverse(x, [1, 3]), y)),
  selection: forward((x, y) => tf.where(tf.greater(x, y), tf.mul(x, 2), tf.sub(y, tf.ones([2, 6, 6, 4])))),
  'gathers by constants': both((x, y) => tf.mul(tf.gather(x, [3, 0, 0], 3), tf.gather(y, [1, 1, 2], 2))),
  'gather by coordinates': forward((x) =>
    tf.gatherND(x, [
      [0, 1],
      [1, 5],
    ]),
  ),
  'embedding by one-hot': both(
    (x, y) => tf.matMul(tf.oneHot(tf.argMax(matrix(x), 1) as tf.Tensor1D, 24) as T2, y as T2),
    [24, 5],
  ),
  'sorting to the best': forward((x) => [tf.topk(x, 2).values, tf.topk(x, 2).indices]),
  'comparisons and logic': forward((x, y) => [
    tf.logicalAnd(tf.greater(x, y), tf.notEqual(x, 0)),
    tf.logicalOr(tf.less(x, y), tf.logicalNot(tf.greaterEqual(y, 0))),
    tf.equal(tf.round(x), tf.ceil(y)),
    tf.all(tf.lessEqual(x, 10), 1),
    tf.any(tf.isNaN(x)),
  ]),
  'whole numbers': forward((x) => [
    tf.argMin(x, 2),
    tf.mod(tf.cast(tf.mul(x, 10), 'int32'), tf.scalar(3, 'int32')),
    tf.floorDiv(tf.cast(tf.mul(x, 10), 'int32'), tf.scalar(4, 'int32')),
    tf.cast(tf.cast(x, 'bool'), 'int32'),
  ]),
  'sums over segments': forward((x) => tf.unsortedSegmentSum(x, tf.tensor1d([1, 0], 'int32'), 3)),
  einsum: forward((x, y) => tf.einsum('bhwc,hwd->bcd', x, y)),
  'convolution, strided': both((x, y) => tf.conv2d(x, y as T4, 2, 'same'), [3, 3, 4, 5]),
  'convolution, explicit padding': forward((x) =>
    tf.conv2d(x, tf.ones([3, 3, 4, 2]), 1, [
      [0, 0],
      [2, 1],
      [0, 2],
      [0, 0],
    ]),
  ),
  'convolution, dilated': forward((x) => tf.conv2d(x, tf.ones([2, 2, 4, 3]), 1, 'valid', 'NHWC', 2)),
  'convolution in one dimension': both(
    (x, y) => tf.conv1d(tf.reshape<tf.Rank.R3>(x, [2, 36, 4]), y as tf.Tensor3D, 2, 'same'),
    [3, 4, 2],
  ),
  'convolution, transposed': both(
    (x, y) => tf.conv2dTranspose(x, y as T4, [2, 12, 12, 3], 2, 'same'),
    [3, 3, 3, 4],
  ),
  'convolution, depthwise': both((x, y) => tf.depthwiseConv2d(x, y as T4, 1, 'same'), [3, 3, 4, 2]),
  'convolution, separable': both(
    (x, y) => tf.separableConv2d(x, y as T4, tf.fill([1, 1, 8, 3], 0.1), 1, 'same'),
    [3, 3, 4, 2],
  ),
  'convolution in three dimensions': both(
    (x, y) => tf.conv3d(tf.reshape<tf.Rank.R5>(x, [2, 3, 6, 2, 4]), y as tf.Tensor5D, 1, 'same'),
    [2, 3, 2, 4, 2],
  ),
  'fused convolution': forward((x) =>
    tf.fused.conv2d({
      x,
      filter: tf.ones([3, 3, 4, 2]) as T4,
      strides: 1,
      pad: 'same',
      bias: tf.tensor1d([1, -1]),
      activation: 'relu',
    }),
  ),
  'average and max pooling': both((x, y) =>
    tf.add(tf.avgPool(tf.mul(x, y) as T4, 2, 2, 'valid'), tf.maxPool(tf.mul(x, y) as T4, 3, 2, 'same')),
  ),
  'pooling in three dimensions': both((x, y) =>
    tf.add(
      tf.avgPool3d(tf.reshape<tf.Rank.R5>(tf.mul(x, y), [2, 6, 6, 4, 1]), 2, 2, 'valid'),
      tf.maxPool3d(tf.reshape<tf.Rank.R5>(x, [2, 6, 6, 4, 1]), 2, 2, 'valid'),
    ),
  ),
  'space to batch and depth to space': forward((x, y) =>
    tf.add(
      tf.depthToSpace(x, 2),
      tf.batchToSpaceND(
        tf.spaceToBatchND(
          tf
            .expandDims(
              tf.pad(y, [
                [3, 3],
                [3, 3],
                [0, 0],
              ]),
              0,
            )
            .slice([0, 0, 0, 0], [1, 12, 12, 1]),
          [2, 2],
          [
            [0, 0],
            [0, 0],
          ],
        ),
        [2, 2],
        [
          [0, 0],
          [0, 0],
        ],
      ),
    ),
  ),
  resizing: both((x, y) => tf.image.resizeBilinear(tf.mul(x, y) as T4, [9, 9])),
  'resizing to the nearest': both((x, y) => tf.image.resizeNearestNeighbor(tf.mul(x, y) as T4, [12, 12])),
  'band parts and diagonals': forward((x) => [
    tf.linalg.bandPart(x, 1, 1),
    tf.diag(tf.slice(x.flatten(), 0, 4)),
  ]),
  'losses of the library': both((x, y) =>
    tf.losses
      .sigmoidCrossEntropy(tf.sigmoid(x), tf.mul(x, y))
      .add(tf.losses.huberLoss(tf.tanh(x), tf.mul(x, y))),
  ),
};

/** A function whose outputs are the operation's results and, if it is differentiable, the gradients of their weighted sum. */
function functionOf({ op, differentiable }: OpCase): FunctionDefinition['body'] {
  const results = (x: tf.Tensor, y: tf.Tensor): tf.Tensor[] => [op(x as T4, y)].flat();
  return (variables, { x }) => {
    const y = variables.y!;
    const outputs = Object.fromEntries(results(x!, y).map((tensor, i) => [`result${i}`, tensor]));
    if (differentiable === false) return { outputs };
    // A weighted sum, since for example the plain sum of a softmax is constant.
    const loss = (a: tf.Tensor, b: tf.Tensor) => {
      const result = results(a, b)[0]!;
      const weights = tf.reshape(tf.cos(tf.range(0, result.size)), result.shape);
      return tf.sum(tf.mul(result, weights)) as tf.Scalar;
    };
    const [byX, byY] = tf.grads(loss)([x!, y]);
    return { outputs: { ...outputs, byX: byX!, byY: byY! } };
  };
}

function run(name: string, compiled: boolean): HostArrays {
  const opCase = CASES[name]!;
  const shape = opCase.shape ?? [6, 6, 4];
  const size = shape.reduce((a, b) => a * b, 1);
  const made = compile(
    {
      variables: { y: { shape, values: normals(`y of ${name}`, size) } },
      tables: {},
      functions: { f: { rows: 0, gather: {}, feeds: { x: [2, 6, 6, 4] }, body: functionOf(opCase) } },
    },
    { compile: compiled },
  );
  try {
    return made.run('f', { feeds: { x: normals(`x of ${name}`, 2 * 6 * 6 * 4) } });
  } finally {
    made.dispose();
  }
}

describe('a compiled operation', () => {
  for (const name of Object.keys(CASES)) {
    itNative(`${name} has the eager results and gradients`, () => {
      const before = tf.memory().numTensors;
      const expected = run(name, false);
      const found = run(name, true);
      assert.deepEqual(Object.keys(found), Object.keys(expected));
      for (const [output, values] of Object.entries(expected)) {
        assert.ok(values.every(Number.isFinite), `${output} is finite`);
        assertClose(found[output]!, values, 1e-5, output);
      }
      assert.equal(tf.memory().numTensors, before, 'no tensor is left');
    });
  }
});
