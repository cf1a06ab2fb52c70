import { type Dataset, type LoadOptions, loadDataset } from '../data/index.js';
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
