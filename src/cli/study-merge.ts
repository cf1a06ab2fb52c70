import { UsageError } from '../base/errors.js';
import { mergeStores } from '../cluster/index.js';
import { namedStore, RunStore } from '../runs/index.js';
import type { StudyArguments } from './study-options.js';

/** Unites folders of records with that of this project. */
export async function merge({ positionals }: StudyArguments): Promise<void> {
  if (positionals.length === 0)
    throw new UsageError({ what: 'no folder to merge', where: '--merge', expected: 'one folder or more' });
  const others = await Promise.all(positionals.map((folder) => namedStore(folder, '--merge')));
  const store = new RunStore();
  const { added, same } = await mergeStores(store, others);
  process.stdout.write(
    `${added === 1 ? '1 run' : `${added} runs`} added, ${same} already there with the same results; records in ${store.folder}\n`,
  );
}
