import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, WhyconvError } from '../base/errors.js';
import { projectRoot, writeFileAtomic } from '../base/files.js';
import { weightShapes } from '../models/index.js';
import {
  canonicalJson,
  discardCheckpoint,
  formatRunRecord,
  parseRunRecord,
  type RunRecord,
  readTensorFile,
  type TrainedRun,
  writeTensorFile,
} from '../training/index.js';

/** Where records lie unless told otherwise: shared by all profiles, since a key names one run wherever it was asked for. */
export const defaultStoreFolder = (): string =>
  process.env.WHYCONV_RUNS || join(projectRoot, 'reports', 'runs');

/**
 * Run records on disk: `<key>.json`, the best weights beside it as `<key>.safetensors`, and while a run lasts its
 * checkpoint as `<key>.checkpoint`.
 */
export class RunStore {
  constructor(readonly folder: string = defaultStoreFolder()) {}

  checkpointPath(key: string): string {
    return join(this.folder, `${key}.checkpoint`);
  }

  /** The record of a run, if it was finished. A file that is no valid record of it is an error, never ignored. */
  async get(key: string): Promise<RunRecord | undefined> {
    const path = this.path(key, 'json');
    if (!existsSync(path)) return undefined;
    const record = parseRunRecord(await readFile(path, 'utf8'), path);
    if (record === 'outdated') return undefined;
    if (record.key === key) return record;
    throw new WhyconvError({
      what: 'a run record lies under the name of another run',
      where: path,
      found: `the record of ${record.key}`,
      remedy: 'delete the file: the run will be trained again',
    });
  }

  /** Best weights in the order of `weightShapes(model)`; undefined where the run has none. */
  async weights(record: RunRecord): Promise<Float32Array[] | undefined> {
    const path = this.path(record.key, 'safetensors');
    if (!existsSync(path)) return undefined;
    const { tensors } = await readTensorFile(path);
    return weightShapes(record.spec.model).map(({ name, shape }) => {
      const found = tensors[name];
      if (found && found.shape.join() === shape.join()) return found.values;
      throw new WhyconvError({
        what: 'a file of weights does not hold those of its run',
        where: path,
        found: found ? `${name} of shape [${found.shape.join(', ')}]` : `no tensor ${name}`,
        expected: `${name} of shape [${shape.join(', ')}]`,
        remedy: 'delete it and the record beside it: the run will be trained again',
      });
    });
  }

  /** Saves weights, then the record, so that a record never lacks its weights; then drops the checkpoint. */
  async put({ record, weights }: TrainedRun): Promise<void> {
    if (record.results) {
      const shapes = weightShapes(record.spec.model);
      const tensors = Object.fromEntries(
        shapes.map(({ name, shape }) => [name, { shape, values: weights[name]! }]),
      );
      const metadata = { key: record.key, model: record.spec.model.name };
      await writeTensorFile(this.path(record.key, 'safetensors'), { tensors, metadata });
    }
    await writeFileAtomic(this.path(record.key, 'json'), formatRunRecord(record));
    await discardCheckpoint(this.checkpointPath(record.key));
  }

  /**
   * Something measured on trained models, computed once: kept as `<key>.measurement.json`, the key made of its name and
   * of everything it was computed from.
   *
   * @param parse turns the stored JSON into the value again; throws where it is none
   */
  async measurement<T>(
    name: string,
    from: unknown,
    parse: (json: unknown) => T,
    compute: () => Promise<T>,
  ): Promise<T> {
    const key = createHash('sha256')
      .update(canonicalJson([name, from]))
      .digest('hex');
    const path = this.path(key, 'measurement.json');
    if (existsSync(path)) return readMeasurement(path, parse);
    const value = await compute();
    await writeFileAtomic(path, `${JSON.stringify({ name, from, value }, null, 1)}\n`);
    return value;
  }

  /** All records but outdated ones, in the order of their keys. */
  async list(): Promise<RunRecord[]> {
    const names = existsSync(this.folder) ? await readdir(this.folder) : [];
    const keys = names.filter((name) => /^[0-9a-f]{64}\.json$/.test(name)).sort();
    const records = await Promise.all(keys.map((name) => this.get(name.slice(0, -'.json'.length))));
    return records.filter((record) => record !== undefined);
  }

  private path(key: string, extension: string): string {
    return join(this.folder, `${key}.${extension}`);
  }
}

async function readMeasurement<T>(path: string, parse: (json: unknown) => T): Promise<T> {
  try {
    return parse((JSON.parse(await readFile(path, 'utf8')) as { value: unknown }).value);
  } catch (cause) {
    const remedy = 'delete the file: it will be measured again';
    throw new WhyconvError(
      { what: 'not a valid measurement', where: path, found: messageOf(cause), remedy },
      { cause },
    );
  }
}
