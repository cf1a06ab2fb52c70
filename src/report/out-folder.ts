import { constants } from 'node:fs';
import { access, mkdir, readdir, realpath, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { messageOf, UsageError, WhyconvError } from '../base/errors.js';

/**
 * Makes the folder that a report goes to, so that a folder that cannot be written to is reported before anything runs.
 *
 * @param notebooks paths of the notebooks to execute; their copies have the same names, so that the folder must be another
 * @throws UsageError for the notebooks' own folder, WhyconvError where no folder can be made or written to
 */
export async function prepareOutFolder(out: string, notebooks: readonly string[]): Promise<void> {
  try {
    await mkdir(out, { recursive: true });
    await access(out, constants.W_OK);
  } catch (cause) {
    throw new WhyconvError(
      {
        what: 'the report cannot be written to this folder',
        where: out,
        found: messageOf(cause),
        remedy: 'choose another with --out',
      },
      { cause },
    );
  }
  const folder = await realpath(out);
  for (const source of new Set(notebooks.map(dirname))) {
    if (folder !== (await realpath(source))) continue;
    throw new UsageError({
      what: 'executed notebooks would replace the notebooks themselves',
      where: '--out',
      found: out,
      remedy: 'choose another folder',
    });
  }
}

/**
 * Removes the page and the executed notebooks that an earlier report left, so that none is left next to the new page. Only
 * files that a report of these notebooks' folder writes: others in the folder are the user's.
 */
export async function removeOldReport(out: string, notebooks: readonly string[]): Promise<void> {
  const folders = [...new Set(notebooks.map(dirname))];
  const siblings = await Promise.all(folders.map((folder) => readdir(folder).catch(() => [])));
  const copies = [...siblings.flat(), ...notebooks.map((path) => basename(path))].filter((name) =>
    name.endsWith('.ipynb'),
  );
  await Promise.all(['index.html', ...copies].map((name) => rm(join(out, name), { force: true })));
}
