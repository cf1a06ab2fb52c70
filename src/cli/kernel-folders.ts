import { dataFolder } from '../data/index.js';
import { defaultStoreFolder } from '../runs/index.js';

/** Where this command has data and records, for kernels, which run in the folder of their notebook. */
export const foldersForKernels = (): { WHYCONV_RUNS: string; WHYCONV_DATA_DIR: string } => ({
  WHYCONV_RUNS: defaultStoreFolder(),
  WHYCONV_DATA_DIR: dataFolder(),
});
