import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { UsageError, WhyconvError } from '../base/errors.js';
import { writeFileAtomic } from '../base/files.js';
import {
  type Dataset,
  type DatasetFacts,
  findDataset,
  type LoadOptions,
  withoutImages,
} from '../data/index.js';
import { RECORDED_FOLDER } from '../runs/index.js';
import { SYNTHETIC } from './dataset.js';
import { readJsonFile } from './read-json-file.js';

/** Next to the records: what their runs were trained on, for machines without the images. */
const fileIn = (folder: string): string => join(folder, 'dataset.json');

export const hasRecordedFacts = (folder: string): boolean => existsSync(fileIn(folder));

const factsSchema = z.object({
  name: z.literal('cifar10'),
  classes: z.array(z.string()),
  fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
  official: z.boolean(),
  train: z.int(),
  test: z.int(),
});

/**
 * What is known of the images of the recorded study.
 *
 * @throws WhyconvError where the repository has no recorded study
 */
export async function recordedFacts(folder: string = RECORDED_FOLDER): Promise<DatasetFacts> {
  const path = fileIn(folder);
  if (!hasRecordedFacts(folder)) {
    throw new WhyconvError({
      what: 'there is no recorded study here',
      where: path,
      remedy:
        'npm run study -- --profile full trains it; with WHYCONV_TRAIN=1 the profile full reads what it trained',
    });
  }
  return readJsonFile(path, factsSchema, { what: 'not the facts of a dataset', remedy: 'restore the file' });
}

/** Writes what is known of CIFAR-10's images next to the records made from them. */
export async function writeRecordedFacts(dataset: Dataset, folder: string): Promise<void> {
  const { name, classes, fingerprint, official, train, test } = dataset;
  const facts = { name, classes, fingerprint, official, train: train.count, test: test.count };
  await writeFileAtomic(fileIn(folder), `${JSON.stringify(facts, null, 1)}\n`);
}

/** Whether the profile full shows the recorded study: unless WHYCONV_TRAIN is set, since nobody trains for a night by accident. */
export const showsRecorded = (profile: string): boolean => profile === 'full' && !process.env.WHYCONV_TRAIN;

/**
 * CIFAR-10 for the pictures of the recorded study: what `data` names, otherwise what is on this machine, otherwise the facts
 * without the images. Nothing is downloaded.
 */
export async function datasetForRecorded(
  data: string | undefined,
  facts: DatasetFacts,
  options: Pick<LoadOptions, 'onProgress' | 'signal'>,
): Promise<Dataset> {
  const dataset = data === SYNTHETIC ? undefined : await findDataset({ ...options, path: data || undefined });
  if (dataset && dataset.name !== 'cifar10')
    throw new UsageError({
      what: 'the recorded study is about CIFAR-10',
      found: dataset.source,
      remedy:
        'leave data empty; for images of your own, choose the profile smoke or quick, or set WHYCONV_TRAIN=1',
    });
  return dataset ?? withoutImages(facts);
}
