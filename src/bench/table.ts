import { CONTENDER_NAMES, CONTENDER_TITLES } from './contender.js';
import {
  type BenchmarkResult,
  kerasPeakMemory,
  type Machine,
  type ModelResult,
  type Summary,
} from './result.js';

/** The result as text: its circumstances, speeds, and costs. */
export function describeBenchmark({ machine, models }: BenchmarkResult): string {
  return [describeMachine(machine), speeds(machine, models), costs(models), NOTES].join('\n');
}

const NOTES = `x Keras: our speed relative to the faster Keras; x float32: bfloat16 relative to float32; both are medians of the ratios
within each round. matmul peak: fraction that a step's multiplications reach (3 x forward, less the first layer's input
gradient). memory: peak resident memory of each contender's own process, arrays included; Keras: the lower of its two.
`;

function describeMachine(machine: Machine): string {
  const { versions, engine } = machine;
  const library = engine === 'native' ? `TensorFlow ${versions.tensorflow}` : `WebAssembly ${versions.wasm}`;
  const keras = machine.withoutKeras
    ? `Keras: none (${machine.withoutKeras})`
    : `Keras ${versions.keras} on TensorFlow ${versions.kerasTensorflow}, Python ${versions.python}`;
  const date = `${machine.date.slice(0, 16).replace('T', ' ')} UTC`;
  const memory = `${(machine.memoryBytes / 1e9).toFixed(0)} GB`;
  const peak = `${(machine.matmulPeak / 1e9).toFixed(0)} GFLOP/s`;
  return [
    `${date}, ${machine.cpu}, ${machine.cores} cores, ${memory}, ${machine.platform}`,
    `${engine} engine on the ${machine.device}, ${library}, TensorFlow.js ${versions.tfjs}, Node ${versions.node}; steps ${machine.compiled ? 'compiled' : 'eager'}`,
    keras,
    `batches of ${machine.batchSize}, ${machine.images} images; ${machine.repetitions} interleaved repetitions; matmul peak ${peak}, float32`,
    '',
  ].join('\n');
}

function speeds(machine: Machine, models: readonly ModelResult[]): string {
  const bf16 = models.some(({ contenders }) => contenders.bf16);
  const names = CONTENDER_NAMES.filter((name) => name !== 'bf16' || bf16);
  const head = [
    'images/s',
    ...names.map((name) => CONTENDER_TITLES[name]),
    ...(bf16 ? ['x float32'] : []),
    'x Keras',
  ];
  const rows = models.map(({ model, contenders, bf16Ratio, kerasRatio }) => [
    model,
    ...names.map((name) => withRange(contenders[name]?.imagesPerSecond, count)),
    ...(bf16 ? [withRange(bf16Ratio, ratio)] : []),
    withRange(kerasRatio, ratio),
  ]);
  return `Median (lowest-highest) of ${machine.repetitions} repetitions\n${table([head, ...rows])}`;
}

function costs(models: readonly ModelResult[]): string {
  const head = ['', 'matmul peak', 'memory', 'tfjs fit', 'Keras', 'ms/step', 'input', 'run', 'read-back'];
  const rows = models.map((result) => {
    const { ours, fit } = result.contenders;
    const { input, run, readBack } = result.phases;
    return [
      result.model,
      `${(100 * result.peakShare).toFixed(1)} %`,
      ...[ours.peakMemoryBytes, fit.peakMemoryBytes, kerasPeakMemory(result)].map(megabytes),
      ...[input + run + (readBack ?? 0), input, run, readBack].map(milliseconds),
    ];
  });
  return table([head, ...rows]);
}

/** Pads columns to their widest cell: the first is left-aligned, the others right-aligned. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ');
  return `${rows.map((row) => `${line(row).trimEnd()}\n`).join('')}`;
}

/** "9,209 (8,800-9,500)"; a dash if there is no summary. */
function withRange(summary: Summary | null | undefined, format: (value: number) => string): string {
  if (!summary) return '-';
  return `${format(summary.median)} (${format(summary.min)}-${format(summary.max)})`;
}

const ratio = (value: number): string => value.toFixed(2);
/** "11,400"; three significant digits below a hundred. */
const count = (value: number): string =>
  value < 100 ? value.toPrecision(3) : Math.round(value).toLocaleString('en-US');
export const megabytes = (bytes: number | null): string =>
  bytes === null ? '-' : `${count(bytes / 1e6)} MB`;
const milliseconds = (value: number | null): string =>
  value === null ? '-' : value.toFixed(value < 1 ? 3 : 2);
