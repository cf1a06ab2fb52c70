import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { defaultImages, trainingFlops } from '../../src/bench/index.js';
import { readArrays, writeArrays } from '../../src/bench/workload.js';
import { MODELS } from '../../src/models/index.js';

describe('trainingFlops', () => {
  it('counts three products per layer of the baseline, and two in the first', () => {
    // 2 operations * inputs * units: 3,145,728 (first), 262,144 and 5,120.
    assert.equal(trainingFlops(MODELS.baseline), 2 * 3_145_728 + 3 * (262_144 + 5_120));
  });

  it('agrees with a count by hand for the small network', () => {
    // 2 * height * width * filters * 3 * 3 * input channels.
    const first = 2 * 32 * 32 * 8 * 9 * 3;
    const convolutions = [
      2 * 32 * 32 * 8 * 9 * 8,
      2 * 16 * 16 * 16 * 9 * 8,
      2 * 16 * 16 * 16 * 9 * 16,
      2 * 8 * 8 * 32 * 9 * 16,
    ];
    const dense = [2 * 32 * 128, 2 * 128 * 10];
    const others = [...convolutions, ...dense].reduce((sum, flops) => sum + flops);
    assert.equal(trainingFlops(MODELS.small), 2 * first + 3 * others);
    assert.equal(trainingFlops(MODELS.small), 11_533_824);
  });
});

describe('defaultImages', () => {
  it("rounds the study's 45,000 images down to whole executions of 20 batches", () => {
    assert.equal(defaultImages(64), 44_800);
    assert.equal(defaultImages(32), 44_800);
    assert.equal(defaultImages(1), 45_000);
  });

  it('rounds down to whole batches if an execution is larger than the study, and to none if a batch is', () => {
    assert.equal(defaultImages(4096), 40_960);
    assert.equal(defaultImages(50_000), 0);
  });
});

describe('writeArrays', () => {
  it('writes noise over all values, the same for the same seed', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'whyconv-bench-test-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    const written = async (seed: number) => {
      await writeArrays(folder, 300, seed);
      return readArrays(folder);
    };
    const { images, labels } = await written(0);
    assert.equal(images.length, 300 * 32 * 32 * 3);
    assert.equal(labels.length, 300);
    assert.equal(new Set(images).size, 256);
    assert.deepEqual([...new Set(labels)].sort(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const mean = images.reduce((sum, value) => sum + value, 0) / images.length;
    assert.ok(Math.abs(mean - 127.5) < 1, String(mean));
    assert.deepEqual((await written(0)).images, images);
    assert.notDeepEqual((await written(1)).images, images);
  });
});
