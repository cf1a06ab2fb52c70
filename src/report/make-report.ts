import { readdir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { UsageError, WhyconvError } from '../base/errors.js';
import { projectRoot, writeFileAtomic } from '../base/files.js';
import {
  type CellFailure,
  type ExecutedNotebook,
  executeNotebook,
  type OnExecuteEvent,
  type Parameters,
} from './execute/index.js';
import { type Notebook, parseNotebook, serializeNotebook, stripOutputs } from './nbformat.js';
import { type FactGroup, type ReportNotebook, type ReportOutcome, renderReport } from './page/index.js';

export interface MakeReportOptions {
  readonly profile: string;
  /** Folder for index.html and the executed notebooks. */
  readonly out: string;
  /** Paths of the notebooks, in reading order. */
  readonly notebooks: readonly string[];
  readonly parameters: Parameters;
  readonly env: Readonly<Record<string, string>>;
  readonly provenance: readonly FactGroup[];
  readonly onEvent: OnExecuteEvent;
  readonly signal: AbortSignal;
}

export interface MadeReport {
  /** The page. */
  readonly path: string;
  readonly bytes: number;
  readonly notebooks: readonly ReportNotebook[];
  readonly failure?: { readonly notebook: string; readonly cell: CellFailure };
}

/** Longest a cell may take, seconds: the slowest trains the widest network in the full profile. */
const CELL_TIMEOUT = 24 * 3600;

/** The notebooks of a folder, in the order of their names; all, or those whose names begin with one of `chosen`. */
export async function findNotebooks(
  chosen?: readonly string[],
  folder = join(projectRoot, 'notebooks'),
): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.ipynb')).sort();
  for (const prefix of chosen ?? []) {
    if (prefix && names.some((name) => name.startsWith(prefix))) continue;
    const expected = names.map((name) => name.split('-')[0]).join(', ');
    throw new UsageError({
      what: 'no such notebook',
      where: '--notebooks',
      found: prefix || '(empty)',
      expected,
    });
  }
  return names
    .filter((name) => !chosen || chosen.some((prefix) => name.startsWith(prefix)))
    .map((name) => join(folder, name));
}

/**
 * Executes notebooks one after the other, each on a kernel of its own, writes each executed copy as it ends, then the
 * page. A failing cell ends the execution; the page is written all the same and says so.
 */
export async function makeReport(options: MakeReportOptions): Promise<MadeReport> {
  const page = join(options.out, 'index.html');
  const started = new Date();
  const sources = await Promise.all(options.notebooks.map(readNotebook));
  await removeOldCopies(options.out);
  const notebooks: ReportNotebook[] = [];
  let failure: MadeReport['failure'];
  for (const { path, notebook } of sources) {
    const file = basename(path);
    if (failure) {
      notebooks.push({ file, notebook: stripOutputs(notebook), state: 'not run' });
      continue;
    }
    const executed = await executeNotebook(notebook, executeOptions(path, notebook, options));
    await writeFileAtomic(join(options.out, file), serializeNotebook(executed.notebook));
    if (executed.failed) failure = { notebook: file, cell: executed.failed };
    notebooks.push(reportNotebook(file, executed));
  }
  const html = await renderReport({
    title: 'Why convolutions?',
    subtitle:
      'Why, and by how much, do convolutional networks beat flat dense ones on images? An experiment.',
    profile: options.profile,
    createdAt: started.toISOString(),
    outcome: outcome(failure),
    banners: [],
    provenance: [...options.provenance, durations(notebooks)],
    notebooks,
  });
  await writeFileAtomic(page, html);
  return { path: page, bytes: Buffer.byteLength(html), notebooks, ...(failure && { failure }) };
}

async function readNotebook(path: string): Promise<{ path: string; notebook: Notebook }> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new WhyconvError(
      { what: 'the notebook cannot be read', where: path, found: String(cause) },
      { cause },
    );
  });
  return { path, notebook: parseNotebook(text, path) };
}

/** So that no copy of an earlier execution stands beside the new page. */
async function removeOldCopies(out: string): Promise<void> {
  const names = await readdir(out).catch(() => []);
  const old = names.filter((name) => name.endsWith('.ipynb') || name === 'index.html');
  await Promise.all(old.map((name) => rm(join(out, name))));
}

function executeOptions(
  path: string,
  notebook: Notebook,
  { parameters, env, onEvent, signal }: MakeReportOptions,
) {
  const takesParameters = notebook.cells.some((cell) => cell.metadata.tags?.includes('parameters'));
  return { path, env, onEvent, signal, cellTimeout: CELL_TIMEOUT, ...(takesParameters && { parameters }) };
}

const reportNotebook = (file: string, { notebook, seconds, failed }: ExecutedNotebook): ReportNotebook => ({
  file,
  notebook,
  seconds,
  state: failed ? 'failed' : 'complete',
});

function outcome(failure: MadeReport['failure']): ReportOutcome {
  if (!failure) return { status: 'complete' };
  const { notebook, cell } = failure;
  const error = cell.traceback.length > 0 ? cell.traceback.join('\n') : `${cell.ename}: ${cell.evalue}`;
  return { status: 'FAILED', failure: { notebook, cell: cell.cellNumber, source: cell.source, error } };
}

const durations = (notebooks: readonly ReportNotebook[]): FactGroup => ({
  title: 'Durations',
  facts: notebooks.map(({ file, seconds }) => ({
    label: file,
    value: seconds === undefined ? 'not run' : `${seconds.toFixed(1)} s`,
  })),
});
