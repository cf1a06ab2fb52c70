import { z } from 'zod';
import { UsageError, WhyconvError } from '../../base/errors.js';
import { callJson, type JsonAnswer, withoutCredentials } from '../../net/index.js';

/** Runs of one page of a search. */
const PAGE = 1000;

/** Calls a method of the API; an answer of another status than 200 is an error with the server's words. */
export type Call = <T>(method: string, body: object | undefined, schema: z.ZodType<T>) => Promise<T>;

/** Also calls a method whose refusal means something: `raw`. */
type Server = Call & { readonly raw: (method: string) => Promise<JsonAnswer> };

/** @throws UsageError for an address that is none */
export function serverAt(address: string, signal: AbortSignal | undefined): Server {
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

/** The experiment of that name, made where there is none. */
export async function experimentId(name: string, call: Server): Promise<string> {
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

/** The runs of an experiment that have a tag, by its value. */
export async function knownRuns(
  experiment: string,
  tag: string,
  call: Call,
): Promise<Map<string, { id: string; status: string }>> {
  const known = new Map<string, { id: string; status: string }>();
  for (let token: string | undefined; ; ) {
    const body = { experiment_ids: [experiment], max_results: PAGE, ...(token && { page_token: token }) };
    const { runs, next_page_token } = await call('runs/search', body, runsSchema);
    for (const { info, data } of runs) {
      const key = data.tags.find((found) => found.key === tag)?.value;
      if (key !== undefined) known.set(key, { id: info.run_id, status: info.status });
    }
    if (!next_page_token) return known;
    token = next_page_token;
  }
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
