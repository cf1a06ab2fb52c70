import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { InterruptedError, messageOf, WhyconvError } from '../base/errors.js';
import { writeFileAtomic } from '../base/files.js';
import {
  type CellFailure,
  declaredParameters,
  type ExecutedNotebook,
  executeNotebook,
  type OnExecuteEvent,
  type Parameters,
} from './execute/index.js';
import {
  type Notebook,
  parseNotebook,
  serializeNotebook,
  stripMovingFigures,
  stripOutputs,
} from './nbformat.js';
import { prepareOutFolder, removeOldReport } from './out-folder.js';
import {
  type FactGroup,
  type Lead,
  type ReportNotebook,
  type ReportOutcome,
  renderReport,
} from './page/index.js';

export interface MakeReportOptions {
  readonly title: string;
  /** Markdown, one or two sentences. */
  readonly subtitle: string;
  readonly profile: string;
  /** Folder for index.html and the executed notebooks. */
  readonly out: string;
  /** Paths of the notebooks, in reading order. */
  readonly notebooks: readonly string[];
  /** Given to each notebook as far as it declares them. */
  readonly parameters: Parameters;
  /** Cells with one of these tags are shown and not executed; default: none. */
  readonly skipTags?: readonly string[];
  /** By tag: cells that are not executed either, and what is said in place of their outputs, in Markdown; default: none. */
  readonly leaveOut?: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  /** Called when the notebooks have been executed: what the page says of them as a whole. */
  readonly conclude: () => Promise<Conclusion>;
  /** Longest a cell may take, in seconds; default: a day, for the widest network in the full profile. */
  readonly cellTimeout?: number | undefined;
  readonly onEvent: OnExecuteEvent;
  /** Called with what was fixed in a notebook when it was read, as a sentence. */
  readonly onFixed?: (what: string) => void;
  readonly signal: AbortSignal;
}

/** What is known only once the notebooks have run. */
export interface Conclusion {
  readonly provenance: readonly FactGroup[];
  readonly lead?: Lead | undefined;
}

export interface MadeReport {
  /** The page. */
  readonly path: string;
  readonly bytes: number;
  readonly notebooks: readonly ReportNotebook[];
  readonly failure?: { readonly notebook: string; readonly cell: CellFailure };
}

const CELL_TIMEOUT = 24 * 3600;

/**
 * Executes notebooks one after the other, each on its own kernel, writes each executed copy when it is done, then the
 * page. A failing cell ends the execution; the page is still written and says so. The same applies to a kernel that cannot
 * start, whose error is thrown once the page is written.
 *
 * @throws UsageError where `out` is the notebooks' own folder
 * @throws InterruptedError when `signal` is aborted: no page is written then
 */
export async function makeReport(options: MakeReportOptions): Promise<MadeReport> {
  const { out, notebooks: paths } = options;
  const started = new Date();
  await prepareOutFolder(out, paths);
  const sources = await Promise.all(paths.map((path) => readNotebook(path, options.onFixed)));
  await removeOldReport(out, paths);
  const { notebooks, failure, noKernel } = await executeAll(sources, options);
  const { lead, provenance } = await options.conclude().catch((error: unknown): Conclusion => {
    // What made a notebook fail may also keep its runs from being read: the page says what failed all the same.
    if (!failure && !noKernel) throw error;
    return { provenance: [] };
  });
  const html = await renderReport({
    title: options.title,
    subtitle: options.subtitle,
    profile: options.profile,
    createdAt: started.toISOString(),
    outcome: outcome(failure, noKernel),
    banners: [],
    provenance,
    ...(lead && { lead }),
    notebooks,
  });
  const page = join(out, 'index.html');
  await writeFileAtomic(page, html);
  if (noKernel) throw noKernel.error;
  return { path: page, bytes: Buffer.byteLength(html), notebooks, ...(failure && { failure }) };
}

/** The result of executing the notebooks; the first one that fails, or whose kernel does not start, is the last. */
interface Executed {
  readonly notebooks: readonly ReportNotebook[];
  readonly failure?: MadeReport['failure'];
  readonly noKernel?: { readonly notebook: string; readonly error: unknown };
}

async function executeAll(sources: readonly Source[], options: MakeReportOptions): Promise<Executed> {
  const notebooks: ReportNotebook[] = [];
  const rest = () =>
    sources.slice(notebooks.length).map(
      ({ path, notebook }): ReportNotebook => ({
        file: basename(path),
        notebook: stripOutputs(notebook),
        state: 'not run',
      }),
    );
  for (const { path, notebook } of sources) {
    const file = basename(path);
    try {
      const executed = await executeNotebook(notebook, executeOptions(path, notebook, options));
      await writeFileAtomic(
        join(options.out, file),
        serializeNotebook(stripMovingFigures(executed.notebook)),
      );
      notebooks.push(reportNotebook(file, executed));
      if (executed.failed) {
        return { notebooks: [...notebooks, ...rest()], failure: { notebook: file, cell: executed.failed } };
      }
    } catch (error) {
      if (error instanceof InterruptedError) throw error;
      notebooks.push({ file, notebook: stripOutputs(notebook), state: 'failed' });
      return { notebooks: [...notebooks, ...rest()], noKernel: { notebook: file, error } };
    }
  }
  return { notebooks };
}

interface Source {
  readonly path: string;
  readonly notebook: Notebook;
}

async function readNotebook(path: string, onFixed?: (what: string) => void): Promise<Source> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new WhyconvError(
      { what: 'the notebook cannot be read', where: path, found: String(cause) },
      { cause },
    );
  });
  return { path, notebook: parseNotebook(text, path, onFixed) };
}

function executeOptions(
  path: string,
  notebook: Notebook,
  {
    parameters,
    skipTags = [],
    leaveOut = {},
    env,
    cellTimeout = CELL_TIMEOUT,
    onEvent,
    signal,
  }: MakeReportOptions,
) {
  const declared = declaredParameters(notebook);
  const given = Object.entries(parameters).filter(([name]) => declared.includes(name));
  return {
    path,
    skipTags,
    leaveOut,
    env,
    onEvent,
    signal,
    cellTimeout,
    parameters: Object.fromEntries(given),
  };
}

const reportNotebook = (file: string, { notebook, seconds, failed }: ExecutedNotebook): ReportNotebook => ({
  file,
  notebook,
  seconds,
  state: failed ? 'failed' : 'complete',
});

function outcome(failure: Executed['failure'], noKernel: Executed['noKernel']): ReportOutcome {
  if (noKernel) {
    const { notebook, error } = noKernel;
    return { status: 'FAILED', failure: { notebook, error: messageOf(error) } };
  }
  if (!failure) return { status: 'complete' };
  const { notebook, cell } = failure;
  const error = cell.traceback.length > 0 ? cell.traceback.join('\n') : `${cell.ename}: ${cell.evalue}`;
  return { status: 'FAILED', failure: { notebook, cell: cell.cellNumber, source: cell.source, error } };
}
