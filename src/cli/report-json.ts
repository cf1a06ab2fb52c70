import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { WhyconvError } from '../base/errors.js';
import { VERDICTS } from '../claims/index.js';
import type { Dataset } from '../data/index.js';
import { MODEL_NAMES } from '../models/index.js';
import type { MadeReport } from '../report/make-report.js';
import type { ReportSummary } from './report-summary.js';

const share = z.number().min(0).max(1);
const figures = z
  .object({ testAccuracy: share, validationAccuracy: share, seconds: z.number(), seeds: z.int() })
  .nullable();

const schema = z.object({
  status: z.enum(['complete', 'failed']),
  profile: z.string(),
  /** Of the whole report. */
  seconds: z.number(),
  engine: z.string(),
  dataset: z.object({ name: z.string(), fingerprint: z.string(), official: z.boolean() }),
  notebooks: z.array(z.object({ file: z.string(), state: z.string(), seconds: z.number().nullable() })),
  /** By how much, why, with how little; Markdown. Absent in earlier versions. */
  answer: z.array(z.string()).optional(),
  /** Accuracies as shares of 1; here: this run, recorded: the study in the repository. */
  models: z.array(
    z.object({
      model: z.enum(MODEL_NAMES),
      here: figures,
      recorded: figures,
      published: z.object({ testAccuracy: share, validationAccuracy: share }).nullable(),
    }),
  ),
  claims: z.array(
    z.object({
      id: z.string(),
      /** Of this run; where it is a report of the recorded study, of that. */
      verdict: z.enum(VERDICTS),
      /** Of the study in the repository; absent in earlier versions. */
      recorded: z.enum(VERDICTS).nullable().optional(),
      reading: z.string(),
    }),
  ),
});

/** What instructors and CI read of a report: `report.json` next to the page. */
export type ReportJson = z.infer<typeof schema>;

export async function readReportJson(path: string): Promise<ReportJson> {
  const remedy = 'give the report.json that a report wrote next to its page';
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new WhyconvError(
      { what: 'the report to compare with cannot be read', where: path, remedy },
      { cause },
    );
  });
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    const found = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    throw new WhyconvError({ what: 'not a report.json', where: path, found, remedy }, { cause });
  }
}

/** The report as data. */
export function reportJson(
  { notebooks, failure }: MadeReport,
  { overview }: ReportSummary,
  about: {
    readonly profile: string;
    readonly engine: string;
    readonly dataset: Pick<Dataset, 'name' | 'fingerprint' | 'official'>;
    readonly seconds: number;
  },
): ReportJson {
  const { name, fingerprint, official } = about.dataset;
  return {
    ...about,
    status: failure ? 'failed' : 'complete',
    dataset: { name, fingerprint, official },
    notebooks: notebooks.map(({ file, state = 'complete', seconds = null }) => ({ file, state, seconds })),
    answer: [...overview.answer],
    models: overview.models.map((row) => ({ ...row })),
    claims: overview.claims.map(({ id, here, recorded, reading }) => ({
      id,
      verdict: here ?? recorded ?? 'no records',
      recorded,
      reading,
    })),
  };
}
