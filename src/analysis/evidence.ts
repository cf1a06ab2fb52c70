import { z } from 'zod';
import { WhyconvError } from '../base/errors.js';
import { IMAGE_BYTES } from '../data/index.js';
import type { Study } from '../study/index.js';
import { type RunRecord, runKey } from '../training/index.js';
import type { Evidence } from './claims.js';
import type { NamedRun } from './results.js';
import { equivarianceEvidence, type LayerEquivariance, layerEquivariance } from './translation.js';

/** The first training images, which are as good as any: the error is a property of layers. */
const EQUIVARIANCE_IMAGES = 32;

/** What the study's records say so far: runs that are missing are left out, nothing is trained. */
export async function collectEvidence(study: Study): Promise<Evidence> {
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
  return {
    dataset: study.dataset.name,
    runs: Object.fromEntries(runs),
    representative,
    equivariance: await equivarianceOf(
      study,
      sweep.filter(({ label }) => label === representative),
    ),
  };
}

/** Of the first run whose weights are at hand: a run that diverged has none, and a record may have come without them. */
async function equivarianceOf(study: Study, runs: readonly NamedRun[]): Promise<Evidence['equivariance']> {
  for (const { record } of runs) {
    const rows = await measured(study, record);
    if (rows) return { ...equivarianceEvidence(rows), record: record.key };
  }
  return undefined;
}

/**
 * Equivariance errors of a trained CNN's first block, measured once a run and kept with the records.
 *
 * @throws WhyconvError where the run's weights are not at hand
 */
export async function measureEquivariance(study: Study, record: RunRecord): Promise<LayerEquivariance[]> {
  const rows = await measured(study, record);
  if (rows) return rows;
  const { name } = record.spec.model;
  throw new WhyconvError({
    what: `the weights of a run of ${name} are missing`,
    where: study.store.folder,
    found: `the record ${record.key}.json without ${record.key}.safetensors beside it`,
    remedy: 'delete the record: the run will be trained again',
  });
}

async function measured(study: Study, record: RunRecord): Promise<LayerEquivariance[] | undefined> {
  const weights = await study.store.weights(record);
  if (!weights) return undefined;
  const images = study.dataset.train.images.subarray(0, EQUIVARIANCE_IMAGES * IMAGE_BYTES);
  const from = { run: record.key, images: EQUIVARIANCE_IMAGES };
  return study.store.measurement(
    'layerEquivariance',
    from,
    (json) => rowsSchema.parse(json),
    () => layerEquivariance(record.spec.model, weights, images),
  );
}

const rowsSchema = z.array(
  z.object({ layer: z.string(), pooled: z.boolean(), shift: z.number(), error: z.number() }),
);
