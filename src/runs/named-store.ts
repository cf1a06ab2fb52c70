import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { UsageError } from '../base/errors.js';
import { RunStore } from './store.js';

/**
 * The records in a folder that the user named, which must be there: a mistyped one would look like a study not yet run.
 *
 * @param where the option that named it
 * @throws UsageError where there is no such folder
 */
export async function namedStore(folder: string, where: string): Promise<RunStore> {
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isFolder) return new RunStore(folder);
  throw new UsageError({
    what: 'there is no folder of records',
    where,
    found: existsSync(folder) ? `${folder}, a file` : folder,
    remedy: 'name the folder that npm run study wrote to',
  });
}
