import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { InterruptedError, messageOf } from '../../base/errors.js';
import { withLock } from '../../base/lock.js';
import type { OnProgress } from '../../base/progress.js';
import type { InstallContext } from './context.js';
import { addonIn, cacheFolder, findNativePackage, type NativePackage, packageName } from './layout.js';
import { cachedEntries, linkPackage, unlinkPackage } from './link.js';
import { installOfficial } from './official.js';
import { type ProbeResult, probeAddon } from './probe.js';
import { cacheEntry, describeSource, type Source, sources } from './source.js';
import { installFromWheel } from './wheel.js';

export interface InstallOptions {
  /** Called with the progress of the current step. */
  readonly onProgress?: OnProgress;
  /** Called with one line for each step that was taken or has failed. */
  readonly onStep?: (line: string) => void;
  /** Reinstalls even if a working addon exists. */
  readonly force?: boolean;
  /** Stops the installation, leaving nothing half done. */
  readonly signal?: AbortSignal;
}

export type InstallResult =
  | {
      readonly engine: 'native';
      /** `present`: already installed; `cache`: linked from the user's cache; otherwise its source. */
      readonly how: 'present' | 'cache' | Source['kind'];
      /** Version of TensorFlow. */
      readonly library: string;
      readonly device: 'cpu' | 'gpu';
    }
  | {
      readonly engine: 'wasm';
      /** Why each installation method failed. */
      readonly reasons: readonly string[];
    };

/**
 * Installs the native engine for this project by the first method whose addon computes correctly in its own process: an
 * existing installation, the user's cache, the official download, a build against the Python wheel. If none works, the
 * result is `wasm`, which needs no installation.
 * @throws InterruptedError if the signal is aborted
 */
export async function installEngine(options: InstallOptions = {}): Promise<InstallResult> {
  const found = findNativePackage();
  if (!found) return { engine: 'wasm', reasons: [`the optional package ${packageName} is not installed`] };
  const cache = await cacheFolder();
  const { signal } = options;
  const step = options.onStep ?? (() => undefined);
  try {
    const present = options.force ? undefined : await installedOrCached(found, step, signal);
    if (present) return present;
    const onWait = (holder: string) => step(`another installation is running (${holder}): waiting for it`);
    return await withLock(join(cache, 'engine.lock'), () => installLocked(found, cache, options), {
      signal,
      onWait,
    });
  } catch (error) {
    if (signal?.aborted)
      throw new InterruptedError({ what: 'the installation was stopped', remedy: 'npm run engine' });
    // A read-only cache or a full disk must not stop work that wasm can do.
    return { engine: 'wasm', reasons: [messageOf(error)] };
  }
}

/** The methods that need neither network nor compiler. */
async function installedOrCached(
  found: NativePackage,
  step: (line: string) => void,
  signal: AbortSignal | undefined,
): Promise<InstallResult | undefined> {
  const inPlace = addonIn(found.folder, found.napi);
  if (existsSync(inPlace)) {
    const probe = await probeAddon(inPlace, signal);
    signal?.throwIfAborted();
    if (probe.works) return native('present', probe);
    step(`the installed addon: ${probe.reason}`);
    await unlinkPackage(found);
  }
  for (const { source, folder } of await cachedEntries(found)) {
    const probe = await probeAddon(addonIn(folder, found.napi), signal);
    signal?.throwIfAborted();
    if (probe.works) {
      await linkPackage(found, folder);
      step(`linked from the cache: ${describeSource(source)}`);
      return native('cache', probe);
    }
    step(`in the cache, ${describeSource(source)}: ${probe.reason}`);
  }
  return undefined;
}

async function installLocked(
  found: NativePackage,
  cache: string,
  options: InstallOptions,
): Promise<InstallResult> {
  const { signal, onProgress, onStep: step = () => undefined, force } = options;
  await removeAbandoned(cache);
  // While this process waited for the lock, another may have done the work.
  const done = force ? undefined : await installedOrCached(found, () => undefined, signal);
  if (done) return done;
  const reasons: string[] = [];
  for (const source of sources()) {
    const name = describeSource(source);
    step(`trying ${name}`);
    const progress: InstallContext['progress'] = (fraction, task, detail) =>
      onProgress?.({ task: `  ${task}`, fraction, ...(detail ? { detail } : {}) });
    try {
      const probe = await installSource(source, { cache, found, signal, progress });
      step(`installed from ${name}`);
      if (source.device === 'gpu' && probe.device === 'cpu') step(unusedGpu);
      return native(source.kind, probe);
    } catch (error) {
      signal?.throwIfAborted();
      reasons.push(`${name}: ${messageOf(error)}`);
      step(`  failed: ${messageOf(error)}`);
    }
  }
  return { engine: 'wasm', reasons };
}

const unusedGpu =
  'the GPU is not used: the CUDA libraries were not found (LD_LIBRARY_PATH must contain their folder)';

type WorkingProbe = Extract<ProbeResult, { works: true }>;

/** Builds a cache entry under a temporary name, verifies it, moves it into place and links the package to it. */
async function installSource(source: Source, context: InstallContext): Promise<WorkingProbe> {
  const { cache, found, signal, progress } = context;
  const entry = cacheEntry(cache, source, found);
  const staging = join(dirname(entry), `.${basename(entry)}.${randomBytes(4).toString('hex')}.tmp`);
  await mkdir(staging, { recursive: true });
  try {
    const make = source.kind === 'official' ? installOfficial : installFromWheel;
    await make(source, staging, context);
    progress(0.95, 'verify in its own process');
    const probe = await probeAddon(addonIn(staging, found.napi), signal);
    signal?.throwIfAborted();
    if (!probe.works) throw new Error(probe.reason);
    await replaceFolder(staging, entry);
    await linkPackage(found, entry);
    progress(1, 'done');
    return probe;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** Files are unlinked, not overwritten, so that a process that has mapped the old library keeps it. */
async function replaceFolder(from: string, to: string): Promise<void> {
  const aside = `${from}.old.tmp`;
  if (existsSync(to)) await rename(to, aside);
  await rename(from, to);
  await rm(aside, { recursive: true, force: true });
}

/** Removes staging folders left by killed installations; while this process has the lock, no one else uses them. */
async function removeAbandoned(cache: string): Promise<void> {
  const folder = join(cache, 'engine');
  const names = await readdir(folder).catch(() => []);
  const abandoned = names.filter((name) => name.startsWith('.') && name.endsWith('.tmp'));
  for (const name of abandoned) await rm(join(folder, name), { recursive: true, force: true });
}

function native(how: 'present' | 'cache' | Source['kind'], probe: WorkingProbe): InstallResult {
  return { engine: 'native', how, library: probe.library, device: probe.device };
}
