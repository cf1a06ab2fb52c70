import { existsSync, realpathSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { planThreads } from '../threads.js';
import { wantedThreads } from '../wasm/threads.js';
import { addonIn, cacheFolder, explainMissingAddon, findNativePackage, folderSize } from './layout.js';
import { linkFromCache } from './link.js';
import { probeAddon } from './probe.js';

export interface EngineStatus {
  /** The engine that `auto` would start now. */
  readonly engine: 'native' | 'wasm';
  /** Version of the native engine's package, if npm has installed it. */
  readonly package: string | undefined;
  /** Version of the TensorFlow library, if the native engine works. */
  readonly library: string | undefined;
  readonly device: 'cpu' | 'gpu';
  readonly threads: number;
  /** The addon's real path, with links resolved. */
  readonly addon: string | undefined;
  /** Why the native engine would not start, in one line. */
  readonly whyNotNative: string | undefined;
  readonly cache: { readonly folder: string; readonly bytes: number; readonly entries: readonly string[] };
}

/** Describes the engine that `startEngine` would start, linking it from the user's cache if necessary. Installs nothing. */
export async function engineStatus(): Promise<EngineStatus> {
  await linkFromCache();
  const found = findNativePackage();
  const folder = await cacheFolder();
  const names = await readdir(join(folder, 'engine')).catch(() => []);
  const entries = names.filter((name) => !name.startsWith('.'));
  const cache = { folder, bytes: await folderSize(folder), entries };
  const addon = found && addonIn(found.folder, found.napi);
  const missing = explainMissingAddon();
  const probe = addon && !missing ? await probeAddon(addon) : undefined;
  const works = probe?.works ? probe : undefined;
  return {
    engine: works ? 'native' : 'wasm',
    package: found?.version,
    library: works?.library,
    device: works?.device ?? 'cpu',
    threads: works ? planThreads().total : wantedThreads(),
    addon: addon && existsSync(addon) ? realpathSync(addon) : undefined,
    whyNotNative: missing ?? (probe?.works === false ? probe.reason : undefined),
    cache,
  };
}
