import { realpathSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { planThreads } from '../threads.js';
import { wantedThreads } from '../wasm/threads.js';
import { explainMissingAddon, findAddon } from './addon.js';
import { Failures } from './failures.js';
import { cacheFolder, findNativePackage, folderSize } from './layout.js';
import { probeAddon } from './probe.js';

/** Which engine would start here, and what there is of the native one: see {@link engineStatus}. */
export interface EngineStatus {
  /** The engine that `auto` would start now. */
  readonly engine: 'native' | 'wasm';
  /** Version of the native engine's package, if npm has installed it. */
  readonly package: string | undefined;
  /** Version of the TensorFlow library, if the native engine works. */
  readonly library: string | undefined;
  /** Where the engine computes. */
  readonly device: 'cpu' | 'gpu';
  /** Threads that compute at once. */
  readonly threads: number;
  /** The addon's real path, with links resolved. */
  readonly addon: string | undefined;
  /** Why the native engine would not start, in one line. */
  readonly whyNotNative: string | undefined;
  /** The user's cache of installed engines: its folder, its size, and the names in it. */
  readonly cache: { readonly folder: string; readonly bytes: number; readonly entries: readonly string[] };
}

/**
 * Describes the engine that `startEngine` would start. Installs nothing; that an addon fails for good is remembered.
 *
 * @example
 * ```ts
 * import { engineStatus } from 'whyconv';
 *
 * const { engine, whyNotNative } = await engineStatus();
 * engine === 'native' || whyNotNative !== undefined; // => true
 * ```
 */
export async function engineStatus(): Promise<EngineStatus> {
  const folder = cacheFolder();
  const names = await readdir(join(folder, 'engine')).catch(() => []);
  const entries = names.filter((name) => !name.startsWith('.'));
  const cache = { folder, bytes: await folderSize(folder), entries };
  const addon = findAddon();
  const probe = addon && (await probeAddon(addon.path));
  if (addon && probe?.works === false && probe.lasting)
    await new Failures(folder).remember(addon.key, probe.reason);
  const works = probe?.works ? probe : undefined;
  return {
    engine: works ? 'native' : 'wasm',
    package: findNativePackage()?.version,
    library: works?.library,
    device: works?.device ?? 'cpu',
    threads: works ? planThreads().total : wantedThreads(),
    addon: addon && realpathSync(addon.path),
    whyNotNative: probe?.works === false ? probe.reason : explainMissingAddon(),
    cache,
  };
}
