import type { OnProgress } from '../base/progress.js';
import type { Study } from '../study/index.js';
import { runKey } from '../training/index.js';
import type { Evidence } from './claims.js';
import type { MeasuredFilters } from './filters-claim.js';
import { hasWeights, measureEquivariance, measurePruning, measureRanks } from './measurements.js';
import type { NamedRun } from './results.js';
import { equivarianceEvidence } from './translation.js';

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
  const { representative } = study.profile;
  const sweep = runs.find(([name]) => name === 'filterSweep')?.[1] ?? [];
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
  };
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
    measured.push({ label, seed: record.spec.seed, record: record.key, ranks, images, accuracy, losses });
  }
  return measured;
}
