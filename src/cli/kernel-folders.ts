import { dataFolder } from '../data/index.js';
import { defaultStoreFolder } from '../runs/index.js';

/** Tells kernels, which run in the folder of their notebook, where this command has data and records. */
export const foldersForKernels = (): { WHYCONV_RUNS: string; WHYCONV_DATA_DIR: string } => ({
  WHYCONV_RUNS: defaultStoreFolder(),
  WHYCONV_DATA_DIR: dataFolder(),
});
