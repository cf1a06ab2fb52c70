import { TITLES } from './launch.js';
import type { BenchmarkResult, Machine, ModelResult } from './result.js';
import type { Range } from './statistics.js';

/** The results as text: where they come from, speeds, and what they cost. */
export function describeBenchmark({ machine, models }: BenchmarkResult): string {
  return [describeMachine(machine), speeds(machine, models), costs(models), NOTES].join('\n');
}

const NOTES = `x Keras: ours to the faster Keras. matmul peak: share that the step's multiplications reach (3 x forward, less the
first layer's input gradient). memory: resident at most, in each contender's own process, arrays included; Keras: the
lower of its two.
`;

function describeMachine(machine: Machine): string {
  const { versions, engine } = machine;
  const library = engine === 'native' ? `TensorFlow ${versions.tensorflow}` : `WebAssembly ${versions.wasm}`;
  const keras = machine.withoutKeras
    ? `Keras: none (${machine.withoutKeras})`
    : `Keras ${versions.keras} on TensorFlow ${versions.kerasTensorflow}, Python ${versions.python}`;
  return [
    `${machine.date.slice(0, 16).replace('T', ' ')} UTC, ${machine.cpu}, ${machine.cores} cores, ${gigabytes(machine.memoryBytes)}, ${machine.platform}`,
    `${engine} engine on the ${machine.device}, ${library}, TensorFlow.js ${versions.tfjs}, Node ${versions.node}; steps ${machine.compiled ? 'compiled' : 'eager'}`,
    keras,
    `batches of ${machine.batchSize} of ${machine.images} images; ${machine.repetitions} repetitions in turn; matmul peak ${(machine.matmulPeak / 1e9).toFixed(0)} GFLOP/s, float32`,
    '',
  ].join('\n');
}

function speeds(machine: Machine, models: readonly ModelResult[]): string {
  const withBf16 = models.some(({ bf16 }) => bf16 !== null);
  const ours = withBf16 ? [TITLES.ours, TITLES.bf16, 'x float32'] : [TITLES.ours];
  const head = ['images/s', ...ours, TITLES.fit, TITLES.keras, TITLES.kerasTuned, 'x Keras'];
  const rows = models.map((m) => [
    m.model,
    speed(m.imagesPerSecond, m.spread.ours),
    ...(withBf16 ? [speed(m.bf16, m.spread.bf16), times(m.bf16, m.imagesPerSecond)] : []),
    speed(m.fit, m.spread.fit),
    speed(m.keras, m.spread.keras),
    speed(m.kerasTuned, m.spread.kerasTuned),
    m.ratio === null ? '-' : m.ratio.toFixed(2),
  ]);
  return `Median, and lowest to highest of ${machine.repetitions} repetitions\n${table([head, ...rows])}`;
}

function costs(models: readonly ModelResult[]): string {
  const head = ['', 'matmul peak', 'memory', 'tfjs fit', 'Keras', 'ms/step', 'input', 'run', 'read-back'];
  const rows = models.map((m) => {
    const { input, run, readBack } = m.phases;
    return [
      m.model,
      `${(100 * m.peakShare).toFixed(1)} %`,
      megabytes(m.peakMemoryBytes),
      megabytes(m.fitPeakMemoryBytes),
      megabytes(m.kerasPeakMemoryBytes),
      milliseconds(input + run + (readBack ?? 0)),
      milliseconds(input),
      milliseconds(run),
      readBack === null ? '-' : milliseconds(readBack),
    ];
  });
  return table([head, ...rows]);
}

/** Columns as wide as their widest cell: the first to the left, the others to the right. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ');
  return `${rows.map((row) => `${line(row).trimEnd()}\n`).join('')}`;
}

function speed(value: number | null, spread: Range | null): string {
  return value === null || !spread ? '-' : `${count(value)} (${count(spread.min)}-${count(spread.max)})`;
}

const times = (value: number | null, of: number): string => (value === null ? '-' : (value / of).toFixed(2));

/** "11,400"; three figures where there are fewer than a hundred. */
const count = (value: number): string =>
  value < 100 ? value.toPrecision(3) : Math.round(value).toLocaleString('en-US');
const megabytes = (bytes: number | null): string =>
  bytes === null ? '-' : `${Math.round(bytes / 1e6).toLocaleString('en-US')} MB`;
const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(0)} GB`;
const milliseconds = (value: number): string => value.toFixed(value < 1 ? 3 : 2);
