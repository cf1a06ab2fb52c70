import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { InterruptedError } from '../../../src/base/errors.js';
import type { Progress } from '../../../src/base/progress.js';
import { shapesDataset, shiftImages } from '../../../src/data/index.js';
import { tf } from '../../../src/engine/index.js';
import { countParameters, modelWithWeights, weightShapes } from '../../../src/models/index.js';
import { RunStore } from '../../../src/runs/index.js';
import { cutOut, shiftBoxes } from '../../../src/training/augmentation.js';
import {
  bestEpoch,
  formatRunRecord,
  learningRate,
  parseRunRecord,
  type RunSpec,
  readCheckpoint,
  runKey,
  runTables,
  train,
} from '../../../src/training/index.js';
import { refusal } from '../../support/refusal.js';
import { reproducible, smallSet, temporaryFolder, tinySpec } from '../fixtures.js';

const dataset = smallSet();
const plain = tinySpec(dataset);
/** Train and validation loss of each epoch of a tiny run. */
const LOSSES = [2.311313, 2.306897, 2.301097, 2.304849, 2.299489, 2.305164];

/** What every training run does, on the engine that `start` starts. */
export function testTraining(start: (t: TestContext) => Promise<boolean>): void {
  const test = (name: string, body: (t: TestContext) => Promise<void>) =>
    it(name, async (t) => {
      if (!(await start(t))) return;
      const before = tf.memory().numTensors;
      await body(t);
      assert.equal(tf.memory().numTensors, before, 'no tensor is left');
    });

  test('a spec names one result: the same again, bit by bit, and another seed gives another', async () => {
    const [first, second, other] = [
      await train(plain, dataset),
      await train(plain, dataset),
      await train({ ...plain, seed: 1 }, dataset),
    ];
    assert.deepEqual(reproducible(second.record), reproducible(first.record));
    assert.deepEqual(second.weights, first.weights);
    assert.notDeepEqual(other.weights, first.weights);
  });

  test('a record tells what happened', async () => {
    const epochs: number[] = [];
    const { record } = await train(plain, dataset, { onEpoch: ({ epoch }) => epochs.push(epoch) });
    const { history, results, provenance } = record;
    assert.deepEqual(epochs, [1, 2, 3, 4]);
    assert.deepEqual([record.version, record.status, record.key], [2, 'complete', runKey(plain)]);
    assert.deepEqual(record.spec, plain);
    assert.equal(record.parameters, countParameters(plain.model));
    for (const [i, epoch] of history.entries()) {
      assert.equal(epoch.epoch, i + 1);
      assert.equal(epoch.learningRate, learningRate(plain, history.slice(0, i)));
      assert.ok(epoch.trainSeconds > 0 && epoch.seconds >= epoch.trainSeconds);
      // Five batches of 16.
      assert.ok(Number.isInteger(Math.round(epoch.trainAccuracy * 80 * 1e6) / 1e6), 'accuracy counts images');
    }
    assert.equal(results!.keptEpoch, bestEpoch(history)!.epoch);
    assert.equal(results!.peakValidationAccuracy, Math.max(...history.map((e) => e.validationAccuracy!)));
    assert.deepEqual([results!.train.count, results!.validation.count, results!.test.count], [80, 30, 20]);
    assert.equal(results!.validation.loss, history[results!.keptEpoch - 1]!.validationLoss);
    assert.equal(
      results!.test.confusion.flat().reduce((a, b) => a + b, 0),
      20,
    );
    const right = results!.test.confusion.reduce((sum, row, label) => sum + row[label]!, 0);
    assert.equal(results!.test.accuracy, right / 20);
    assert.ok(provenance.seconds >= history.reduce((sum, e) => sum + e.seconds, 0) * 0.999);
    assert.ok(provenance.imagesPerSecond > 0 && provenance.peakMemoryBytes > 1e7);
    assert.equal(provenance.resumed, 0);
    assert.ok(provenance.startedAt <= provenance.finishedAt);
  });

  test('its results are those of its weights, as tfjs’s own layers compute them', async () => {
    const { record, weights } = await train(plain, dataset);
    const { tables, rows } = runTables(dataset, plain);
    const model = modelWithWeights(
      plain.model,
      weightShapes(plain.model).map(({ name }) => weights[name]!),
    );
    for (const part of ['train', 'validation', 'test'] as const) {
      const labels = [...rows[part]].map((row) => tables.labels[row]!);
      const pixels = Float32Array.from(
        [...rows[part]].flatMap((row) => [...tables.images.subarray(row * 3072, (row + 1) * 3072)]),
      );
      const [loss, accuracy] = tf.tidy(() => {
        const images = tf.tensor4d(pixels, [labels.length, 32, 32, 3]).div(255);
        const logits = model.predict(images) as tf.Tensor2D;
        const oneHot = tf.oneHot(tf.tensor1d(labels, 'int32'), 10);
        const right = tf.equal(tf.argMax(logits, 1), tf.tensor1d(labels, 'int32'));
        return [tf.losses.softmaxCrossEntropy(oneHot, logits).dataSync()[0]!, tf.mean(right).dataSync()[0]!];
      });
      const found = record.results![part];
      assert.ok(Math.abs(found.loss - loss) < 1e-4, `${part}: loss ${found.loss}, layers give ${loss}`);
      assert.ok(Math.abs(found.accuracy - accuracy) < 1e-6, `${part}: accuracy`);
    }
    model.dispose();
  });

  test('training computes what it computed: raise TRAINING_SEMANTICS where this fails on purpose', async () => {
    const schedule = { kind: 'oneCycle', warmup: 0.25, initial: 0.1 } as const;
    const transform = { kind: 'permutePixels', blockSize: 8 } as const;
    const optimizer = { ...plain.optimizer, schedule };
    const spec = {
      ...plain,
      seed: 3,
      optimizer,
      transform,
      labelSmoothing: 0.1,
      maxEpochs: 3,
      patience: null,
    };
    const { record } = await train(spec, dataset);
    const losses = record.history.map(({ trainLoss, validationLoss }) => [trainLoss, validationLoss]);
    // Of semantics 2. Processors and engines differ by about 1e-6.
    for (const [i, found] of losses.flat().entries())
      assert.ok(Math.abs(found! - LOSSES[i]!) < 2e-5, `${losses.flat()}`);
  });

  test('of a run of fixed length, epochs that are not validated differ in nothing else', async () => {
    const optimizer = { ...plain.optimizer, schedule: { kind: 'constant' } } as const;
    const spec: RunSpec = { ...plain, optimizer, maxEpochs: 12, patience: null };
    const { record } = await train(spec, dataset);
    const whole = await train({ ...spec, patience: 50 }, dataset);
    const validated = (epoch: number) => epoch % 2 === 0;
    assert.deepEqual(
      record.history.map(({ validationLoss, validationAccuracy }) => [validationLoss, validationAccuracy]),
      whole.record.history.map(({ epoch, validationLoss, validationAccuracy }) =>
        validated(epoch) ? [validationLoss, validationAccuracy] : [null, null],
      ),
    );
    assert.deepEqual(
      record.history.map(({ trainLoss }) => trainLoss),
      whole.record.history.map(({ trainLoss }) => trainLoss),
    );
    assert.deepEqual(parseRunRecord(formatRunRecord(record), 'here'), record);
  });

  test('an augmented run sees each training image moved by whole pixels, black coming in, and another way each epoch', async () => {
    const spec: RunSpec = { ...plain, batchSize: 8, augmentation: { kind: 'shift', pixels: 3 } };
    const nextBoxes = shiftBoxes(spec, 3, 1);
    const images = dataset.train.images.subarray(0, 8 * 3072);
    const boxes = nextBoxes();
    const found = tf.tidy(() =>
      cutOut(tf.tensor4d(Float32Array.from(images), [8, 32, 32, 3]), tf.tensor2d(boxes, [8, 4])).dataSync(),
    );
    const moves = Array.from({ length: 8 }, (_, i) => [
      Math.round(-31 * boxes[4 * i + 1]!),
      Math.round(-31 * boxes[4 * i]!),
    ]);
    for (const [i, [dx, dy]] of moves.entries()) {
      assert.ok(Math.abs(dx!) <= 3 && Math.abs(dy!) <= 3);
      const expected = shiftImages(images.subarray(i * 3072, (i + 1) * 3072), dx!, dy!, 'zero');
      assert.deepEqual(found.subarray(i * 3072, (i + 1) * 3072), Float32Array.from(expected), `${dx}, ${dy}`);
    }
    assert.ok(new Set(moves.map(String)).size > 4);
    assert.notDeepEqual(nextBoxes(), boxes);
    assert.notDeepEqual(shiftBoxes(spec, 3, 2)(), boxes);
    const [augmented, usual] = [
      await train(spec, dataset),
      await train({ ...spec, augmentation: { kind: 'none' } }, dataset),
    ];
    assert.notEqual(augmented.record.history[0]!.trainLoss, usual.record.history[0]!.trainLoss);
    const eager = await train(spec, dataset, { compile: false });
    const [first, other] = [augmented, eager].map(({ record }) => record.history[0]!.trainLoss);
    assert.ok(Math.abs(first! - other!) < 1e-4, 'compiled and eager move the images alike');
  });

  test('a smoothed target is one-hot with its share spread evenly over all classes', async () => {
    const model = { ...plain.model, layers: plain.model.layers.filter(({ kind }) => kind !== 'dropout') };
    const optimizer = { ...plain.optimizer, learningRate: 1e-12 };
    const spec = { ...plain, model, optimizer, batchSize: 80, maxEpochs: 1, labelSmoothing: 0.2 };
    const { record, weights } = await train(spec, dataset);
    const { tables, rows } = runTables(dataset, spec);
    const values = weightShapes(model).map(({ name }) => weights[name]!);
    const layers = modelWithWeights(model, values);
    const images = Float32Array.from(
      [...rows.train].flatMap((row) => [...tables.images.subarray(row * 3072, (row + 1) * 3072)]),
    );
    const expected = tf.tidy(() => {
      const logits = layers.predict(tf.tensor4d(images, [80, 32, 32, 3]).div(255)) as tf.Tensor2D;
      const labels = tf.tensor1d(
        [...rows.train].map((row) => tables.labels[row]!),
        'int32',
      );
      const target = tf
        .oneHot(labels, 10)
        .mul(0.8)
        .add(0.2 / 10);
      return tf.neg(tf.mean(tf.sum(tf.mul(target, tf.logSoftmax(logits)), 1))).dataSync()[0]!;
    });
    layers.dispose();
    assert.ok(
      Math.abs(record.history[0]!.trainLoss - expected) < 1e-4,
      `${record.history[0]!.trainLoss}, ${expected}`,
    );
  });

  test('stops when patience is out, and keeps the weights of the best epoch', async () => {
    // At this rate the validation loss rises soon.
    const optimizer = { ...plain.optimizer, learningRate: 0.3, schedule: { kind: 'constant' as const } };
    const spec: RunSpec = { ...plain, optimizer, maxEpochs: 30, patience: 2 };
    const { record } = await train(spec, dataset);
    const best = bestEpoch(record.history)!.epoch;
    assert.ok(record.history.length < 30, 'it stopped early');
    assert.equal(record.history.length, best + 2);
    assert.equal(record.results!.keptEpoch, best);
  });

  test('resumes after an interruption, wherever it came, to the same weights and history', async (t) => {
    const path = join(temporaryFolder(t), 'run.checkpoint');
    const whole = await train(plain, dataset);
    for (const after of [1, 2, 3, 4]) {
      const controller = new AbortController();
      const options = {
        checkpointPath: path,
        signal: controller.signal,
        onEpoch: ({ epoch }: { epoch: number }) => epoch === after && controller.abort(),
      };
      const before = tf.memory().numTensors;
      await assert.rejects(train(plain, dataset, options), (error) => {
        assert.ok(error instanceof InterruptedError);
        assert.equal(error.exitCode, 130);
        return refusal({ found: `a checkpoint of epoch ${after}`, where: 'tiny, seed 0' })(error);
      });
      assert.equal(tf.memory().numTensors, before, 'no tensor is left by an interrupted run');
      assert.equal((await readCheckpoint(path, runKey(plain)))!.history.length, after);
    }
    const resumed = await train(plain, dataset, { checkpointPath: path });
    assert.deepEqual(reproducible(resumed.record), reproducible(whole.record));
    assert.deepEqual(resumed.weights, whole.weights);
    assert.equal(resumed.record.provenance.resumed, 4);
    assert.ok(existsSync(path), 'the checkpoint stays until the record is safe');
    // All epochs are there: evaluated once more, none trained.
    const again = await train(plain, dataset, {
      checkpointPath: path,
      onEpoch: () => assert.fail('trained'),
    });
    assert.deepEqual(again.weights, whole.weights);
  });

  test('stops before the first batch where it was asked to before it began', async (t) => {
    const path = join(temporaryFolder(t), 'run.checkpoint');
    const options = {
      signal: AbortSignal.abort(),
      checkpointPath: path,
      onEpoch: () => assert.fail('trained'),
    };
    await assert.rejects(
      train(plain, dataset, options),
      refusal({ found: 'no checkpoint', remedy: 'starts over' }),
    );
    assert.ok(!existsSync(path));
  });

  test('starts over where the checkpoint is of another run or broken', async (t) => {
    const path = join(temporaryFolder(t), 'run.checkpoint');
    const whole = await train(plain, dataset);
    await train({ ...plain, seed: 7 }, dataset, { checkpointPath: path });
    const bytes = readFileSync(path);
    for (const content of [bytes, bytes.subarray(0, 1000), Buffer.from('nonsense')]) {
      writeFileSync(path, content);
      const { record, weights } = await train(plain, dataset, { checkpointPath: path });
      assert.deepEqual(weights, whole.weights);
      assert.equal(record.provenance.resumed, 0);
    }
  });

  test('records a run whose loss stops being a number, without weights, so that it can be read back', async (t) => {
    const spec = { ...plain, optimizer: { ...plain.optimizer, learningRate: 1e30 } };
    const path = join(temporaryFolder(t), 'run.checkpoint');
    const { record, weights } = await train(spec, dataset, { checkpointPath: path });
    assert.equal(record.status, 'diverged');
    assert.equal(record.results, undefined);
    assert.deepEqual(weights, {});
    assert.ok(record.history.length >= 1 && record.history.length < 4);
    assert.ok(!Number.isFinite(record.history.at(-1)!.trainLoss));
    assert.ok(Number.isFinite(record.provenance.imagesPerSecond));

    const store = new RunStore(temporaryFolder(t));
    await store.put({ record, weights });
    const read = (await store.get(record.key))!;
    assert.deepEqual([read.status, read.results, read.spec], ['diverged', undefined, spec]);
    assert.equal(read.history.length, record.history.length);
    assert.ok(Number.isNaN(read.history.at(-1)!.trainLoss));
    assert.equal(await store.weights(read), undefined);
  });

  test('refuses a dataset the run was not made for, and more images a batch than there are', async () => {
    const other = shapesDataset({ train: 120, test: 40, seed: 1 });
    await assert.rejects(
      train(plain, other),
      refusal({ what: 'another dataset', found: other.fingerprint, expected: plain.dataset }),
    );
    const large = { ...plain, batchSize: 81 };
    await assert.rejects(
      train(large, dataset),
      refusal({ what: 'fewer training images than a batch', found: '80', expected: '81' }),
    );
  });

  test('lets others have the thread, and reports how far it is', async () => {
    const told: Progress[] = [];
    let turns = 0;
    const count = () => {
      turns++;
      ticking = setImmediate(count);
    };
    let ticking = setImmediate(count);
    // Epochs of one batch, shorter than the time between turns: they must add up.
    const spec: RunSpec = { ...plain, batchSize: 80, maxEpochs: 40, patience: 40 };
    await train(spec, dataset, { onProgress: (progress) => told.push(progress) });
    clearImmediate(ticking);
    assert.ok(turns > 0 && told.length > 0, `${turns} turns, ${told.length} reports`);
    for (const [i, { task, fraction, detail }] of told.entries()) {
      assert.equal(task, 'tiny, seed 0');
      assert.ok(fraction > 0 && fraction < 1 && fraction >= (told[i - 1]?.fraction ?? 0));
      assert.match(
        detail!,
        /^epoch \d+\/40(, validation \d+\.\d %)?, (batch 1\/1|validating)$|^kept weights on \w+ images$/,
      );
    }
  });
}
