import { PARTS, type Part } from '../../src/analysis/index.js';
import { random } from '../../src/base/random.js';
import { type Evaluation, packBits, type RunRecord, type RunSpec, runKey } from '../../src/training/index.js';
import { madeRecord } from './records.js';

/** Chance in large amounts: a table of normal numbers, drawn from by a small generator. */
export interface Chance {
  normal(): number;
}

const TABLE = 2 ** 16;

export function chance(seed: number): Chance {
  const rng = random(seed, 'simulation');
  const table = Float64Array.from({ length: TABLE }, () => rng.normal());
  let state = rng.integer(1, 2 ** 31 - 1);
  return {
    normal() {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return table[(state >>> 0) >>> 16]!;
    },
  };
}

/** How runs come about: all expected accuracies are known, and everything else is chance. */
export interface Simulated {
  readonly specs: readonly RunSpec[];
  readonly counts: (spec: RunSpec) => Readonly<Record<Part, number>>;
  /** Expected over seeds and images, 0 to 1. */
  readonly accuracy: (spec: RunSpec, part: Part) => number;
  /** Standard deviation of a run's accuracy between seeds, apart from what the images add. */
  readonly deviation: number;
}

/** Share of an answer that every network finds equally hard, and of what only this network does; the rest is the run's. */
const [COMMON, OWN] = [0.52, 0.15];

const templates = new Map<string, RunRecord>();

/**
 * One study: images are drawn, then seeds. Answers of two networks to an image correlate by about 0.35, those of two seeds
 * by about 0.45. What varies between seeds varies alike in train, validation and test.
 */
export function simulatedRecords(
  { specs, counts, accuracy, deviation }: Simulated,
  { normal }: Chance,
): RunRecord[] {
  const effects = new Map<string, Float64Array>();
  const effectOf = (name: string, count: number) => {
    const found = effects.get(name) ?? Float64Array.from({ length: count }, normal);
    effects.set(name, found);
    return found;
  };
  return specs.map((spec) => {
    const key = runKey(spec);
    const condition = runKey({ ...spec, seed: 0 });
    const luck = normal();
    const evaluated = PARTS.map((part) => {
      const count = counts(spec)[part];
      const subset = part === 'train' && spec.split.train !== null ? `${spec.split.train} ${spec.seed}` : '';
      const images = `${spec.dataset} ${part} ${subset} ${count}`;
      const p = accuracy(spec, part);
      const density = Math.exp(-(quantile(p) ** 2) / 2) / Math.sqrt(2 * Math.PI);
      const level = quantile(p) + (deviation / density) * luck;
      const [common, own] = [effectOf(images, count), effectOf(`${images} ${condition}`, count)];
      return [part, answered(level, common, own, normal)] as const;
    });
    const template = templates.get(key) ?? madeRecord({ spec, counts: { train: 1, validation: 1, test: 1 } });
    templates.set(key, template);
    const parts = Object.fromEntries(evaluated) as Record<Part, Evaluation>;
    const test = { ...template.results!.test, ...parts.test };
    return { ...template, results: { ...template.results!, ...parts, test } };
  });
}

function answered(level: number, common: Float64Array, own: Float64Array, normal: () => number): Evaluation {
  const count = common.length;
  const answers = new Array<boolean>(count);
  const [a, b, c] = [Math.sqrt(COMMON), Math.sqrt(OWN), Math.sqrt(1 - COMMON - OWN)];
  let right = 0;
  for (let i = 0; i < count; i++) {
    answers[i] = level + a * common[i]! + b * own[i]! + c * normal() > 0;
    right += Number(answers[i]);
  }
  return { count, loss: 1, accuracy: right / count, correct: packBits(answers) };
}

/** Of the standard normal distribution, by bisection. */
function quantile(p: number): number {
  let [low, high] = [-6, 6];
  while (high - low > 1e-9) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Abramowitz & Stegun (1964), 26.2.17: error below 7.5e-8. */
function normalCdf(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const series =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp(-(x ** 2) / 2) / Math.sqrt(2 * Math.PI)) * series;
  return x < 0 ? tail : 1 - tail;
}
