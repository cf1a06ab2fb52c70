import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { WhyconvError } from '../base/errors.js';
import type { Dataset } from './dataset.js';
import { isCifar100 } from './entries.js';
import { findBelow, findIn, folderOfBatch } from './find.js';
import { fromImageFolder, type ImageFolderOptions } from './images/image-folder.js';
import { readPrepared } from './images/prepared.js';
import { BATCH_FILES, type BatchLayout, GET_OFFICIAL } from './layout.js';
import { readFound } from './read-found.js';
import { inWritable, readRefusal } from './refusals.js';

/**
 * The dataset at the user's path: an archive, one of the batches, or a folder of archives, batches or images.
 * @throws WhyconvError where there is none, or a damaged one
 */
export async function fromPath(
  given: string,
  layout: BatchLayout,
  options: ImageFolderOptions,
): Promise<Dataset> {
  // A shell leaves the tilde of --data=~/x as it is.
  const path = resolve(given.replace(/^~(?=$|[/\\])/, homedir()));
  const info = await stat(path).catch((error: unknown) => {
    throw readRefusal(error, path);
  });
  if (info.isDirectory()) {
    const prepared = await readPrepared(path);
    if (prepared) return prepared;
    const found = await findBelow(path);
    if (found) return readFound(found, path, layout, options);
    const images = await inWritable(options.cacheDir, () => fromImageFolder(path, options));
    if (images) return images;
    throw await noDataset(path);
  }
  if (!info.isFile()) {
    throw new WhyconvError({
      what: 'this is neither a file nor a folder',
      where: path,
      found: 'a device, pipe or socket',
      expected: 'the archive cifar-10-binary.tar.gz or the folder it unpacks to',
      remedy: GET_OFFICIAL,
    });
  }
  const folder = folderOfBatch(path);
  const found = folder === undefined ? undefined : await findIn(folder);
  return readFound(found ?? { kind: 'archive', path }, path, layout, options);
}

async function noDataset(path: string): Promise<WhyconvError> {
  const names = (await readdir(path)).filter((name) => !name.startsWith('.'));
  const found = names.slice(0, 8).join(', ') + (names.length > 8 ? `, and ${names.length - 8} more` : '');
  return new WhyconvError({
    what: isCifar100(names) ? 'this is CIFAR-100, not CIFAR-10' : 'the folder does not hold CIFAR-10',
    where: path,
    found: found || 'an empty folder',
    expected: `${BATCH_FILES.join(', ')} (binary version), the same without .bin (Python version), or an archive of them, there or one folder deeper; or images of your own, one subfolder per class`,
    remedy: GET_OFFICIAL,
  });
}
