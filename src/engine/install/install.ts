import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { InterruptedError, messageOf } from '../../base/errors.js';
import { withLock } from '../../base/lock.js';
import type { OnProgress } from '../../base/progress.js';
import { DownloadError } from '../../net/index.js';
import type { InstallContext } from './context.js';
import { addonIn, cacheFolder, findNativePackage, type NativePackage, packageName } from './layout.js';
import { cachedEntries, linkPackage, unlinkPackage } from './link.js';
import { installOfficial } from './official.js';
import { type ProbeResult, probeAddon } from './probe.js';
import { cacheEntry, describeSource, type Source, sources } from './source.js';
import { installFromWheel } from './wheel.js';

export interface InstallOptions {
  /** Called with how far the present step has come. */
  readonly onProgress?: OnProgress;
  /** Called with one line for each step taken and each step that failed. */
  readonly onStep?: (line: string) => void;
  /** Installs anew even if an addon is there and works. */
  readonly force?: boolean;
  /** Stops the work; nothing half-done stays. */
  readonly signal?: AbortSignal;
}

export type InstallResult =
  | {
      readonly engine: 'native';
      /** `present`: it was there; `cache`: linked from the user's cache; else what it was made from. */
      readonly how: 'present' | 'cache' | Source['kind'];
      /** Version of TensorFlow. */
      readonly library: string;
      readonly device: 'cpu' | 'gpu';
    }
  | {
      readonly engine: 'wasm' /** Why each way to the native engine failed. */;
      readonly reasons: readonly string[];
    };

/**
 * Installs the native engine for this project, by the first way that ends in an addon which computes rightly in a
 * process of its own: what is there already, the user's cache, the official download, a build against the Python
 * wheel. Where none works the result is `wasm`, which needs no installation.
 * @throws InterruptedError if the signal is aborted
 */
export async function installEngine(options: InstallOptions = {}): Promise<InstallResult> {
  const found = findNativePackage();
  if (!found) return { engine: 'wasm', reasons: [`npm has left out the optional package ${packageName}`] };
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
    // A cache that cannot be written or a full disk must not stop work that wasm can do.
    return { engine: 'wasm', reasons: [messageOf(error)] };
  }
}

/** Ways that cost no network and no compiler. */
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
      const reason = error instanceof DownloadError ? error.summary : messageOf(error);
      reasons.push(`${name}: ${reason}`);
      step(`  failed: ${reason}`);
    }
  }
  return { engine: 'wasm', reasons };
}

const unusedGpu =
  'the GPU is not used: the library has not found the CUDA libraries it wants (LD_LIBRARY_PATH names their folder)';

type WorkingProbe = Extract<ProbeResult, { works: true }>;

/** Makes a cache entry in a folder of another name, verifies it there, moves it into place and links the package. */
async function installSource(source: Source, context: InstallContext): Promise<WorkingProbe> {
  const { cache, found, signal, progress } = context;
  const entry = cacheEntry(cache, source, found);
  const staging = join(dirname(entry), `.${basename(entry)}.${randomBytes(4).toString('hex')}.tmp`);
  await mkdir(staging, { recursive: true });
  try {
    const make = source.kind === 'official' ? installOfficial : installFromWheel;
    await make(source, staging, context);
    progress(0.95, 'verify in a process of its own');
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

/** A process that has the old library mapped keeps it: files are unlinked, not overwritten. */
async function replaceFolder(from: string, to: string): Promise<void> {
  const aside = `${from}.old.tmp`;
  if (existsSync(to)) await rename(to, aside);
  await rename(from, to);
  await rm(aside, { recursive: true, force: true });
}

/** Staging folders that a killed installation has left; the lock says that nobody works in them now. */
async function removeAbandoned(cache: string): Promise<void> {
  const folder = join(cache, 'engine');
  const names = await readdir(folder).catch(() => []);
  const abandoned = names.filter((name) => name.startsWith('.') && name.endsWith('.tmp'));
  for (const name of abandoned) await rm(join(folder, name), { recursive: true, force: true });
}

function native(how: 'present' | 'cache' | Source['kind'], probe: WorkingProbe): InstallResult {
  return { engine: 'native', how, library: probe.library, device: probe.device };
}
