import { isDisturbed, type RunRecord } from '../training/index.js';

/** What made a run besides its spec: runs of one origin are comparable in their last bits and in their durations. */
export interface Origin {
  /** Of the project's source, "-dirty" where files differed; null where it was unknown. */
  readonly commit: string | null;
  readonly engine: string;
  /** Of TensorFlow or of the WebAssembly package. */
  readonly library: string;
  readonly device: 'cpu' | 'gpu';
  readonly cpu: string;
  readonly shards: number;
  readonly threadsPerOperation: number;
  readonly compiled: boolean;
}

export function originOf({ provenance }: Pick<RunRecord, 'provenance'>): Origin {
  const { commit, engine, device, cpu, shards, threadsPerOperation, compiled, versions } = provenance;
  const library = versions[engine === 'native' ? 'tensorflow' : 'wasm'] ?? 'unknown';
  return { commit, engine, library, device, cpu, shards, threadsPerOperation, compiled };
}

/** Runs of one value, most first: "12 of 14". */
export interface Counted<T> {
  readonly value: T;
  readonly runs: number;
}

/** How many runs have each value, most frequent first; values are distinguished by their JSON. */
export function countBy<T>(records: readonly RunRecord[], pick: (record: RunRecord) => T): Counted<T>[] {
  const counts = new Map<string, Counted<T>>();
  for (const record of records) {
    const value = pick(record);
    const name = JSON.stringify(value);
    counts.set(name, { value, runs: (counts.get(name)?.runs ?? 0) + 1 });
  }
  return [...counts.values()].sort((a, b) => b.runs - a.runs);
}

/** "12 of 14 runs: commit abc, native; 2: commit def, wasm": one sentence about what made these runs. */
export function describeOrigins(records: readonly RunRecord[]): string {
  if (records.length === 0) return 'no runs';
  const counted = countBy(records, (record) => {
    const { commit, engine, library, compiled } = originOf(record);
    const source = commit === null ? 'unknown commit' : `commit ${commit}`;
    return [source, `${engine} ${library}`, ...(compiled ? [] : ['eager']), record.spec.precision].join(', ');
  });
  const [first, ...others] = counted;
  if (others.length === 0) return `all ${records.length} runs: ${first!.value}`;
  const rest = others.map(({ value, runs }) => `${runs}: ${value}`);
  return [`${first!.runs} of ${records.length} runs: ${first!.value}`, ...rest].join('; ');
}

/** How many runs have durations that say little, since other processes used more than a few percent of their machine. */
export function describeDisturbance(records: readonly RunRecord[]): string {
  const answers = records.map(({ provenance }) => isDisturbed(provenance));
  const disturbed = answers.filter((answer) => answer === true).length;
  const unknown = answers.filter((answer) => answer === undefined).length;
  const parts = [
    `${disturbed} of ${records.length} runs shared their machine with other work, the study's other runs included`,
    ...(unknown > 0 ? [`of ${unknown} it is not known`] : []),
  ];
  return parts.join('; ');
}

/** What sets a run apart from the origin it is shown next to, in words; empty where nothing does. */
export function differencesFrom(origin: Origin, record: RunRecord): string[] {
  const other = originOf(record);
  const named: readonly (readonly [keyof Origin, string])[] = [
    ['commit', other.commit === null ? 'unknown commit' : `commit ${other.commit}`],
    ['engine', `engine ${other.engine}`],
    ['library', `library ${other.library}`],
    ['device', `on the ${other.device}`],
    ['cpu', other.cpu],
    ['shards', `${other.shards} shards`],
    ['threadsPerOperation', `${other.threadsPerOperation} threads per operation`],
    ['compiled', other.compiled ? 'compiled' : 'eager'],
  ];
  return named.filter(([field]) => other[field] !== origin[field]).map(([, words]) => words);
}
