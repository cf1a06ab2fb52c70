import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunStore } from '../runs/index.js';

/** A store for runs whose records nobody keeps, removed when `use` has ended. */
export async function withTemporaryStore(
  name: string,
  use: (store: RunStore) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), `whyconv-${name}-`));
  try {
    await use(new RunStore(folder));
  } finally {
    // Workers that were stopped may still write for a moment.
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}
