import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchmarkResult } from '../../src/bench/index.js';
import { parseBench } from '../../src/cli/bench.js';

const main = require.resolve('../../src/cli/main.js');
let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whyconv-bench-cli-'));
});
after(() => rm(folder, { recursive: true, force: true }));

/** Temporary files of the command go into a folder of their own, so that what it leaves is seen. */
const environment = () => ({ ...process.env, TMPDIR: folder });
const command = (...args: string[]) =>
  spawnSync(process.execPath, [main, 'bench', ...args], { encoding: 'utf8', env: environment() });

describe('options of bench', () => {
  it('default to the study: all models, batches of 64, five repetitions', () => {
    const { WHYCONV_ENGINE } = process.env;
    const { options, check, json } = parseBench([]);
    assert.deepEqual(options, {
      models: ['baseline', 'small', 'medium', 'big', 'extra_big'],
      batchSize: 64,
      images: 44_800,
      engine: WHYCONV_ENGINE || 'auto',
      repetitions: 5,
      steps: undefined,
      compile: true,
      bf16: false,
      python: undefined,
    });
    assert.deepEqual([check, json], [false, undefined]);
  });

  it('are taken over; images are rounded down to whole batches', () => {
    const args =
      '--models big,small --batch 10 --images 105 --engine wasm --reps 7 --steps 3 --no-compile --bf16';
    const { options, check, json } = parseBench([
      ...args.split(' '),
      ...['--python', '/some/python', '--json', 'a.json', '--check'],
    ]);
    assert.deepEqual(options, {
      models: ['small', 'big'],
      batchSize: 10,
      images: 100,
      engine: 'wasm',
      repetitions: 7,
      steps: 3,
      compile: false,
      bf16: true,
      python: '/some/python',
    });
    assert.deepEqual([check, json], [true, 'a.json']);
  });

  it('that make no sense are wrong usage', () => {
    const wrong = [
      ['--models', 'smal'],
      ['--models', ''],
      ['--reps', '0'],
      ['--steps', '1.5'],
      ['--batch', '-1'],
      ['--engine', 'gpu'],
      ['--images', '63'],
      ['--batch', '50000'],
      ['--quick'],
      ['small'],
    ];
    for (const args of wrong) {
      assert.throws(
        () => parseBench(args),
        (error: { exitCode?: number }) => error.exitCode === 2,
        args.join(' '),
      );
    }
  });
});

const TINY = [
  '--models',
  'small',
  '--reps',
  '1',
  '--steps',
  '3',
  '--images',
  '192',
  '--python',
  '/nonexistent',
];

describe('npm run bench', () => {
  it('explains itself', () => {
    const { stdout, status } = command('--help');
    assert.equal(status, 0);
    for (const word of ['--models', '--check', '--python', 'steps_per_execution', 'Examples'])
      assert.ok(stdout.includes(word), word);
  });

  it('prints and saves what it measured, says why Keras is missing, and cannot call targets reached', async () => {
    const path = join(folder, 'deep', 'bench.json');
    const { stdout, stderr, status } = command(...TINY, '--json', path, '--check');
    assert.equal(status, 1);
    assert.match(stderr, /no comparison with Keras: \/nonexistent: not found/);
    assert.match(stderr, /targets are missed[\s\S]*small: speed against Keras was not measured/);
    assert.match(stdout, /Keras: none \(\/nonexistent: not found\)/);
    assert.match(stdout, /^small +[\d,.]+ \(/m);
    const { machine, models } = JSON.parse(await readFile(path, 'utf8')) as BenchmarkResult;
    assert.equal(machine.images, 192);
    assert.equal(machine.repetitions, 1);
    assert.equal(machine.withoutKeras, '/nonexistent: not found');
    assert.ok(machine.matmulPeak > 1e8);
    assert.equal(machine.compiled, machine.engine === 'native');
    assert.equal(machine.versions.node, process.versions.node);
    const [small, ...others] = models as [BenchmarkResult['models'][number]];
    assert.deepEqual(others, []);
    const { model, contenders, kerasRatio, bf16Ratio, flopsPerImage, peakShare, phases } = small;
    assert.equal(model, 'small');
    assert.deepEqual(Object.keys(contenders).sort(), ['fit', 'ours']);
    for (const { imagesPerSecond, rounds, peakMemoryBytes } of [contenders.ours, contenders.fit]) {
      const [speed] = rounds;
      assert.ok(speed! > 0);
      assert.deepEqual(rounds, [speed]);
      assert.deepEqual(imagesPerSecond, { median: speed, min: speed, max: speed });
      assert.ok(peakMemoryBytes! > 30e6);
    }
    const { median } = contenders.ours.imagesPerSecond;
    assert.ok(Math.abs(peakShare - (median * flopsPerImage) / machine.matmulPeak) < 1e-9);
    assert.ok(phases.input > 0 && phases.run > 0);
    assert.deepEqual([kerasRatio, bf16Ratio], [null, null]);
    assert.deepEqual(readdirSync(folder), ['deep'], 'no temporary files are left');
  });

  it('refuses, before it measures, a file that cannot be written', () => {
    const { status, stderr } = command(...TINY, '--json', '/dev/null/bench.json');
    assert.equal(status, 2);
    assert.match(stderr, /cannot be saved/);
  });

  it('ends with everything it started on Ctrl-C', async (t) => {
    if (!existsSync('/proc/self/stat')) return t.skip('no /proc to find processes in');
    const args = [...TINY.slice(0, 2), '--python', 'none', '--images', '1280', '--reps', '1000'];
    const child = spawn(process.execPath, [main, 'bench', ...args], { stdio: 'pipe', env: environment() });
    t.after(() => child.kill('SIGKILL'));
    child.stdout.resume();
    child.stderr.resume();
    const ended = once(child, 'exit');
    const workers = await until(() => {
      const started = childrenOf(child.pid!);
      return started.length >= 3 ? started : undefined;
    });
    child.kill('SIGINT');
    assert.deepEqual(await ended, [130, null]);
    assert.deepEqual(
      workers.filter((pid) => existsSync(`/proc/${pid}`)),
      [],
    );
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith('whyconv-bench-')),
      [],
    );
  });
});

/** Ids of the processes that a process started. */
function childrenOf(parent: number): number[] {
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return ids.map(Number).filter((pid) => {
    try {
      // After the name in parentheses: state, id of the parent.
      const [, ppid] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
      return Number(ppid) === parent;
    } catch {
      return false; // it has ended since
    }
  });
}

/** Repeats until the answer is not undefined; a limit for a hung process only. */
async function until<T>(ask: () => T | undefined): Promise<T> {
  for (const end = Date.now() + 90_000; Date.now() < end; await sleep(50)) {
    const answer = ask();
    if (answer !== undefined) return answer;
  }
  throw new Error('gave up waiting');
}
