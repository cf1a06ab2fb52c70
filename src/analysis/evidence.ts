import { z } from 'zod';
import { IMAGE_BYTES } from '../data/index.js';
import type { Study } from '../study/index.js';
import { type RunRecord, runKey } from '../training/index.js';
import type { Evidence } from './claims.js';
import type { NamedRun } from './results.js';
import { equivarianceEvidence, type LayerEquivariance, layerEquivariance } from './translation.js';

/** Images that equivariance is measured on: the first of the validation images' dataset, since the error is a property of layers. */
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
  const representative = study.profile.representative;
  const cnn = runs
    .find(([name]) => name === 'filterSweep')?.[1]
    .find(({ label }) => label === representative);
  const equivariance =
    cnn?.record.results && equivarianceEvidence(await measureEquivariance(study, cnn.record));
  return { runs: Object.fromEntries(runs), representative, equivariance };
}

/** Equivariance errors of a trained CNN's first block, measured once a run and kept with the records. */
export async function measureEquivariance(study: Study, record: RunRecord): Promise<LayerEquivariance[]> {
  const from = { run: record.key, images: EQUIVARIANCE_IMAGES };
  return study.store.measurement(
    'layerEquivariance',
    from,
    (json) => rowsSchema.parse(json),
    async () => {
      const weights = await study.store.weights(record);
      const images = study.dataset.train.images.subarray(0, EQUIVARIANCE_IMAGES * IMAGE_BYTES);
      return weights ? layerEquivariance(record.spec.model, weights, images) : [];
    },
  );
}

const rowsSchema = z.array(
  z.object({ layer: z.string(), pooled: z.boolean(), shift: z.number(), error: z.number() }),
);
