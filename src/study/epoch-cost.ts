import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../base/files.js';
import { denseControl, MODEL_NAMES, MODELS, type NetworkName } from '../models/index.js';
import { RECORDED_FOLDER } from '../runs/index.js';
import { type Provenance, provenanceSchema, type RunRecord, type RunSpec } from '../training/index.js';
import type { SubjectDataset } from './experiment.js';
import type { Profile } from './profile.js';
import { fitProfile, fitTest } from './profiles.js';
import { PROTOCOLS } from './protocol.js';
import { readJsonFile } from './read-json-file.js';
import { runSpec } from './setting.js';

/** What one epoch of a network costs that has its machine to itself. Protocols differ in rates only, and cost the same. */
export interface EpochCost {
  /** The network, as it is. */
  readonly model: NetworkName;
  /** Training images of the epoch. */
  readonly images: number;
  /** Durations, speed, peak memory and machine, as of a run. */
  readonly provenance: Provenance;
}

/** One epoch of each network of the filter sweep and of the dense control, as the profile has them. */
export function epochSpecs({
  profile,
  subject,
}: {
  readonly profile: Profile;
  readonly subject: SubjectDataset;
}): RunSpec[] {
  const { fingerprint, available } = subject;
  const { models, denseSettings, images, validation } = fitProfile(profile, available);
  const test = fitTest(profile.test, subject.test);
  const networks = [...models.map((name) => MODELS[name]), ...(denseSettings ? [denseControl()] : [])];
  return networks.map((model) =>
    runSpec(
      { model, protocol: PROTOCOLS.fast, images, validation, test },
      { dataset: fingerprint, available, seed: 0, maxEpochs: 1 },
    ),
  );
}

/** @param record of a run of one epoch */
export const epochCostOf = ({ spec, results, provenance }: RunRecord): EpochCost => ({
  model: spec.model.name as NetworkName,
  images: results?.train.count ?? 0,
  provenance,
});

const fileIn = (folder: string): string => join(folder, 'costs.json');

/** Writes them next to the records in a folder. @returns where */
export async function writeEpochCosts(folder: string, costs: readonly EpochCost[]): Promise<string> {
  await writeFileAtomic(fileIn(folder), `${JSON.stringify(costs, undefined, 2)}\n`);
  return fileIn(folder);
}

const schema = z.array(
  z.object({
    model: z.enum([...MODEL_NAMES, 'dense_control']),
    images: z.int(),
    provenance: provenanceSchema,
  }),
);

/**
 * The costs measured for the recorded study; none where they were not.
 *
 * @throws WhyconvError for a file that does not hold them
 * @example
 * ```ts
 * import { recordedEpochCosts } from 'whyconv';
 *
 * const costs = await recordedEpochCosts();
 * costs.every(({ images, provenance }) => images > 0 && provenance.seconds > 0); // => true
 * ```
 */
export async function recordedEpochCosts(folder: string = RECORDED_FOLDER): Promise<EpochCost[]> {
  const path = fileIn(folder);
  if (!existsSync(path)) return [];
  return readJsonFile(path, schema, {
    what: 'not the costs of epochs',
    remedy: 'npm run study -- --profile full --costs measures them again',
  });
}
