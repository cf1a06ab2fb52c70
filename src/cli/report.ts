import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { basename, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { WhyconvError } from '../base/errors.js';
import { projectRoot } from '../base/files.js';
import { formatDuration } from '../base/progress.js';
import type { Dataset } from '../data/index.js';
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
import type { FactGroup } from '../report/page/index.js';
import { loadStudyDataset, type Profile, profileFor, SYNTHETIC } from '../study/index.js';
import { sourceCommit } from '../training/index.js';
import { chosenNotebooks, EXERCISE_TAGS } from './chapters.js';
import { interruptible, openScreen, type Screen, usage } from './screen.js';
import { parseStudyChoice, STUDY_OPTIONS } from './study-choice.js';

const HELP = `npm run report -- [OPTIONS]

Executes the notebooks headlessly and writes one self-contained HTML page, with the executed notebooks beside it.
Installs the native engine and gets the dataset first, where they are missing. Runs that were trained before are taken
from their records; one that was stopped goes on from its last finished epoch.

  --profile P        smoke (about a minute), quick (minutes, the default) or full (hours)
  --data PATH        archive or folder of CIFAR-10, or "synthetic" (default: the data folder, else the download, else
                     for smoke and quick the synthetic shapes)
  --out DIR          where to write (default: reports/<profile>)
  --notebooks 04,05  only these: chapters by the beginnings of their names, any other notebook by its path
  --engine E         auto, native or wasm (default: auto)
  --seed N           first seed (default: 0)
  --no-compile       train operation by operation, not as compiled graphs: slower, and the same to within rounding
  --help             this text

Examples:
  npm run report
  npm run report -- --profile smoke --data synthetic
  npm run report -- --data ~/downloads/cifar-10-binary.tar.gz --notebooks 04,05
`;

const TITLE = 'Why convolutions?';
const SUBTITLE =
  'Why, and by how much, do convolutional networks beat fully connected ones on images? An experiment.';
/** Seconds: the slowest cell trains the widest network in the full profile. */
const CELL_TIMEOUT = 24 * 3600;

const string = { type: 'string' } as const;
const boolean = { type: 'boolean', default: false } as const;
const OPTIONS = {
  ...STUDY_OPTIONS,
  out: string,
  notebooks: string,
  'no-compile': boolean,
  help: boolean,
};

/** The command `report`. */
export async function run(args: string[]): Promise<void> {
  const options = usage('report', () => parseArgs({ args, options: OPTIONS }).values);
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  const { profile: name, seed, engine: asked } = parseStudyChoice(options);
  const choice = asked ?? parseEngineChoice(process.env.WHYCONV_ENGINE || 'auto', 'WHYCONV_ENGINE');
  const notebooks = await chosenNotebooks(options.notebooks?.split(',').map((part) => part.trim()));
  const out = resolve(options.out || join(projectRoot, 'reports', name));
  await prepareOutFolder(out, notebooks);
  const screen = openScreen();
  const began = performance.now();
  await interruptible(async (signal) => {
    const engine = await prepareEngine(choice, screen, signal);
    const profile = profileFor(name, engine.engine);
    const dataset = await prepareData(options.data, profile, screen, signal);
    const made = await makeReport({
      title: TITLE,
      subtitle: SUBTITLE,
      profile: name,
      out,
      notebooks,
      skipTags: EXERCISE_TAGS,
      parameters: { profile: name, data: dataset.folder ?? SYNTHETIC, seed },
      cellTimeout: CELL_TIMEOUT,
      env: { WHYCONV_ENGINE: engine.engine, ...(options['no-compile'] && { WHYCONV_NO_COMPILE: '1' }) },
      provenance: provenance(engine, dataset, profile, seed),
      onEvent: tellEvents(screen, notebooks),
      signal,
    }).finally(screen.clear);
    summarize(made, (performance.now() - began) / 1000);
  });
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

/** Loads the dataset once before any kernel does, so that what is wrong with it is told at once. */
async function prepareData(
  path: string | undefined,
  profile: Profile,
  screen: Screen,
  signal: AbortSignal,
): Promise<Dataset> {
  const options = { onProgress: screen.progress, signal };
  const dataset = await loadStudyDataset(path, profile, options).finally(screen.clear);
  screen.line(`dataset: ${dataset.source}${dataset.note ? ` (${dataset.note})` : ''}`);
  return dataset;
}

/** Turns what happens in the kernels into progress: which notebook, cell, epoch, and the time left of a training. */
function tellEvents(screen: Screen, notebooks: readonly string[]): (event: ExecuteEvent) => void {
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

/** What computes, runs and draws; pinned exactly, so that package.json tells what is installed. */
function packageVersions(): string {
  const { dependencies } = packageSchema.parse(
    JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')),
  );
  const named = ['@tensorflow/tfjs', 'tslab', 'vega', 'vega-lite', 'mathjs'];
  return named.map((name) => `${name} ${dependencies[name]}`).join(', ');
}

const packageSchema = z.object({ dependencies: z.record(z.string(), z.string()) });

function provenance(engine: EngineStatus, dataset: Dataset, profile: Profile, seed: number): FactGroup[] {
  const seeds = Array.from({ length: profile.seeds }, (_, i) => seed + i);
  const facts = (rows: Readonly<Record<string, string>>) =>
    Object.entries(rows).map(([label, value]) => ({ label, value }));
  const native = `native, TensorFlow ${engine.library}, ${engine.device}, ${engine.threads} threads`;
  return [
    {
      title: 'Source and software',
      facts: facts({
        Commit: sourceCommit() ?? 'not a git checkout',
        Node: process.versions.node,
        Engine:
          engine.engine === 'native'
            ? native
            : `WebAssembly, ${engine.threads} ${engine.threads === 1 ? 'thread' : 'threads'}`,
        Packages: packageVersions(),
      }),
    },
    {
      title: 'Machine',
      facts: facts({
        CPU: `${cpus()[0]?.model.trim() ?? 'unknown'}, ${cpus().length} cores`,
        Memory: `${(totalmem() / 2 ** 30).toFixed(0)} GiB`,
        System: `${process.platform} ${process.arch}`,
      }),
    },
    {
      title: 'Data',
      facts: facts({
        Dataset: dataset.name === 'cifar10' ? 'CIFAR-10' : 'synthetic shapes',
        Official: dataset.official ? 'yes, by its checksum' : 'no',
        Fingerprint: `SHA-256 ${dataset.fingerprint}`,
        Images: `${dataset.train.count} train, ${dataset.test.count} test`,
      }),
    },
    {
      title: 'Study',
      facts: facts({ Profile: `${profile.name}: ${profile.description}`, Seeds: seeds.join(', ') }),
    },
  ];
}

/** Tells where the report lies and how long each notebook took; a failed cell makes the command fail. */
function summarize({ path, bytes, notebooks, failure }: MadeReport, seconds: number): void {
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
    remedy: 'mend the cell, or see the report and the executed notebook for its full output',
  });
}

const indent = (source: string): string => source.replace(/^/gm, '    ');
