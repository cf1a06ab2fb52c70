import { mean, type OverImages, type Summary } from '../analysis/index.js';
import type { OnProgress } from '../base/progress.js';
import { NoImagesError } from '../data/index.js';
import {
  equivarianceEvidence,
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
import type { Evidence, MeasuredEquivariance, MeasuredFilters, RunMeasurements } from './evidence.js';
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
      measure: async () => ({ equivariance: await equivarianceOf(study, record) }),
    })),
    ...WIDTHS.flatMap(recordsOf).map((record) => ({
      record,
      what: 'filters',
      measure: async () => ({ filters: await filtersOf(study, record) }),
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

async function equivarianceOf(study: TrainedStudy, record: RunRecord): Promise<MeasuredEquivariance> {
  const { changeReduction, ...extremes } = equivarianceEvidence(await measureEquivariance(study, record));
  return { ...extremes, changeReduction: overImages(changeReduction) };
}

const QUARTER = 0.25;

async function filtersOf(study: TrainedStudy, record: RunRecord): Promise<MeasuredFilters> {
  const [pruning, ranks] = [await measurePruning(study, record), await measureRanks(study, record)];
  const lossOf = (order: 'magnitude' | 'random') =>
    pruning.losses.find((loss) => loss.order === order && loss.fraction === QUARTER)!;
  return {
    accuracy: pruning.accuracy.mean,
    loss: overImages(lossOf('magnitude')),
    randomLoss: lossOf('random').mean,
    removable: pruning.removable.alone.fraction,
    ranks: {
      initial: mean(ranks.map(({ initial }) => initial)),
      trained: mean(ranks.map(({ trained }) => trained)),
    },
  };
}

const overImages = ({ mean, sd, n }: Summary): OverImages => ({ mean, sd: sd ?? 0, n });
