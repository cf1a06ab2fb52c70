import { constants, existsSync } from 'node:fs';
import { access, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, WhyconvError } from '../base/errors.js';
import { homeFolder, projectRoot, removeAbandonedFiles, writeFileAtomic } from '../base/files.js';
import {
  type LockOptions,
  type LockState,
  LockWatch,
  readLock,
  removeDeadLock,
  withLock,
} from '../base/lock.js';
import { mapFew } from '../base/map-few.js';
import { weightShapes } from '../models/index.js';
import {
  discardCheckpoint,
  formatRunRecord,
  parseRunRecord,
  type RunRecord,
  readTensorFile,
  type TrainedRun,
  writeTensorFile,
} from '../training/index.js';
import { failureOf, formatFailure, parseFailure, type RunFailure } from './failure.js';
import { formatMeasurement, isMadeFrom, measurementKey, readMeasurement } from './stored-measurement.js';
import { weightsIn } from './weights-in.js';

/**
 * Default folder of records: shared by all profiles, since a key names one run, whoever asks for it.
 *
 * @example
 * ```ts
 * import { defaultStoreFolder } from 'whyconv';
 *
 * process.env.WHYCONV_RUNS = 'runs';
 * defaultStoreFolder(); // => 'runs'
 * ```
 */
export const defaultStoreFolder = (): string =>
  process.env.WHYCONV_RUNS || join(homeFolder(), 'reports', 'runs');

/** Records of the study that is part of the repository. */
export const RECORDED_FOLDER: string = join(projectRoot, 'reports', 'recorded');

/**
 * All runs of that study: empty where the repository has none yet.
 *
 * @throws WhyconvError for a file that is no valid record
 * @example
 * ```ts
 * import { recordedRuns } from 'whyconv';
 *
 * const models = new Set((await recordedRuns()).map(({ spec }) => spec.model.name));
 * models.has('small') && models.has('baseline'); // => true
 * ```
 */
export const recordedRuns = (): Promise<RunRecord[]> => new RunStore(RECORDED_FOLDER).list();

/**
 * Run records on disk: `<key>.json`, the best weights next to it as `<key>.safetensors`, and while a run is trained its
 * checkpoint as `<key>.checkpoint` and the claim of whoever trains it as `<key>.lock`; how an attempt failed as `<key>.failure`.
 * Several processes may share a folder.
 *
 * @example
 * ```ts
 * import { RunStore, cnn, PROTOCOLS, runSpec, shapesDataset, startEngine, train } from 'whyconv';
 *
 * await startEngine();
 * const dataset = shapesDataset({ train: 300, test: 100, seed: 0 });
 * const setting = { model: cnn('mine', 4, 8), protocol: PROTOCOLS.fast, images: null, validation: 100, test: null };
 * const spec = runSpec(setting, { dataset: dataset.fingerprint, available: 300, seed: 0, maxEpochs: 1 });
 * const store = new RunStore('my-runs');
 * const trained = await train(spec, dataset);
 * await store.put(trained);
 * (await store.get(trained.record.key))!.spec.model.name; // => 'mine'
 * (await store.weights(trained.record))!.length; // => 14
 * ```
 */
export class RunStore {
  /**
   * @param folder made where it does not exist yet, as soon as something is written
   * @param base records that come before the folder's own and are only read, such as those of the repository
   */
  constructor(
    /** Where the files are. */
    readonly folder: string = defaultStoreFolder(),
    /** Records that come before the folder's own. */
    readonly base?: RunStore,
  ) {}

  /** @internal Where a run that is being trained writes its checkpoint. */
  checkpointPath(key: string): string {
    return join(this.folder, `${key}.checkpoint`);
  }

  /**
   * Runs `work` while nobody else, in this process or another, does so for the same run; see `withLock`. Whoever had to wait
   * looks for the record before training.
   *
   * @internal
   */
  claim<T>(key: string, work: (lost: AbortSignal) => Promise<T>, options: LockOptions): Promise<T> {
    return withLock(this.path(key, 'lock'), work, options);
  }

  /** @internal Whether some process claims the run; one that was killed may have left its claim. */
  isClaimed(key: string): boolean {
    return existsSync(this.path(key, 'lock'));
  }

  /** @internal Whose claim it is, and since when. */
  claimOf(key: string): Promise<LockState | undefined> {
    return readLock(this.path(key, 'lock'));
  }

  /** @internal Watches another's claim, which is removed when its holder turns out to be dead. */
  watchClaim(key: string, stale?: number): LockWatch {
    return new LockWatch(this.path(key, 'lock'), stale);
  }

  /** @internal Notes how an attempt at the run failed, for whoever looks at the folder. */
  async noteFailure(key: string, error: unknown): Promise<void> {
    // A full or broken disk may be why the attempt failed: that error is the one to report.
    const text = formatFailure(failureOf(key, error));
    await writeFileAtomic(this.path(key, 'failure'), text).catch(() => undefined);
  }

  /** @internal How the last attempt at the run failed; undefined where none has, or it has succeeded since. */
  async failure(key: string): Promise<RunFailure | undefined> {
    const path = this.path(key, 'failure');
    return existsSync(path) ? parseFailure(await readFile(path, 'utf8')) : undefined;
  }

  /** Makes sure that records can be written, before hours are spent on one. */
  async prepare(): Promise<void> {
    try {
      await mkdir(this.folder, { recursive: true });
      await access(this.folder, constants.W_OK | constants.X_OK);
    } catch (cause) {
      throw new WhyconvError(
        {
          what: 'records of runs cannot be written here',
          where: this.folder,
          found: messageOf(cause),
          expected: 'a folder that this user may write in, or a path where one can be made',
          remedy: 'set WHYCONV_RUNS to such a folder, or leave it unset for reports/runs',
        },
        { cause },
      );
    }
  }

  /** @internal Removes what killed processes left half-written or claimed. Checkpoints stay. */
  async removeLeftovers(): Promise<void> {
    const names = await this.names();
    await removeAbandonedFiles(this.folder);
    for (const name of names) {
      if (/^[0-9a-f]{64}\.lock$/.test(name)) await removeDeadLock(join(this.folder, name));
    }
  }

  /** The record of a run, if it was finished. A file that is not a valid record of it is an error, never ignored. */
  async get(key: string): Promise<RunRecord | undefined> {
    const known = await this.base?.get(key);
    if (known) return known;
    const record = await this.read(key);
    return record === 'outdated' ? undefined : record;
  }

  private async read(key: string): Promise<RunRecord | 'outdated' | undefined> {
    const path = this.path(key, 'json');
    if (!existsSync(path)) return undefined;
    const record = parseRunRecord(await readFile(path, 'utf8'), path);
    if (record === 'outdated' || record.key === key) return record;
    throw new WhyconvError({
      what: 'a run record is stored under the name of another run',
      where: path,
      found: `the record of ${record.key}`,
      remedy: 'delete the file: the run will be trained again',
    });
  }

  /** Whether the weights of a run are here. */
  hasWeights(record: RunRecord): boolean {
    return this.base?.hasWeights(record) || existsSync(this.path(record.key, 'safetensors'));
  }

  /** Best weights in the order of `weightShapes(model)`; undefined where the run has none. */
  async weights(record: RunRecord): Promise<Float32Array[] | undefined> {
    const known = await this.base?.weights(record);
    if (known) return known;
    const path = this.path(record.key, 'safetensors');
    if (!existsSync(path)) return undefined;
    return weightsIn(await readTensorFile(path), record.spec.model, {
      what: 'a file of weights does not hold the weights of its run',
      where: path,
      remedy: 'delete it and the record next to it: the run will be trained again',
    });
  }

  /** Saves weights, then the record, so that a record never lacks its weights; then drops checkpoint and failure. */
  async put({ record, weights }: TrainedRun): Promise<void> {
    if (record.results) {
      const shapes = weightShapes(record.spec.model);
      const tensors = Object.fromEntries(
        shapes.map(({ name, shape }) => [name, { shape, values: weights[name]! }]),
      );
      const metadata = { key: record.key, model: record.spec.model.name };
      await writeTensorFile(this.path(record.key, 'safetensors'), { tensors, metadata });
    }
    await this.finish(record);
  }

  /** @internal Copies a run from another store: its weights, where they are wanted and that has them, then the record. */
  async adopt(record: RunRecord, from: RunStore, { weights = true } = {}): Promise<void> {
    const file = `${record.key}.safetensors`;
    if (weights && existsSync(join(from.folder, file))) await this.copy(file, from);
    await this.finish(record);
  }

  /**
   * Copies what another store has measured on runs of this one and this one lacks.
   *
   * @internal
   * @returns how many measurements
   */
  async adoptMeasurements(from: RunStore): Promise<number> {
    const known = new Set(await this.names());
    const files = (await from.names()).filter((file) => isMeasurement(file) && !known.has(file));
    let copied = 0;
    for (const file of files) {
      const { run } = (await readMeasurement(join(from.folder, file), (json) => json)).from;
      if (!known.has(`${run}.json`)) continue;
      await this.copy(file, from);
      copied++;
    }
    return copied;
  }

  private async copy(file: string, from: RunStore): Promise<void> {
    await writeFileAtomic(join(this.folder, file), await readFile(join(from.folder, file)));
  }

  private async finish(record: RunRecord): Promise<void> {
    await writeFileAtomic(this.path(record.key, 'json'), formatRunRecord(record));
    await discardCheckpoint(this.checkpointPath(record.key));
    await rm(this.path(record.key, 'failure'), { force: true });
  }

  /**
   * Something measured on trained models, computed once where the folder can be written: kept as `<key>.measurement.json`, the key made of its name and
   * of everything it was computed from.
   *
   * @param parse turns the stored JSON into the value again; throws where it is not valid
   * @throws WhyconvError where what was measured holds a number that is not finite: nothing is stored then
   */
  async measurement<T>(
    name: string,
    from: unknown,
    parse: (json: unknown) => T,
    compute: () => Promise<T>,
  ): Promise<T> {
    const key = measurementKey(name, from);
    const path = this.path(key, 'measurement.json');
    const stored = [this.base?.path(key, 'measurement.json'), path].find((at) => at && existsSync(at));
    if (stored) return (await readMeasurement(stored, parse)).value;
    const value = await compute();
    const text = formatMeasurement({ name, from, value });
    // It is right where it cannot be kept, too, as beside records on a read-only disk: it is measured again next time.
    await writeFileAtomic(path, text).catch(() => undefined);
    return value;
  }

  /**
   * A measurement of that name made from all that `from` names, whatever else it was made from: for networks whose weights are
   * not there. Undefined where there is none.
   */
  async findMeasurement<T>(
    name: string,
    from: Readonly<Record<string, unknown>>,
    parse: (json: unknown) => T,
  ): Promise<T | undefined> {
    const known = await this.base?.findMeasurement(name, from, parse);
    if (known !== undefined) return known;
    for (const file of (await this.names()).filter(isMeasurement)) {
      const found = await readMeasurement(join(this.folder, file), (json) => json);
      if (found.name === name && isMadeFrom(found, from)) return parse(found.value);
    }
    return undefined;
  }

  /** All records but outdated ones, in the order of their keys. */
  async list(): Promise<RunRecord[]> {
    const known = (await this.base?.list()) ?? [];
    const keys = new Set(known.map(({ key }) => key));
    const own = await this.readAll();
    const added = own.filter((record) => record !== 'outdated').filter(({ key }) => !keys.has(key));
    return [...known, ...added].sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  /**
   * How many records are of an earlier format or of earlier semantics of training: they answer nothing, and stay where they are
   * until someone deletes them.
   */
  async countOutdated(): Promise<number> {
    return (await this.readAll()).filter((record) => record === 'outdated').length;
  }

  private async readAll(): Promise<(RunRecord | 'outdated')[]> {
    const names = (await this.names()).filter((name) => /^[0-9a-f]{64}\.json$/.test(name)).sort();
    const records = await mapFew(names, (name) => this.read(name.slice(0, -'.json'.length)));
    return records.filter((record) => record !== undefined);
  }

  private async names(): Promise<string[]> {
    if (!existsSync(this.folder)) return [];
    return readdir(this.folder).catch((cause: unknown) => {
      throw new WhyconvError(
        {
          what: 'records of runs cannot be read here',
          where: this.folder,
          found: messageOf(cause),
          expected: 'a folder that this user may read, or none yet',
        },
        { cause },
      );
    });
  }

  private path(key: string, extension: string): string {
    return join(this.folder, `${key}.${extension}`);
  }
}

const isMeasurement = (file: string): boolean => file.endsWith('.measurement.json');
