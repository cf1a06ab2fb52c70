import { type Dataset, type LoadOptions, loadDataset } from '../data/index.js';
import type { DatasetSource } from '../runs/index.js';
import type { Profile } from './profile.js';

/** In place of a path: the synthetic shapes, even where CIFAR-10 is available. */
export const SYNTHETIC = 'synthetic';

/** The synthetic positions of every study, drawn in a fraction of a second. */
export const POSITIONS: DatasetSource = { kind: 'positions', train: 5_000, test: 1_000, seed: 0 };

/**
 * The dataset a study runs on: what `data` names, otherwise what is cached or downloaded, otherwise, where the profile
 * allows it, the synthetic shapes.
 *
 * @param data archive or folder of CIFAR-10, or `synthetic`; empty or absent: the cache or a download
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

/** How a worker loads the study's dataset. */
export const sourceOf = ({ folder }: Pick<Dataset, 'folder'>): DatasetSource =>
  folder === undefined ? { kind: 'shapes' } : { kind: 'folder', path: folder };
