import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { messageOf } from '../../base/errors.js';
import type { OnProgress } from '../../base/progress.js';
import { DownloadError } from '../../net/index.js';
import { addons, describeFailure } from './addon.js';
import type { InstallContext } from './context.js';
import { Failures, UnfitError } from './failures.js';
import { addonIn, type NativePackage } from './layout.js';
import type { ProbeResult } from './probe.js';
import { cacheEntry, cacheKey, describeSource, type Source } from './source.js';

/** How {@link installEngine} installs, and what it reports on the way. */
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

/** What {@link installEngine} came to: the native engine, or why there is only WebAssembly. */
export type InstallResult =
  | {
      /** The native engine works: it was started once, in a process of its own. */
      readonly engine: 'native';
      /** `present`: built in the package's folder; `cache`: in the user's cache already; otherwise its source, TensorFlow's own build or its Python wheel. */
      readonly how: 'present' | 'cache' | 'official' | 'wheel';
      /** Version of TensorFlow. */
      readonly library: string;
      /** Where it computes. */
      readonly device: 'cpu' | 'gpu';
    }
  | {
      /** No method of installing the native engine worked: everything runs on WebAssembly. */
      readonly engine: 'wasm';
      /** Why each installation method failed. */
      readonly reasons: readonly string[];
    };

/** How the addons of sources are made and tested; tests have their own. */
export interface Methods {
  readonly sources: readonly Source[];
  /** Makes a cache entry in an empty folder. @throws UnfitError for a failure that would come again */
  readonly make: (source: Source, staging: string, context: InstallContext) => Promise<void>;
  readonly probe: (addon: string, signal?: AbortSignal) => Promise<ProbeResult>;
}

type WorkingProbe = Extract<ProbeResult, { works: true }>;

const unusedGpu =
  'the GPU is not used: the CUDA libraries were not found (LD_LIBRARY_PATH must contain their folder)';

/** One installation for one package into one cache. */
export class Installation {
  readonly #methods: Methods;
  readonly #found: NativePackage;
  readonly #cache: string;
  readonly #options: InstallOptions;
  readonly #failures: Failures;

  constructor(methods: Methods, found: NativePackage, cache: string, options: InstallOptions) {
    this.#methods = methods;
    this.#found = found;
    this.#cache = cache;
    this.#options = options;
    this.#failures = new Failures(cache);
  }

  /** An addon that is there and works: this needs neither network nor compiler. */
  async existing(step: (line: string) => void): Promise<InstallResult | undefined> {
    for (const { path, place, key, title } of addons(this.#found)) {
      if (this.#failures.get(key)) continue;
      const probe = await this.#methods.probe(path, this.#options.signal);
      this.#options.signal?.throwIfAborted();
      if (probe.works) return native(place === 'package' ? 'present' : 'cache', probe);
      step(`${title}: ${probe.reason}`);
      if (probe.lasting) await this.#failures.remember(key, probe.reason);
    }
    return undefined;
  }

  /** Under the lock: tries the sources in their order. */
  async install(): Promise<InstallResult> {
    const { signal, onStep: step = () => undefined, force } = this.#options;
    await removeAbandoned(this.#cache);
    // Another process may have installed it while this one waited for the lock.
    const done = force ? undefined : await this.existing(() => undefined);
    if (done) return done;
    const reasons: string[] = [];
    let skipped = false;
    for (const source of this.#methods.sources) {
      const name = describeSource(source);
      const key = cacheKey(source, this.#found);
      const known = this.#failures.get(key);
      if (known) {
        reasons.push(`${name}: ${describeFailure(known)}`);
        skipped = true;
        continue;
      }
      step(`trying ${name}`);
      try {
        const probe = await this.#installSource(source);
        step(`installed from ${name}`);
        if (source.device === 'gpu' && probe.device === 'cpu') step(unusedGpu);
        return native(source.kind, probe);
      } catch (error) {
        signal?.throwIfAborted();
        const reason = error instanceof DownloadError ? error.summary : messageOf(error);
        reasons.push(`${name}: ${reason}`);
        step(`  failed: ${reason}`);
        if (error instanceof UnfitError) await this.#failures.remember(key, reason);
      }
    }
    if (skipped)
      step('what failed before on this machine was not tried again: npm run engine -- --force does');
    return { engine: 'wasm', reasons };
  }

  /** Builds a cache entry under a temporary name, verifies it and moves it into place. */
  async #installSource(source: Source): Promise<WorkingProbe> {
    const { signal, onProgress } = this.#options;
    const progress: InstallContext['progress'] = (fraction, task, detail) =>
      onProgress?.({ task: `  ${task}`, fraction, ...(detail ? { detail } : {}) });
    const [found, cache] = [this.#found, this.#cache];
    const entry = cacheEntry(cache, source, found);
    const staging = join(dirname(entry), `.${basename(entry)}.${randomBytes(4).toString('hex')}.tmp`);
    await mkdir(staging, { recursive: true });
    try {
      await this.#methods.make(source, staging, { cache, found, failures: this.#failures, signal, progress });
      progress(0.95, 'verify in its own process');
      const probe = await this.#methods.probe(addonIn(staging, found.napi), signal);
      signal?.throwIfAborted();
      if (!probe.works) throw probe.lasting ? new UnfitError(probe.reason) : new Error(probe.reason);
      await replaceFolder(staging, entry);
      progress(1, 'done');
      return probe;
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
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
