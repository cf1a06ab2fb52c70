import { WhyconvError } from '../base/errors.js';
import { type Dataset, type LoadOptions, loadDataset, positionDataset } from '../data/index.js';
import type { RunSpec } from '../training/index.js';
import type { Profile } from './profile.js';

/** In place of a path: the synthetic shapes, whatever else could be had. */
export const SYNTHETIC = 'synthetic';

/**
 * The dataset a study runs on: what `data` names, else what is cached or downloaded, else, where the profile allows it,
 * the synthetic shapes.
 *
 * @param data archive or folder of CIFAR-10, or `synthetic`; empty or absent: none is named
 */
export function loadStudyDataset(
  data: string | undefined,
  profile: Profile,
  options: Pick<LoadOptions, 'onProgress' | 'signal'>,
): Promise<Dataset> {
  if (data === SYNTHETIC) return loadDataset({ ...options, synthetic: 'only' });
  const synthetic = profile.syntheticAllowed ? 'fallback' : 'never';
  return loadDataset({ ...options, synthetic, ...(data && { path: data }) });
}

/** How another process comes by a dataset of the study. */
export type DatasetSource =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'shapes' }
  | { readonly kind: 'positions' };

export function sourceOf({ name, folder }: Dataset): DatasetSource {
  if (folder !== undefined) return { kind: 'folder', path: folder };
  return { kind: name === 'position' ? 'positions' : 'shapes' };
}

export async function loadSource(source: DatasetSource): Promise<Dataset> {
  if (source.kind === 'positions') return studyPositions();
  return loadDataset(source.kind === 'folder' ? { path: source.path } : { synthetic: 'only' });
}

/** The synthetic positions of every study, drawn in a fraction of a second. */
export function studyPositions(): Dataset {
  return positionDataset({ train: 5_000, test: 1_000, seed: 0 });
}

/** The one of several datasets that a run is specified for. */
export function datasetFor(datasets: readonly Dataset[], { dataset }: Pick<RunSpec, 'dataset'>): Dataset {
  const found = datasets.find(({ fingerprint }) => fingerprint === dataset);
  if (found) return found;
  throw new WhyconvError({
    what: 'the run is specified for another dataset',
    found: `fingerprint ${dataset}`,
    expected: datasets.map(({ name, fingerprint }) => `${fingerprint} (${name})`).join(' or '),
    remedy: 'open the study on the dataset the run was made for, or make a new spec',
  });
}
