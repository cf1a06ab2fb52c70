import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';

const engineModule = JSON.stringify(require.resolve('../../src/engine/index.js'));

/** Code that hashes the gradients of a convolution, pooling and matrix product, so that a single different bit shows. */
const COMPUTE = `
  const { createHash } = require('node:crypto');
  const wave = (shape, step) => tf.tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(i * step)), shape);
  const x = wave([8, 16, 16, 3], 0.37), filter = wave([3, 3, 3, 16], 0.11), matrix = wave([1024, 24], 0.05);
  const loss = (x, filter, matrix) =>
    tf.maxPool(tf.conv2d(x, filter, 1, 'same'), 2, 2, 'valid').reshape([8, 1024]).matMul(matrix).square().mean();
  const bits = createHash('sha256');
  for (const tensor of tf.grads(loss)([x, filter, matrix])) bits.update(tensor.dataSync());
  const digest = bits.digest('hex');`;

/** Runs code in a new process with this many threads and parses its output as JSON. */
function onThreads(threads: number, code: string, before = '') {
  const program = `${before}; const { startEngine, tf } = require(${engineModule});
    (async () => { ${code} })().catch((error) => { console.error(error.message); process.exitCode = 9; });`;
  const ended = spawnSync(process.execPath, ['-e', program], {
    encoding: 'utf8',
    env: { ...process.env, WHYCONV_ENGINE: 'wasm', TF_NUM_INTRAOP_THREADS: String(threads) },
    timeout: 60_000,
  });
  assert.deepEqual([ended.status, ended.signal, ended.stderr], [0, null, '']);
  return JSON.parse(ended.stdout) as Record<string, unknown>;
}

const digestOn = (threads: number, before?: string) =>
  onThreads(
    threads,
    `const { threads } = await startEngine(); ${COMPUTE} console.log(JSON.stringify({ threads, digest }))`,
    before,
  );

describe('the wasm engine', () => {
  const single = digestOn(1);

  it('uses TF_NUM_INTRAOP_THREADS threads, which end with the process', () => {
    assert.equal(single.threads, 1);
    assert.equal(digestOn(3).threads, 3);
  });

  it('computes the same bits on several threads as on one', () => {
    assert.deepEqual(digestOn(2), { ...single, threads: 2 });
  });

  it('has idle threads that use no processor time', () => {
    const { busy } = onThreads(
      2,
      `await startEngine(); ${COMPUTE}
       const before = process.cpuUsage();
       await new Promise((resolve) => setTimeout(resolve, 1000));
       const { user, system } = process.cpuUsage(before);
       console.log(JSON.stringify({ busy: (user + system) / 1e6 }))`,
    );
    // A spinning thread would take a second of processor time.
    assert.ok(Number(busy) < 0.3, `${busy} s of processor time in a second of waiting`);
  });

  it('restores the globals that starting its threads overrides', () => {
    const { same } = onThreads(
      2,
      `const os = require('node:os');
       const seen = () => [os.cpus, Object.getOwnPropertyDescriptor(globalThis, 'Worker')?.value];
       const before = seen(); await startEngine();
       console.log(JSON.stringify({ same: seen().every((value, i) => value === before[i]) }))`,
    );
    assert.equal(same, true);
  });

  it('falls back to one thread if threads cannot be started or fail while starting', () => {
    const replaced = (body: string) => `const threads = require('node:worker_threads');
      const { Worker } = threads; threads.Worker = class extends Worker { constructor(file) { ${body} } }`;
    for (const failure of [
      replaced(`throw new Error('no thread for you')`),
      replaced(`super('throw new Error("broken")', { eval: true })`),
      replaced(`super('', { eval: true })`),
      // Shared memory is reserved at its maximum size, which a process limit can forbid.
      `const { Memory } = WebAssembly;
       WebAssembly.Memory = function (size) {
         if (size.shared) throw new RangeError('could not allocate memory');
         return new Memory(size);
       }`,
    ]) {
      assert.deepEqual(digestOn(2, failure), single);
    }
  });
});
