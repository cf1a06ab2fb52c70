import type { RunSpec } from '../training/index.js';

/**
 * How progress and errors name a run: "small, seed 0".
 *
 * @example
 * ```ts
 * import { MODELS, runName } from 'whyconv';
 *
 * runName({ model: MODELS.small, seed: 0 }); // => 'small, seed 0'
 * ```
 */
export const runName = ({ model, seed }: Pick<RunSpec, 'model' | 'seed'>): string =>
  `${model.name}, seed ${seed}`;
