import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Batcher } from '../../src/serve/batcher.js';

/** Answers each image of two values with their sum; remembers the sizes of batches. */
function adder(capacity?: number) {
  const sizes: number[] = [];
  const run = async (images: Float32Array) => {
    sizes.push(images.length / 2);
    await new Promise(setImmediate);
    return Float32Array.from({ length: images.length / 2 }, (_, i) => images[2 * i]! + images[2 * i + 1]!);
  };
  const batcher = new Batcher(run, { values: 2, outputs: 1, batch: 8, ...(capacity && { capacity }) });
  return { sizes, batcher };
}

const pairs = (from: number, count: number) =>
  Float32Array.from({ length: 2 * count }, (_, i) => from + Math.floor(i / 2));

describe('the batcher', () => {
  it('answers requests that arrive together in one batch, each with its own answers', async () => {
    const { sizes, batcher } = adder();
    const answers = await Promise.all([1, 5, 9].map((from) => batcher.predict(pairs(from, 2))));
    assert.deepEqual(
      answers.map((values) => [...values]),
      [
        [2, 4],
        [10, 12],
        [18, 20],
      ],
    );
    assert.deepEqual(sizes, [6]);
  });

  it('lets a short request pass between the parts of a long one', async () => {
    const { sizes, batcher } = adder();
    const done: string[] = [];
    const long = batcher.predict(pairs(0, 30));
    void long.then(() => done.push('long'));
    const short = batcher.predict(pairs(100, 1));
    void short.then(() => done.push('short'));
    assert.deepEqual([...(await short)], [200]);
    assert.deepEqual(
      [...(await long)],
      Array.from({ length: 30 }, (_, i) => 2 * i),
    );
    assert.deepEqual(done, ['short', 'long']);
    assert.deepEqual(sizes, [8, 8, 8, 7]);
    assert.equal(batcher.queued, 0);
  });

  it('refuses with 503 what does not fit in the queue, and takes more once it is shorter', async () => {
    const { batcher } = adder(10);
    const first = batcher.predict(pairs(0, 10));
    await assert.rejects(batcher.predict(pairs(0, 1)), { statusCode: 503 });
    await first;
    assert.deepEqual([...(await batcher.predict(pairs(3, 1)))], [6]);
  });

  it('fails the requests of a batch that fails, and goes on', async () => {
    let fails = true;
    const run = async (images: Float32Array) => {
      if (fails) throw new Error('no answer');
      return images;
    };
    const batcher = new Batcher(run, { values: 1, outputs: 1, batch: 4 });
    await assert.rejects(batcher.predict(new Float32Array(6)), /no answer/);
    fails = false;
    assert.equal(batcher.queued, 0);
    assert.deepEqual([...(await batcher.predict(Float32Array.of(7)))], [7]);
  });

  it('answers what waits when it is closed, and takes no more', async () => {
    const { sizes, batcher } = adder();
    await batcher.close();
    await assert.rejects(batcher.predict(pairs(0, 1)), { statusCode: 404 });
    const other = adder();
    const answers = [other.batcher.predict(pairs(0, 30)), other.batcher.predict(pairs(7, 1))];
    await other.batcher.close();
    assert.equal(other.batcher.queued, 0);
    assert.equal((await answers[0]!).length, 30);
    assert.deepEqual([...(await answers[1]!)], [14]);
    assert.deepEqual([sizes, other.sizes], [[], [8, 8, 8, 7]]);
  });
});
