import type { OnProgress } from '../../base/progress.js';
import {
  equivarianceEvidence,
  hasWeights,
  measureEquivariance,
  measurePruning,
  measureRanks,
  measureShifts,
} from '../../lab/index.js';
import type { ExperimentName, Study } from '../../study/index.js';
import { runKey } from '../../training/index.js';
import type { NamedRun } from '../results.js';
import type { MeasuredFilters } from './filters-claim.js';
import type { Evidence } from './judge.js';
import type { MovedNetwork } from './sharing-claim.js';

/**
 * What the study's records say so far: runs that are missing are left out, nothing is trained. What is read off trained
 * weights is measured where it was not yet, which takes some seconds a network.
 */
export async function collectEvidence(study: Study, onProgress?: OnProgress): Promise<Evidence> {
  const runs = await Promise.all(
    study.experiments.map(async ({ name, runs: wanted }) => {
      const found = await Promise.all(
        wanted.map(async ({ label, spec }) => ({ label, record: await study.store.get(runKey(spec)) })),
      );
      return [name, found.filter((run): run is NamedRun => run.record !== undefined)] as const;
    }),
  );
  const representative = study.profile.referenceCnn;
  const runsOf = (experiment: ExperimentName) => runs.find(([name]) => name === experiment)?.[1] ?? [];
  const sweep = runsOf('filterSweep');
  const measurable: NamedRun[] = [];
  for (const run of sweep) {
    if (run.label !== 'baseline' && (await hasWeights(study, run.record))) measurable.push(run);
  }
  return {
    dataset: study.dataset.name,
    runs: Object.fromEntries(runs),
    representative,
    equivariance: await equivarianceOf(
      study,
      measurable.find(({ label }) => label === representative),
    ),
    filters: await filtersOf(study, measurable, onProgress),
    moved: await movedOf(
      study,
      runsOf('weightSharing').filter(({ label }) => label.startsWith('small')),
    ),
  };
}

/** On the native engine only: without sharing, the WebAssembly one takes minutes for it. */
async function movedOf(study: Study, runs: readonly NamedRun[]): Promise<MovedNetwork[]> {
  const moved: MovedNetwork[] = [];
  if (study.engine.name === 'wasm') return moved;
  for (const { label, record } of runs) {
    if (!(await hasWeights(study, record))) continue;
    const { rows } = await measureShifts(study, record, 'wrap');
    const [still, farthest] = [rows[0]!, rows.at(-1)!];
    const lost = still.accuracy.mean - farthest.accuracy.mean;
    moved.push({ label, record: record.key, shift: farthest.shift, lost });
  }
  return moved;
}

async function equivarianceOf(study: Study, run: NamedRun | undefined): Promise<Evidence['equivariance']> {
  if (!run) return undefined;
  const rows = await measureEquivariance(study, run.record);
  return { ...equivarianceEvidence(rows), record: run.record.key };
}

async function filtersOf(
  study: Study,
  runs: readonly NamedRun[],
  onProgress: OnProgress | undefined,
): Promise<MeasuredFilters[]> {
  const measured: MeasuredFilters[] = [];
  for (const [done, { label, record }] of runs.entries()) {
    onProgress?.({ task: `filters of ${label}`, fraction: done / runs.length });
    const ranks = await measureRanks(study, record);
    const { images, accuracy, losses } = await measurePruning(study, record);
    const { seed } = record.spec;
    measured.push({ label, seed, record: record.key, ranks, images, accuracy: accuracy.mean, losses });
  }
  return measured;
}
