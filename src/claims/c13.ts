import { formatCount } from '../base/format.js';
import { MODELS, stageVolumes } from '../models/index.js';
import type { Claim } from './claim.js';

/** "About constant" would allow for a factor of this between the stages. */
const ABOUT = 1.5;

/** Whether values, all above 0, are about constant in the sense of the claim. */
export const isAboutConstant = (values: readonly number[]): boolean =>
  Math.max(...values) / Math.min(...values) <= ABOUT;

export const C13: Claim = {
  id: 'C13',
  statement: 'Doubling the filters keeps height × width × channels about constant.',
  rule: {
    text: `Arithmetic: the largest number of values per image and stage is at most ${ABOUT} times the smallest.`,
    version: 1,
    changed: '2026-11-23',
    why: 'First version.',
  },
  needs: { experiments: [], measurements: [] },
  judge() {
    const values = stageVolumes(MODELS.big);
    const constant = isAboutConstant(values);
    return {
      settled: constant ? 'supported' : 'refuted',
      reading: `Values per image, stage by stage in \`big\`: ${values.map(formatCount).join(' → ')}.`,
    };
  },
};
