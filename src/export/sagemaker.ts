import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { writeFileAtomic } from '../base/files.js';
import type { TrainedNetwork } from '../runs/index.js';
import { writeSafetensors } from './safetensors.js';

/** The file inside the archive; the platform unpacks it to /opt/ml/model, where the service looks for it. */
export const MODEL_FILE = 'model.safetensors';

/**
 * Writes a network as SageMaker takes it: "model.tar.gz", "a single compressed tar archive" (CreateModel, ModelDataUrl). Equal
 * networks make equal archives: no time is noted in them.
 */
export async function writeSagemakerArchive(file: string, network: TrainedNetwork): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'whyconv-export-'));
  try {
    await writeSafetensors(join(folder, MODEL_FILE), network);
    const archive = pack();
    archive.entry(
      { name: MODEL_FILE, mtime: new Date(0), mode: 0o644 },
      await readFile(join(folder, MODEL_FILE)),
    );
    archive.finalize();
    await writeFileAtomic(file, gzipSync(await buffer(archive)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
