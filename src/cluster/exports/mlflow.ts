import { z } from 'zod';
import { describeRun } from '../../study/index.js';
import type { RunRecord } from '../../training/index.js';
import { type Call, experimentId, knownRuns, serverAt } from './mlflow-server.js';
import { epochTimes, runRow } from './rows.js';

export interface MlflowOptions {
  /** Of the tracking server: "http://host:5000". */
  readonly address: string;
  /** Name of the experiment there. */
  readonly experiment: string;
  readonly signal?: AbortSignal | undefined;
}

/** Which run of the study a run is. A run that the export did not finish has it too, and is replaced. */
const TAG = 'whyconv.key';
/** The most in one request (MLflow REST API, Log Batch). */
const METRICS = 1000;

/**
 * Logs records at a tracking server by its REST API 2.0 (https://mlflow.org/docs/latest/rest-api.html): parameters are what was
 * varied, metrics have the epoch as their step. Runs that it has are left alone. Returns how many were added.
 *
 * @throws WhyconvError with the server's words where it refuses; UsageError for an address that is none
 */
export async function exportToMlflow(records: readonly RunRecord[], options: MlflowOptions): Promise<number> {
  const call = serverAt(options.address, options.signal);
  const experiment = await experimentId(options.experiment, call);
  const known = await knownRuns(experiment, TAG, call);
  let added = 0;
  for (const record of records) {
    const found = known.get(record.key);
    if (found?.status === 'FINISHED') continue;
    if (found) await call('runs/delete', { run_id: found.id }, z.unknown());
    await addRun(record, experiment, call);
    added++;
  }
  return added;
}

async function addRun(record: RunRecord, experiment: string, call: Call): Promise<void> {
  const { run } = await call(
    'runs/create',
    {
      experiment_id: experiment,
      run_name: describeRun(record.spec),
      start_time: Date.parse(record.provenance.startedAt),
      tags: [{ key: TAG, value: record.key }],
    },
    z.object({ run: z.object({ info: z.object({ run_id: z.string() }) }) }),
  );
  const { run_id } = run.info;
  const metrics = metricsOf(record);
  for (let from = 0; from < metrics.length; from += METRICS)
    await call('runs/log-batch', { run_id, metrics: metrics.slice(from, from + METRICS) }, z.unknown());
  await call('runs/log-batch', { run_id, params: paramsOf(record) }, z.unknown());
  const end_time = Date.parse(record.provenance.finishedAt);
  await call('runs/update', { run_id, status: 'FINISHED', end_time }, z.unknown());
}

/** Numbers by name and epoch; a loss that is not a number is left out, since JSON has none. */
function metricsOf(record: RunRecord) {
  const times = epochTimes(record);
  const epochs = record.history.flatMap((epoch, i) => {
    const { trainLoss, trainAccuracy, validationLoss, validationAccuracy, learningRate } = epoch;
    const values = { trainLoss, trainAccuracy, validationLoss, validationAccuracy, learningRate };
    return metrics(values, times[i]!, epoch.epoch);
  });
  const { testLoss, testAccuracy, keptEpoch, seconds, imagesPerSecond } = runRow(record);
  const end = { testLoss, testAccuracy, seconds, imagesPerSecond };
  return [...epochs, ...metrics(end, Date.parse(record.provenance.finishedAt), keptEpoch ?? 0)];
}

const metrics = (values: Readonly<Record<string, number | null>>, timestamp: number, step: number) =>
  Object.entries(values).flatMap(([key, value]) =>
    value !== null && Number.isFinite(value) ? [{ key, value, timestamp, step }] : [],
  );

/** All that a row says of a run and that is not a metric. */
function paramsOf(record: RunRecord): { key: string; value: string }[] {
  return Object.entries(runRow(record)).flatMap(([key, value]) =>
    value === null || /Loss$|Accuracy$|^(seconds|imagesPerSecond|startedAt|finishedAt)$/.test(key)
      ? []
      : [{ key, value: String(value) }],
  );
}
