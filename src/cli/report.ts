import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { WhyconvError } from '../base/errors.js';
import { homeFolder, projectRoot, writeFileAtomic } from '../base/files.js';
import { parseDuration } from '../base/parse.js';
import { formatDuration } from '../base/progress.js';
import { type Dataset, hasImages } from '../data/index.js';
import {
  type EngineChoice,
  type EngineStatus,
  engineStatus,
  installEngine,
  parseEngineChoice,
} from '../engine/index.js';
import type { ExecuteEvent } from '../report/execute/index.js';
import { type MadeReport, makeReport } from '../report/make-report.js';
import { prepareOutFolder } from '../report/out-folder.js';
import { RunStore } from '../runs/index.js';
import {
  datasetForRecorded,
  loadStudyDataset,
  openStudy,
  type ProfileName,
  profileFor,
  recordedFacts,
  SYNTHETIC,
  showsRecorded,
} from '../study/index.js';
import { differences } from '../views/compare-reports.js';
import { chosenNotebooks, EXERCISE_TAGS, LEFT_OUT, NEEDS_IMAGES } from './chapters.js';
import { foldersForKernels } from './kernel-folders.js';
import { type ReportJson, readReportJson, reportJson } from './report-json.js';
import { type ReportSummary, summarizeReport } from './report-summary.js';
import { interruptible, openScreen, repeatNote, type Screen, usage } from './screen.js';
import { parseStudyChoice, STUDY_OPTIONS } from './study-choice.js';

const HELP = `npm run report -- [OPTIONS]

Executes the notebooks headlessly and writes one self-contained HTML page, with the executed notebooks and a
report.json next to it. Installs the native engine and gets the dataset first if they are missing. Runs that are already
trained are loaded from their records; an interrupted one resumes after its last finished epoch.

  --profile P        smoke (about a minute), quick (minutes, the default) or full (minutes: the recorded study, from the
                     records in the repository; nothing is trained, and cells that need images are left out where there
                     are none)
  --data PATH        archive or folder of CIFAR-10, or "synthetic" (default: the data folder, else the download, else
                     for smoke and quick the synthetic shapes)
  --out DIR          where to write (default: reports/<profile>)
  --notebooks 04,05  only these: chapters by the beginnings of their names, others by their path (inside the project)
  --engine E         auto, native or wasm (default: auto)
  --seed N           first seed (default: 0)
  --timeout T        longest a cell may take, such as 90s, 30m or 2h (default: 24h)
  --check [FILE]     compare with an earlier report.json: exit code 1 where they differ by more than chance; without a
                     file, whether the records in the repository still say what its page reports/full says
  --train            with --profile full: train the whole study on this machine instead (a night or more)
  --no-compile       train operation by operation, not as compiled graphs: slower, and the same to within rounding
  --help             this text

Examples:
  npm run report
  npm run report -- --profile smoke --data synthetic
  npm run report -- --data ~/downloads/cifar-10-binary.tar.gz --notebooks 04,05
  npm run report -- --profile full
  npm run report -- --check reports/quick/report.json
`;

const TITLE = 'Why convolutions?';
const SUBTITLE = 'An experiment on CIFAR-10, in notebooks that anyone can step through';

const string = { type: 'string' } as const;
const boolean = { type: 'boolean', default: false } as const;
const OPTIONS = {
  ...STUDY_OPTIONS,
  out: string,
  notebooks: string,
  timeout: string,
  check: string,
  'no-compile': boolean,
  train: boolean,
  help: boolean,
};

/** The command `report`. */
export async function run(args: string[]): Promise<void> {
  const checksCommitted = args.some((arg, i) => arg === '--check' && (args[i + 1] ?? '-').startsWith('-'));
  if (checksCommitted) return checkCommitted(args.filter((arg) => arg !== '--check'));
  const options = usage('report', () => parseArgs({ args, options: OPTIONS }).values);
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  const { profile: name, seed, engine: asked } = parseStudyChoice(options);
  const choice = asked ?? parseEngineChoice(process.env.WHYCONV_ENGINE || 'auto', 'WHYCONV_ENGINE');
  const cellTimeout = options.timeout === undefined ? undefined : parseDuration(options.timeout, '--timeout');
  const notebooks = await chosenNotebooks(options.notebooks?.split(',').map((part) => part.trim()));
  const earlier = options.check === undefined ? undefined : await readReportJson(options.check);
  const out = resolve(options.out || join(homeFolder(), 'reports', name));
  await prepareOutFolder(out, notebooks);
  await new RunStore().prepare();
  const screen = openScreen();
  const began = performance.now();
  // Kernels inherit it.
  if (options.train) process.env.WHYCONV_TRAIN = '1';
  await interruptible(async (signal) => {
    const engine = await prepareEngine(choice, screen, signal);
    const dataset = await prepareData(options.data, name, engine.engine, screen, signal);
    const images = hasImages(dataset);
    // Left empty where nothing was named: the notebooks find the same, and their copies name no folder of this machine.
    const data = options.data || dataset.folder === undefined ? whereIs(dataset) : '';
    const seconds = () => (performance.now() - began) / 1000;
    let summary: ReportSummary | undefined;
    const made = await makeReport({
      title: TITLE,
      subtitle: SUBTITLE,
      profile: name,
      out,
      notebooks,
      skipTags: EXERCISE_TAGS,
      leaveOut: images ? {} : { [NEEDS_IMAGES]: LEFT_OUT },
      parameters: { profile: name, data, seed },
      cellTimeout,
      env: {
        WHYCONV_ENGINE: engine.engine,
        ...foldersForKernels(),
        ...(options['no-compile'] && { WHYCONV_NO_COMPILE: '1' }),
      },
      conclude: async () => {
        const study = await openStudy({ profile: name, data, seed, engine: engine.engine, signal });
        summary = await summarizeReport(study, engine, seconds);
        return summary;
      },
      onEvent: reportEvents(screen, notebooks),
      onFixed: (what) => screen.line(`Warning: ${what}`),
      signal,
    }).finally(screen.clear);
    if (!summary) return printSummary(made, seconds());
    const json = reportJson(made, summary, {
      profile: name,
      engine: engine.engine,
      dataset: showsRecorded(name) ? await recordedFacts() : dataset,
      seconds: seconds(),
    });
    await writeFileAtomic(join(out, 'report.json'), `${JSON.stringify(json, null, 1)}\n`);
    try {
      printSummary(made, seconds());
    } finally {
      repeatNote(dataset, screen);
    }
    if (earlier) requireSame(earlier, json, options.check!);
  });
}

/** Builds the page of the recorded study again, in a folder that is removed, and compares. */
async function checkCommitted(args: readonly string[]): Promise<void> {
  const committed = join(projectRoot, 'reports', 'full', 'report.json');
  const out = await mkdtemp(join(tmpdir(), 'whyconv-check-'));
  try {
    await run([...args, '--profile', 'full', '--out', out, '--check', committed]);
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

/** Installs the native engine where it is missing, unless wasm is asked for. */
async function prepareEngine(
  choice: EngineChoice,
  screen: Screen,
  signal: AbortSignal,
): Promise<EngineStatus> {
  const status = await engineStatus();
  if (choice === 'wasm') return { ...status, engine: 'wasm', device: 'cpu' };
  if (status.engine === 'native') return status;
  const installed = await installEngine({ signal, onStep: screen.line, onProgress: screen.progress }).finally(
    screen.clear,
  );
  if (installed.engine === 'native') return engineStatus();
  if (choice === 'native') {
    throw new WhyconvError({
      what: 'the native engine cannot be installed here',
      found: installed.reasons.join('\n            '),
    });
  }
  screen.line(
    'The native engine cannot be installed here: going on with the WebAssembly engine, about 7 times slower.',
  );
  return status;
}

/** What a notebook's parameter names a dataset by. */
const whereIs = (dataset: Dataset): string => (hasImages(dataset) ? (dataset.folder ?? SYNTHETIC) : '');

/** Loads the dataset once before any kernel does, so that what is wrong with it is reported at once. */
async function prepareData(
  path: string | undefined,
  profile: ProfileName,
  engine: 'native' | 'wasm',
  screen: Screen,
  signal: AbortSignal,
): Promise<Dataset> {
  const options = { onProgress: screen.progress, signal };
  const load = showsRecorded(profile)
    ? datasetForRecorded(path, await recordedFacts(), options)
    : loadStudyDataset(path, profileFor(profile, engine), options);
  const dataset = await load.finally(screen.clear);
  screen.line(`dataset: ${dataset.source}${dataset.note ? ` (${dataset.note})` : ''}`);
  return dataset;
}

/** Turns what happens in the kernels into progress: which notebook, cell, epoch, and the time left of a training. */
function reportEvents(screen: Screen, notebooks: readonly string[]): (event: ExecuteEvent) => void {
  let cell = '';
  return (event) => {
    const number = notebooks.indexOf(event.path) + 1;
    const task = `${number}/${notebooks.length} ${basename(event.path, '.ipynb')}`;
    if (event.type === 'cell-start') {
      cell = `cell ${event.position}/${event.total}`;
      screen.progress({ task, fraction: (event.position - 1) / event.total, detail: cell });
    } else if (event.type === 'progress') {
      const { task: inner, detail = '', secondsLeft, fraction } = event.progress;
      const left = secondsLeft === undefined ? {} : { secondsLeft };
      screen.progress({ task, fraction, detail: [cell, inner, detail].filter(Boolean).join(', '), ...left });
    } else if (event.type === 'notebook-end') {
      screen.line(`${task}: ${event.status}, ${formatDuration(event.seconds)}`);
    }
  };
}

/** Prints where the report is and how long each notebook took; a failed cell makes the command fail. */
function printSummary({ path, bytes, notebooks, failure }: MadeReport, seconds: number): void {
  for (const { file, seconds: took, state } of notebooks) {
    process.stdout.write(
      `${file.padEnd(32)} ${took === undefined ? 'not run' : formatDuration(took)}${state === 'failed' ? '  FAILED' : ''}\n`,
    );
  }
  process.stdout.write(
    `${relative(process.cwd(), path)}  (${(bytes / 1e6).toFixed(1)} MB, ${formatDuration(seconds)} in all)\n`,
  );
  if (!failure) return;
  const { cell, notebook } = failure;
  throw new WhyconvError({
    what: `cell ${cell.cellNumber} of ${notebook} failed`,
    found: `${cell.ename}: ${cell.evalue}\n\n${indent(cell.source)}`,
    remedy:
      cell.ename === 'TimeoutError'
        ? 'allow more time with --timeout, or choose a smaller profile'
        : 'fix the cell, or see the report and the executed notebook for its full output',
  });
}

function requireSame(earlier: ReportJson, now: ReportJson, path: string): void {
  const found = differences(earlier, now);
  if (found.length === 0) {
    process.stdout.write(`within chance of ${path}\n`);
    return;
  }
  throw new WhyconvError({
    what: 'the report differs from the earlier one by more than chance',
    where: path,
    found: found.join('\n            '),
  });
}

const indent = (source: string): string => source.replace(/^/gm, '    ');
