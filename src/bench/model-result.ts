import { WhyconvError } from '../base/errors.js';
import { MODELS, type ModelName } from '../models/index.js';
import type { ContenderName, Phases, Ready, Timing } from './contender.js';
import { trainingFlops } from './flops.js';
import type { ModelResult } from './result.js';
import { median, range } from './statistics.js';

/** What a contender said of itself and of each repetition. */
export interface Measured {
  readonly ready: Ready;
  readonly timings: readonly Timing[];
}

export type MeasuredByName = Readonly<Partial<Record<ContenderName, Measured>>> & {
  readonly ours: Measured;
  readonly fit: Measured;
};

/** All figures of a model, from what its contenders measured. */
export function modelResult(model: ModelName, measured: MeasuredByName, matmulPeak: number): ModelResult {
  const speeds = byName((name) => measured[name]?.timings.map(({ work, seconds }) => work / seconds) ?? null);
  const medians = byName((name) => (speeds[name] ? median(speeds[name]) : null));
  const { keras, kerasTuned } = medians;
  const [imagesPerSecond, fit] = [medians.ours!, medians.fit!];
  const flopsPerImage = trainingFlops(MODELS[model]);
  return {
    model,
    imagesPerSecond,
    spread: byName((name) => (speeds[name] ? range(speeds[name]) : null)),
    bf16: medians.bf16,
    fit,
    keras,
    kerasTuned,
    ratio: keras === null || kerasTuned === null ? null : imagesPerSecond / Math.max(keras, kerasTuned),
    flopsPerImage,
    peakShare: (imagesPerSecond * flopsPerImage) / matmulPeak,
    peakMemoryBytes: peakMemory(measured.ours),
    fitPeakMemoryBytes: peakMemory(measured.fit),
    kerasPeakMemoryBytes: lowest([peakMemory(measured.keras), peakMemory(measured.kerasTuned)]),
    phases: medianPhases(measured.ours.timings.map(({ phases }) => phases!)),
    samples: speeds,
  };
}

/** Refuses to compare what is not the same network, or does not train. */
export function requireComparable(model: ModelName, measured: Readonly<Record<string, Measured>>): void {
  const entries = Object.entries(measured);
  const counts = entries.map(([name, { ready }]) => `${name} ${ready.parameters}`);
  if (new Set(entries.map(([, { ready }]) => ready.parameters)).size > 1) {
    throw defect('the contenders do not train the same network', model, `parameters: ${counts.join(', ')}`);
  }
  for (const [name, { timings }] of entries) {
    if (timings.some(({ loss }) => loss === null)) {
      throw defect('a contender does not train: its loss is not a number', model, name);
    }
  }
}

const defect = (what: string, where: string, found: string) =>
  new WhyconvError({ what, where, found, remedy: 'its figures would mean nothing; please report it' });

function byName<T>(pick: (name: ContenderName) => T): Record<ContenderName, T> {
  const [ours, bf16, fit] = [pick('ours'), pick('bf16'), pick('fit')];
  return { ours, bf16, fit, keras: pick('keras'), kerasTuned: pick('kerasTuned') };
}

const peakMemory = (measured: Measured | undefined): number | null =>
  measured?.timings.at(-1)?.peakMemoryBytes ?? null;

function lowest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length > 0 ? Math.min(...known) : null;
}

function medianPhases(phases: readonly Phases[]): Phases {
  const readBacks = phases.map(({ readBack }) => readBack).filter((value) => value !== null);
  return {
    input: median(phases.map(({ input }) => input)),
    run: median(phases.map(({ run }) => run)),
    readBack: readBacks.length > 0 ? median(readBacks) : null,
  };
}
