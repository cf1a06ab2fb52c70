import { z } from 'zod';
import { UsageError, WhyconvError } from '../../base/errors.js';
import { callJson, type JsonAnswer, withoutCredentials } from '../../net/index.js';
import { describeRun } from '../../study/index.js';
import type { RunRecord } from '../../training/index.js';
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
/** Limits of one request: "up to 1000 metrics, 100 params" (MLflow REST API, Log Batch), runs a page. */
const METRICS = 1000;
const PAGE = 1000;

/**
 * Logs records at a tracking server by its REST API 2.0 (https://mlflow.org/docs/latest/rest-api.html): parameters are what was
 * varied, metrics have the epoch as their step. Runs that it has are left alone. Returns how many were added.
 *
 * @throws WhyconvError with the server's words where it refuses; UsageError for an address that is none
 */
export async function exportToMlflow(records: readonly RunRecord[], options: MlflowOptions): Promise<number> {
  const call = caller(options);
  const experiment = await experimentId(options.experiment, call);
  const known = await knownRuns(experiment, call);
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

type Call = <T>(method: string, body: object | undefined, schema: z.ZodType<T>) => Promise<T>;

function caller({ address, signal }: MlflowOptions): Call & { raw: (method: string) => Promise<JsonAnswer> } {
  if (!/^https?:$/.test(protocolOf(address)))
    throw new UsageError({
      what: 'not the address of a tracking server',
      where: '--export mlflow-rest',
      found: address,
      expected: 'such as http://localhost:5000',
    });
  const urlOf = (method: string) => `${address.replace(/\/+$/, '')}/api/2.0/mlflow/${method}`;
  const call: Call = async (method, body, schema) => {
    const answer = await callJson(urlOf(method), body, signal);
    if (answer.status === 200) return schema.parse(answer.json);
    throw refusal(urlOf(method), answer);
  };
  return Object.assign(call, { raw: (method: string) => callJson(urlOf(method), undefined, signal) });
}

async function experimentId(name: string, call: ReturnType<typeof caller>): Promise<string> {
  const answer = await call.raw(`experiments/get-by-name?experiment_name=${encodeURIComponent(name)}`);
  const found = z.object({ experiment: z.object({ experiment_id: z.string() }) }).safeParse(answer.json);
  if (answer.status === 200 && found.success) return found.data.experiment.experiment_id;
  return (await call('experiments/create', { name }, z.object({ experiment_id: z.string() }))).experiment_id;
}

const runsSchema = z.object({
  runs: z
    .array(
      z.object({
        info: z.object({ run_id: z.string(), status: z.string() }),
        data: z.object({
          tags: z.array(z.object({ key: z.string(), value: z.string() })).default([]),
        }),
      }),
    )
    .default([]),
  next_page_token: z.string().optional(),
});

async function knownRuns(
  experiment: string,
  call: Call,
): Promise<Map<string, { id: string; status: string }>> {
  const known = new Map<string, { id: string; status: string }>();
  for (let token: string | undefined; ; ) {
    const body = { experiment_ids: [experiment], max_results: PAGE, ...(token && { page_token: token }) };
    const { runs, next_page_token } = await call('runs/search', body, runsSchema);
    for (const { info, data } of runs) {
      const key = data.tags.find((tag) => tag.key === TAG)?.value;
      if (key !== undefined) known.set(key, { id: info.run_id, status: info.status });
    }
    if (!next_page_token) return known;
    token = next_page_token;
  }
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

function protocolOf(address: string): string {
  try {
    return new URL(address).protocol;
  } catch {
    return '';
  }
}

function refusal(url: string, { status, json }: JsonAnswer): WhyconvError {
  const said = z.object({ message: z.string() }).safeParse(json);
  return new WhyconvError({
    what: 'the tracking server refuses',
    where: withoutCredentials(url),
    found: said.success ? `${status}: ${said.data.message}` : `status ${status}`,
  });
}
