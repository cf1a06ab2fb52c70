import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { IMAGE_BYTES, loadDataset } from '../../src/data/index.js';
import { startEngine } from '../../src/engine/index.js';
import { EXPORT_FORMATS, exportNetwork } from '../../src/export/index.js';
import { infer } from '../../src/lab/index.js';
import {
  cnn,
  initialWeights,
  MODELS,
  type ModelSpec,
  withFlattenHead,
  withoutSharing,
} from '../../src/models/index.js';
import { networkOfFile, type TrainedNetwork } from '../../src/runs/index.js';
import { pythonWith, runPython } from '../support/python.js';
import { refusal } from '../support/refusal.js';

const IMAGES = 1000;
/** What the formats promise of each logit. */
const TOLERANCE = 1e-4;

let folder: string;
let images: Uint8Array;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whyconv-export-test-'));
  await startEngine();
  const path = process.env.WHYCONV_TEST_CIFAR10;
  const cacheDir = join(folder, 'data');
  const { test } = await loadDataset(
    path ? { path, cacheDir } : { synthetic: 'only', syntheticSize: { train: 10, test: IMAGES } },
  );
  images = test.images.subarray(0, IMAGES * IMAGE_BYTES);
  await writeFile(join(folder, 'images.bin'), images);
});
after(() => rm(folder, { recursive: true, force: true }));

/** As trained ones: biases that are not zero, and logits that are far apart. */
function network(model: ModelSpec): TrainedNetwork {
  const weights = initialWeights(model, 3).map((values, i) =>
    values.map((value, j) => (i % 2 === 0 ? 1.6 * value : 0.1 * Math.sin(i + j))),
  );
  return { model, weights, key: 'f'.repeat(64), source: 'made for a test' };
}

const expected = ({ model, weights }: TrainedNetwork): Promise<Float32Array> => infer(model, weights, images);

/** Runs each of several exported networks by a program in Python that computes `logits` of `x` from `path`. */
async function logitsOf(python: string, program: string, paths: readonly string[]): Promise<Float32Array[]> {
  const whole = [
    'import sys, numpy as np',
    'pixels, *paths = sys.argv[1:]',
    'x = np.fromfile(pixels, np.uint8).reshape(-1, 32, 32, 3).astype(np.float32) / np.float32(255)',
    'for path in paths:',
    ...program
      .trim()
      .split('\n')
      .map((line) => `    ${line}`),
    "    np.asarray(logits, np.float32).tofile(path + '.logits')",
  ];
  await runPython(python, whole.join('\n'), join(folder, 'images.bin'), ...paths);
  const files = await Promise.all(paths.map((path) => readFile(`${path}.logits`)));
  return files.map((bytes) => new Float32Array(Uint8Array.from(bytes).buffer));
}

function assertSame(found: Float32Array, wanted: Float32Array, what: string): void {
  assert.equal(found.length, wanted.length);
  const worst = found.reduce((most, value, i) => Math.max(most, Math.abs(value - wanted[i]!)), 0);
  assert.ok(worst <= TOLERANCE, `${what}: logits differ by ${worst}`);
  assert.ok(
    new Set(wanted.map((value) => Math.round(100 * value))).size > 100,
    `${what}: all logits are alike`,
  );
}

const ARCHITECTURES: readonly ModelSpec[] = [
  MODELS.big,
  MODELS.baseline,
  withFlattenHead(cnn('flattened', 4, 6)),
  withoutSharing(cnn('local', 4, 6)),
  {
    ...cnn('even', 4, 6),
    layers: cnn('even', 4, 6).layers.map((l) => (l.kind === 'conv2d' ? { ...l, kernelSize: 4 } : l)),
  },
];

const SAVED_MODEL = `
import tensorflow as tf
f = tf.saved_model.load(path).signatures['serving_default']
found = f(images=tf.constant(x))
assert set(found) == {'logits', 'probabilities'}, set(found)
assert np.allclose(tf.nn.softmax(found['logits']), found['probabilities'], atol=1e-6)
assert f(images=tf.constant(x[:1]))['logits'].shape == (1, 10)
logits = found['logits']
`;

const ONNX = `
import onnx, onnxruntime
onnx.checker.check_model(path, full_check=True)
session = onnxruntime.InferenceSession(path, providers=['CPUExecutionProvider'])
logits, probabilities = session.run(['logits', 'probabilities'], {'images': x})
e = np.exp(logits - logits.max(1, keepdims=True))
assert np.allclose(e / e.sum(1, keepdims=True), probabilities, atol=1e-6)
assert session.run(['logits'], {'images': x[:1]})[0].shape == (1, 10)
`;

it('a file of weights that is damaged is not to be deleted: it is the user’s own', async () => {
  const path = join(folder, 'damaged.safetensors');
  await writeFile(path, 'x');
  const told = { what: 'not a whole safetensors file', where: path, remedy: /^copy or export it again$/ };
  await assert.rejects(networkOfFile(path), refusal(told));
});

it('every format says what is in the way of its file, without writing anything', async () => {
  const inTheWay = join(folder, 'in-the-way');
  await writeFile(inTheWay, '');
  for (const format of EXPORT_FORMATS)
    await assert.rejects(
      exportNetwork(format, network(MODELS.small), inTheWay),
      refusal({ what: 'this cannot be written', where: inTheWay, found: 'a file where', remedy: 'choose' }),
      format,
    );
});

describe('exported networks give the logits of this project for a thousand images', () => {
  const check = async (t: TestContext, format: 'savedmodel' | 'onnx', modules: string[], program: string) => {
    const python = pythonWith(t, modules);
    if (!python) return;
    const networks = ARCHITECTURES.map(network);
    const paths: string[] = [];
    for (const each of networks) paths.push(await exportNetwork(format, each, join(folder, format)));
    const found = await logitsOf(python, program, paths);
    for (const [i, each] of networks.entries()) assertSame(found[i]!, await expected(each), each.model.name);
  };
  it('as SavedModels that TensorFlow loads', (t) => check(t, 'savedmodel', ['tensorflow'], SAVED_MODEL));
  it('as ONNX that its checker passes and onnxruntime runs', (t) =>
    check(t, 'onnx', ['onnx', 'onnxruntime'], ONNX));

  it('as safetensors, and from SageMaker’s archive, bit for bit', async () => {
    const exported = network(MODELS.small);
    const file = await exportNetwork('safetensors', exported, folder);
    const archive = await exportNetwork('sagemaker', exported, folder);
    const unpacked = spawnSync('tar', ['-xzvf', archive, '-C', folder], { encoding: 'utf8' });
    assert.deepEqual([unpacked.status, unpacked.stdout], [0, 'model.safetensors\n']);
    for (const path of [file, join(folder, 'model.safetensors')]) {
      const read = await networkOfFile(path);
      assert.deepEqual(read.model, exported.model);
      assert.deepEqual(read.weights, exported.weights);
      assert.equal(read.key, exported.key);
    }
  });
});

it('an export of equal networks is equal byte for byte', async () => {
  for (const format of EXPORT_FORMATS) {
    const [one, other] = [join(folder, 'one'), join(folder, 'other')];
    const paths = [await exportNetwork(format, network(MODELS.small), one)];
    paths.push(await exportNetwork(format, network(MODELS.small), other));
    const files = paths.map((path) => (format === 'savedmodel' ? join(path, 'saved_model.pb') : path));
    assert.ok((await readFile(files[0]!)).equals(await readFile(files[1]!)), format);
  }
});
