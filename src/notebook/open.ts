import { type Dataset, hasImages } from '../data/index.js';
import {
  EXPERIMENT_NAMES,
  missingRuns,
  openStudy,
  parseProfileName,
  recordedFacts,
  type Study,
} from '../study/index.js';
import { banner } from './display.js';
import { kernelHost } from './host.js';
import { progressReporter } from './progress.js';

/**
 * Opens the study for a notebook: engine, dataset and records, with progress shown under the cell. Says at once what a
 * reader must know before any number. Interrupting a cell stops what it trains; the same cell again resumes. The arguments
 * are what the `parameters` cell of each notebook declares.
 *
 * @param profile smoke, quick or full
 * @param data archive or folder of CIFAR-10, or "synthetic"; empty: the data folder, otherwise the download
 * @example
 * ```ts
 * import { openNotebook } from 'whyconv';
 *
 * const study = await openNotebook('smoke', 'synthetic'); // prints Warning: Synthetic shapes stand in for CIFAR-10: no figure below is about CIFAR-10.
 * await openNotebook('slow'); // throws UsageError: unknown profile
 * ```
 */
export async function openNotebook(profile: string, data = '', seed = 0): Promise<Study> {
  const name = parseProfileName(profile, 'parameter profile');
  const study = await openStudy({
    profile: name,
    data,
    seed,
    onProgress: progressReporter(),
    signal: () => kernelHost()?.signal(),
  });
  warnOfDataset(study.dataset);
  if (study.recorded) await aboutRecorded(study);
  else if (study.profile.name !== 'full')
    banner('info', `Profile \`${study.profile.name}\`: ${study.profile.description}.`);
  if (study.engine.name === 'wasm' && study.profile.name === 'quick') {
    banner(
      'warning',
      'Computed on the WebAssembly engine, with fewer images, epochs and models than natively.',
    );
  }
  return study;
}

/** What the runs below are, and that the pictures may be of other images. */
async function aboutRecorded(study: Study): Promise<void> {
  const { fingerprint, official } = await recordedFacts();
  const copy = official ? 'the official CIFAR-10' : 'a copy of CIFAR-10, not the official archive';
  const missing = (await missingRuns(study, EXPERIMENT_NAMES)).length;
  const others = hasImages(study.dataset) && study.dataset.fingerprint !== fingerprint;
  banner(
    'info',
    `Profile \`full\`: the recorded study. Its runs were trained on ${copy} (SHA-256 ${fingerprint.slice(0, 16)}…), and nothing is trained here.` +
      (others ? ' Pictures are of the images at hand, which are others.' : '') +
      (missing > 0 ? ` ${missing} of its runs are not recorded yet: what needs them says so.` : ''),
  );
}

function warnOfDataset(dataset: Dataset): void {
  if (!hasImages(dataset)) {
    banner(
      'warning',
      'The images of CIFAR-10 are not at hand: cells that need them say so. `npm run data` downloads them.',
    );
  } else if (dataset.name === 'shapes') {
    const why = dataset.note ? ` ${dataset.note}.` : '';
    banner('warning', `Synthetic shapes stand in for CIFAR-10: no figure below is about CIFAR-10.${why}`);
  } else if (dataset.name === 'images') {
    const note = dataset.note ? ` ${dataset.note}.` : '';
    banner('warning', `Images of your own, ${dataset.source}: no figure below is about CIFAR-10.${note}`);
  } else if (!dataset.official) {
    const print = dataset.fingerprint.slice(0, 16);
    banner(
      'warning',
      `The images are **not the official CIFAR-10 archive** but a copy of the same structure (SHA-256 ${print}…); ` +
        'figures may differ from those on the official images.',
    );
  }
}
