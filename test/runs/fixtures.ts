import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Dataset, shapesDataset } from '../../src/data/index.js';
import { initialWeights, weightShapes } from '../../src/models/index.js';
import type { PlannedRun } from '../../src/runs/schedule.js';
import {
  packBits,
  type RunRecord,
  type RunSpec,
  runKey,
  TRAINING_SEMANTICS,
  type TrainedRun,
} from '../../src/training/index.js';
import { historyOf, tinySpec } from '../training/fixtures.js';

/** What a worker loads as its shapes. */
export const shapes: Dataset = shapesDataset({ train: 10_000, test: 2_000, seed: 0 });

/** A run that trains in a moment, and that nothing but its number of epochs ends. */
export const tinyRun = (seed: number, maxEpochs = 2): RunSpec =>
  tinySpec(shapes, { seed, maxEpochs, patience: maxEpochs });

/** In the order given. */
export const planned = (...specs: RunSpec[]): PlannedRun[] =>
  specs.map((spec) => ({ spec, coreSeconds: spec.maxEpochs }));

/** A finished run that was never trained. */
export function finishedRun(spec: RunSpec): TrainedRun {
  const score = {
    count: 10,
    loss: 1.5,
    accuracy: 0.25,
    correct: packBits(Array.from({ length: 10 }, (_, i) => i < 3)),
  };
  const shapes = weightShapes(spec.model);
  const values = initialWeights(spec.model, spec.seed);
  const record: RunRecord = {
    version: 2,
    semantics: TRAINING_SEMANTICS,
    key: runKey(spec),
    spec,
    status: 'complete',
    parameters: 300,
    history: historyOf([2, 1.25]),
    results: {
      keptEpoch: 2,
      peakValidationAccuracy: 0.5,
      train: score,
      validation: score,
      test: {
        ...score,
        confusion: [
          [1, 2],
          [3, 4],
        ],
      },
    },
    provenance: {
      engine: 'wasm',
      device: 'cpu',
      compiled: false,
      versions: { node: '20.0.0' },
      cpu: 'some',
      cores: 2,
      threads: 2,
      threadsPerOperation: 2,
      shards: 1,
      commit: null,
      datasetOfficial: false,
      startedAt: '2026-01-01T00:00:00.000Z',
      finishedAt: '2026-01-01T00:01:00.000Z',
      seconds: 60,
      imagesPerSecond: 1000,
      peakMemoryBytes: 1e8,
      resumed: 0,
    },
  };
  return { record, weights: Object.fromEntries(shapes.map(({ name }, i) => [name, values[i]!])) };
}

/** Child processes of this one, or of another: Linux only. */
export function children(parent: number | 'self' = 'self'): number[] {
  return readdirSync(`/proc/${parent}/task`).flatMap((thread) =>
    readFileSync(`/proc/${parent}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
}

/** Whether the process is gone. One that its parent has not waited for yet counts as gone. */
export function isGone(pid: number): boolean {
  try {
    return /^State:\s*[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return true;
  }
}

/** Waits until something is so; the test's own timeout ends what never comes. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(20);
}

/** A script in a process of its own. `ended` resolves with its exit code when its output is complete. */
export interface Script {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
}

/**
 * Runs the body of an async function in a process of its own.
 *
 * @param given values for the names that the body uses, as JSON; besides them it has `runs(file)` and `fixtures`
 */
export function script(body: string, given: Readonly<Record<string, unknown>>): Script {
  const names = Object.entries(given).map(([name, value]) => `const ${name} = ${JSON.stringify(value)};`);
  const here = JSON.stringify(__dirname);
  const code = `
    const runs = (file) => require(require('node:path').join(${here}, '../../src/runs', file));
    const { startEngine } = require(require('node:path').join(${here}, '../../src/engine/index.js'));
    const { shapesDataset } = require(require('node:path').join(${here}, '../../src/data/index.js'));
    ${names.join('\n')}
    (async () => { ${body} })().catch((error) => { console.log('error: ' + error.message); process.exitCode = 1; });`;
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, output: () => output, ended };
}
