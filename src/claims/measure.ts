import { guessAccuracy } from '../analysis/index.js';
import type { OnProgress } from '../base/progress.js';
import { NoImagesError } from '../data/index.js';
import {
  MissingWeightsError,
  measureEquivariance,
  measurePruning,
  measureRanks,
  measureShifts,
  type TrainedStudy,
} from '../lab/index.js';
import type { ProtocolName, Study } from '../study/index.js';
import type { RunRecord } from '../training/index.js';
import { contextOf } from './context.js';
import type { Evidence, RunMeasurements } from './evidence.js';
import { equivarianceOf, filtersOf } from './measured.js';
import { sharingPairs, sweep, WIDTHS } from './networks.js';

const PROTOCOLS: readonly ProtocolName[] = ['fast', 'replication'];

/** What of a study is needed to measure its networks. */
export type MeasuredStudy = TrainedStudy & { readonly engine: Pick<Study['engine'], 'name'> };

/** What is to be read off one trained network. */
interface Task {
  readonly record: RunRecord;
  readonly what: string;
  measure(): Promise<RunMeasurements>;
}

/**
 * What the claims need of the trained networks, by the keys of their records. Networks of which neither weights nor measurements
 * are in the store, or whose images are not at hand, are left out. Measured once: the store keeps it.
 */
export async function measurementsFor(
  study: MeasuredStudy,
  evidence: Omit<Evidence, 'measured'>,
  onProgress?: OnProgress,
): Promise<Record<string, RunMeasurements>> {
  const measured: Record<string, RunMeasurements> = {};
  const tasks = PROTOCOLS.flatMap((protocol) => tasksOf(study, evidence, protocol));
  for (const [done, { record, what, measure }] of tasks.entries()) {
    onProgress?.({ task: `${what} of ${record.spec.model.name}`, fraction: done / tasks.length });
    const found = await measure().catch(unlessUnmeasurable);
    if (found) measured[record.key] = { ...measured[record.key], ...found };
  }
  return measured;
}

/** Nothing where weights or images are missing. */
function unlessUnmeasurable(error: unknown): undefined {
  if (error instanceof MissingWeightsError || error instanceof NoImagesError) return undefined;
  throw error;
}

function tasksOf(study: MeasuredStudy, evidence: Omit<Evidence, 'measured'>, protocol: ProtocolName): Task[] {
  const context = contextOf({ ...evidence, measured: {} }, protocol);
  const recordsOf = (name: (typeof WIDTHS)[number]) => sweep(context, name)?.records ?? [];
  const reference = WIDTHS.filter((name) => name === evidence.profile.referenceCnn);
  const pair = sharingPairs(context).at(-1);
  // Without sharing the WebAssembly engine takes minutes for it.
  const twins = pair && study.engine.name === 'native' ? [pair.shared, pair.unshared] : [];
  return [
    ...reference.flatMap(recordsOf).map((record) => ({
      record,
      what: 'equivariance',
      measure: async () => ({ equivariance: equivarianceOf(await measureEquivariance(study, record)) }),
    })),
    ...WIDTHS.flatMap(recordsOf).map((record) => ({
      record,
      what: 'filters',
      measure: async () => ({
        filters: filtersOf({
          pruning: await measurePruning(study, record),
          ranks: await measureRanks(study, record),
          guess: guessAccuracy(record.results!.test.confusion),
        }),
      }),
    })),
    ...twins
      .flatMap(({ records }) => records)
      .map((record) => ({
        record,
        what: 'shift robustness',
        measure: async () => ({ shifts: await measureShifts(study, record, 'wrap') }),
      })),
  ];
}
