import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectRoot } from '../../src/base/files.js';
import { CHAPTERS, EXERCISE_TAGS } from '../../src/cli/chapters.js';
import { engineStatus } from '../../src/engine/index.js';
import { type CodeCell, type Notebook, parseNotebook } from '../../src/report/nbformat.js';
import { experiments, profileFor } from '../../src/study/index.js';
import { runKey } from '../../src/training/index.js';

const MAIN = require.resolve('../../src/cli/main.js');
/** Marks the environment of every process that a test starts, so that one left behind can be found. */
const MARK = `WHYCONV_TEST_MARK=${process.pid}-${Date.now()}`;

let folder: string;
/** What is installed: the command would otherwise spend a test on installing the native one. */
let engine: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whyconv-report-'));
  engine = (await engineStatus()).engine;
});
after(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function environment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const [name, value] = MARK.split('=') as [string, string];
  const { WHYCONV_ENGINE: _, ...inherited } = process.env;
  return {
    ...inherited,
    [name]: value,
    WHYCONV_RUNS: join(folder, 'runs'),
    WHYCONV_DATA_DIR: join(folder, 'data'),
    ...more,
  };
}

/** Runs the command without a terminal; `onStderr` sees all that was written to stderr so far. */
async function report(
  args: readonly string[],
  {
    env,
    onStderr,
  }: { env?: NodeJS.ProcessEnv; onStderr?: (text: string, interrupt: () => void) => void } = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, 'report', ...args], {
    cwd: folder,
    env: environment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text.stdout += part;
  });
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    text.stderr += part;
    onStderr?.(text.stderr, () => child.kill('SIGINT'));
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...text };
}

const smoke = (out: string, ...more: string[]) => [
  ...['--profile', 'smoke', '--data', 'synthetic', '--engine', engine, '--out', out],
  ...more,
];

/** Command lines of processes that carry the mark; where there is no /proc, none can be looked for. */
async function leftBehind(): Promise<string[]> {
  const ids = existsSync('/proc/self/environ') ? await readdir('/proc') : [];
  const lines = await Promise.all(
    ids
      .filter((id) => /^\d+$/.test(id))
      .map(async (id) => {
        const environ = await readFile(`/proc/${id}/environ`, 'latin1').catch(() => '');
        return environ.includes(MARK) ? readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '') : '';
      }),
  );
  return lines.filter((line) => line !== '').map((line) => line.replaceAll('\0', ' '));
}

async function nothingLeftBehind(): Promise<void> {
  let left: string[] = [];
  for (let i = 0; i < 100; i++) {
    left = await leftBehind();
    if (left.length === 0) return;
    await sleep(50);
  }
  assert.deepEqual(left, []);
}

const readNotebook = async (path: string): Promise<Notebook> =>
  parseNotebook(await readFile(path, 'utf8'), path);
const codeCells = ({ cells }: Notebook): CodeCell[] =>
  cells.filter((cell): cell is CodeCell => cell.cell_type === 'code');
const NAMES = CHAPTERS.map((chapter) => basename(chapter, '.ipynb'));

describe('npm run report, the recorded study on a machine without CIFAR-10', () => {
  const nowhere = () => ({
    ...{ KERAS_HOME: folder, TORCH_HOME: folder, TFDS_DATA_DIR: folder, HTTPS_PROXY: 'http://127.0.0.1:9' },
  });
  let out: string;
  let ended: Ended;
  before(async () => {
    out = join(folder, 'recorded');
    const args = ['--profile', 'full', '--engine', engine, '--notebooks', '01,05,09', '--out', out];
    ended = await report(args, { env: nowhere() });
  });

  it('makes the page from the records, trains nothing and asks no network', async () => {
    assert.equal(ended.code, 0, ended.stderr);
    assert.match(ended.stderr, /the images are not at hand/);
    assert.deepEqual(
      (await readdir(join(folder, 'runs')).catch(() => [])).filter((name) => name.endsWith('.json')),
      [],
    );
    const json = JSON.parse(await readFile(join(out, 'report.json'), 'utf8'));
    assert.equal(json.status, 'complete');
    assert.ok(json.models.every(({ here }: { here: unknown }) => here === null));
    const small = json.models.find(({ model }: { model: string }) => model === 'small');
    assert.ok(small.recorded.testAccuracy > 0.6, JSON.stringify(small));
  });

  it('leaves out what needs images, and says so in its place', async () => {
    const checks = await readNotebook(join(out, '01-dataset-checks.ipynb'));
    const outputs = JSON.stringify(codeCells(checks).map((cell) => cell.outputs));
    assert.equal(outputs.split('Left out: this cell needs the images').length - 1, 5);
    const sweep = JSON.stringify(await readNotebook(join(out, '05-filter-sweep.ipynb')));
    assert.doesNotMatch(sweep, /Left out/);
    const html = await readFile(join(out, 'index.html'), 'utf8');
    assert.match(html, /the recorded study/);
    assert.doesNotMatch(html, /\(this run\)|those of this run/);
  });

  it('agrees with itself, and with the committed page', async () => {
    const args = [
      '--profile',
      'full',
      '--engine',
      engine,
      '--notebooks',
      '09',
      '--out',
      join(folder, 'again'),
    ];
    for (const committed of [join(out, 'report.json'), join(projectRoot, 'reports', 'full', 'report.json')]) {
      const { code, stdout, stderr } = await report([...args, '--check', committed], { env: nowhere() });
      assert.equal(code, 0, stderr);
      assert.match(stdout, /within chance of/);
    }
  });
});

describe('npm run report, the whole smoke study', () => {
  let out: string;
  let ended: Ended;
  before(async () => {
    out = join(folder, 'whole');
    ended = await report(smoke(out));
  });

  it('ends well, with the page and every executed notebook', async () => {
    assert.equal(ended.code, 0, ended.stderr);
    assert.deepEqual((await readdir(out)).sort(), [
      ...NAMES.map((name) => `${name}.ipynb`),
      'index.html',
      'report.json',
    ]);
    await nothingLeftBehind();
  });
  it('tells the path, and how long each notebook took', async () => {
    const lines = ended.stdout.trimEnd().split('\n');
    assert.equal(lines.length, NAMES.length + 1, ended.stdout);
    for (const [i, name] of NAMES.entries())
      assert.match(lines[i]!, new RegExp(`^${name}\\.ipynb +(\\d+ min )?[\\d.]+ s$`));
    assert.match(lines.at(-1)!, /^whole\/index\.html {2}\(\d\.\d MB, .* in all\)$/);
  });
  it('tells its progress in plain lines: the dataset, each notebook as it begins and as it ends', () => {
    const { stderr } = ended;
    for (const control of ['\r', '\x1b']) assert.ok(!stderr.includes(control), 'control characters');
    const lines = stderr.trimEnd().split('\n');
    assert.equal(lines[0], 'dataset: synthetic shapes, seed 0');
    for (const [i, name] of NAMES.entries()) {
      const begin = lines.findIndex(
        (line) => line.startsWith(`${i + 1}/${NAMES.length} ${name}  `) && line.includes('cell 1/'),
      );
      const end = lines.findIndex((line) => line.startsWith(`${i + 1}/${NAMES.length} ${name}: ok, `));
      assert.ok(begin > 0 && begin < end, `${name}\n${stderr}`);
    }
  });
  it('executed every cell of every notebook, in order, with times, parameters and no error', async () => {
    for (const name of NAMES) {
      const notebook = await readNotebook(join(out, `${name}.ipynb`));
      const own = ({ metadata }: CodeCell) => EXERCISE_TAGS.some((tag) => metadata.tags?.includes(tag));
      const skipped = codeCells(notebook).filter(own);
      for (const { execution_count, outputs } of skipped)
        assert.deepEqual([execution_count, outputs], [null, []], name);
      const cells = codeCells(notebook).filter((cell) => !skipped.includes(cell));
      assert.deepEqual(
        cells.map(({ execution_count }) => execution_count),
        cells.map((_, i) => i + 1),
        name,
      );
      for (const cell of cells) {
        assert.ok(cell.metadata.execution, `${name}: no times`);
        for (const output of cell.outputs) {
          assert.notEqual(output.output_type, 'error', name);
          // The engine that computes is installed: whatever is said on stderr is a complaint.
          if (output.output_type === 'stream') assert.equal(output.name, 'stdout', `${name}: ${output.text}`);
        }
      }
      const given = cells.find(({ metadata }) => metadata.tags?.includes('injected-parameters'));
      assert.match(given?.source ?? '', /profile = "smoke"[\s\S]*data = "synthetic"[\s\S]*seed = 0/);
    }
  });
  it('trained every run of the profile, once', async () => {
    const names = await readdir(join(folder, 'runs'));
    const subject = (digit: string) => ({ fingerprint: digit.repeat(64), available: 5_000 });
    const profile = profileFor('smoke', 'wasm');
    const all = experiments({ dataset: subject('0'), positions: subject('1'), profile, seed: 0 });
    const keys = new Set(all.flatMap(({ specs }) => specs.map(runKey)));
    assert.ok(keys.size > 20);
    assert.equal(names.filter((name) => /^[0-9a-f]{64}\.json$/.test(name)).length, keys.size);
    assert.deepEqual(
      names.filter((name) => name.endsWith('.checkpoint') || name.endsWith('.tmp')),
      [],
    );
  });
  it('wrote one page that stands alone and warns at its top', async () => {
    const path = join(out, 'index.html');
    const html = await readFile(path, 'utf8');
    assert.ok((await stat(path)).size < 8e6);
    assert.doesNotMatch(html, /<(script|img|link|iframe)[^>]+(src|href)="(https?:)?\/\//);
    const text = html.replace(/<(style|script)[\s\S]*?<\/\1>/g, '').replace(/<[^>]*>/g, '');
    assert.doesNotMatch(text, /FAILED/);
    const warned = text.indexOf('no figure below is about CIFAR-10');
    assert.ok(warned > 0 && warned < text.indexOf('1. The dataset, checked', warned));
    for (const word of ['smoke', 'SHA-256', 'synthetic shapes', process.versions.node, 'Durations'])
      assert.ok(text.includes(word), word);
    for (const name of NAMES) assert.ok(text.includes(`${name}.ipynb`), name);
    // A verdict of the ledger, and what it rests on.
    assert.match(text, /32,768 → 16,384 → 8,192/);
    assert.match(text, /one seed; 95 % intervals over images/);
  });
  it('takes runs from their records the next time, for chosen notebooks in reading order', async () => {
    const again = join(folder, 'again');
    const second = await report(smoke(again, '--notebooks', '09, 04'));
    assert.equal(second.code, 0, second.stderr);
    assert.deepEqual((await readdir(again)).sort(), [
      '04-baseline-training.ipynb',
      '09-conclusions.ipynb',
      'index.html',
      'report.json',
    ]);
    assert.match(
      second.stdout,
      /^04-baseline-training\.ipynb .*\n09-conclusions\.ipynb .*\nagain\/index\.html /,
    );
    assert.match(second.stderr, /^1\/2 04-baseline-training: ok/m);
    // The same records say the same.
    const ledger = async (folder: string) =>
      codeCells(await readNotebook(join(folder, '09-conclusions.ipynb'))).map(({ outputs }) => outputs);
    assert.deepEqual(await ledger(again), await ledger(out));
  });
});

describe('npm run report that does not end well', () => {
  it('names the cell that failed, with its source and error; exit code 1 and a page that says so', async () => {
    const out = join(folder, 'failed');
    const runs = join(folder, 'blocked-runs');
    // Folders where checkpoints should go, by the keys of the records of the whole study.
    for (const name of await readdir(join(folder, 'runs'))) {
      const [, key] = /^([0-9a-f]{64})\.json$/.exec(name) ?? [];
      if (key) await mkdir(join(runs, `${key}.checkpoint`), { recursive: true });
    }
    const { code, stdout, stderr } = await report(smoke(out, '--notebooks', '04,09'), {
      env: { WHYCONV_RUNS: runs },
    });
    assert.equal(code, 1, stderr);
    assert.match(stderr, /^1\/2 04-baseline-training: failed, /m);
    const told = stderr.slice(stderr.indexOf('\ncell '));
    assert.match(told, /^\ncell \d+ of 04-baseline-training\.ipynb failed\n {2}found: +\w*Error: .*\n/);
    assert.match(told, /const trained = await study\.runExperiments\(/);
    assert.doesNotMatch(told, /at .*\(.*\.js:\d+/);
    assert.match(
      stdout,
      /^04-baseline-training\.ipynb .* s {2}FAILED\n09-conclusions\.ipynb +not run\nfailed\/index\.html/,
    );
    assert.deepEqual((await readdir(out)).sort(), [
      '04-baseline-training.ipynb',
      'index.html',
      'report.json',
    ]);
    assert.match(await readFile(join(out, 'index.html'), 'utf8'), /FAILED/);
    const { status, notebooks } = JSON.parse(await readFile(join(out, 'report.json'), 'utf8'));
    assert.equal(status, 'failed');
    assert.equal(notebooks[0].state, 'failed');
    await nothingLeftBehind();
  });
  it('on Ctrl-C during a notebook ends with 130, without a stack, and leaves no kernel behind', async (t: TestContext) => {
    if (process.platform === 'win32') return t.skip('Windows cannot send SIGINT to one process');
    let running: Promise<string[]> | undefined;
    const { code, stderr, stdout } = await report(smoke(join(folder, 'stopped'), '--notebooks', '06'), {
      env: { WHYCONV_RUNS: join(folder, 'stopped-runs') },
      onStderr: (text, interrupt) => {
        if (running || !text.includes('cell 1/')) return;
        running = leftBehind().finally(interrupt);
      },
    });
    const kernels = ((await running) ?? []).filter((line) => !line.includes('main.js report'));
    if (existsSync('/proc/self/environ')) assert.ok(kernels.length > 0, 'a kernel ran');
    assert.equal(code, 130, stderr);
    assert.match(stderr, /\ninterrupted/);
    assert.doesNotMatch(stderr, /\n {4}at /);
    assert.equal(stdout, '');
    await nothingLeftBehind();
  });
});

describe('npm run report, wrong usage', () => {
  const command = (args: readonly string[], env?: NodeJS.ProcessEnv) =>
    spawnSync(process.execPath, [MAIN, 'report', ...args], {
      encoding: 'utf8',
      cwd: folder,
      env: environment(env),
    });

  it('explains itself', () => {
    const { status, stdout, stderr } = command(['--help']);
    assert.deepEqual([status, stderr], [0, '']);
    for (const option of ['--profile', '--data', '--out', '--notebooks', '--engine', '--seed', 'Examples'])
      assert.ok(stdout.includes(option), option);
  });
  const refused: [string[], RegExp[], NodeJS.ProcessEnv?][] = [
    [
      ['--profil', 'smoke'],
      [/Unknown option '--profil'/, /--help/],
    ],
    [['smoke'], [/smoke/, /--help/]],
    [['--profile'], [/--profile/]],
    [
      ['--profile', 'tiny'],
      [/unknown profile: --profile\n {2}found: +tiny\n {2}expected: smoke, quick, full/],
    ],
    [['--engine', 'gpu'], [/unknown engine: --engine\n {2}found: +gpu\n {2}expected: auto, native, wasm/]],
    [[], [/unknown engine: WHYCONV_ENGINE\n {2}found: +gpu/], { WHYCONV_ENGINE: 'gpu' }],
    [
      ['--notebooks', '04,4'],
      [/no such notebook: --notebooks\n {2}found: +4\n {2}expected: 01, 02, 03, .*path/],
    ],
    [['--notebooks', ''], [/no such notebook: --notebooks\n {2}found: +\(empty\)/]],
    [['--seed', '1.5'], [/whole number: --seed\n {2}found: +1\.5/]],
    [
      ['--out', join(projectRoot, 'notebooks')],
      [/replace the notebooks themselves: --out/, /remedy:/],
    ],
  ];
  for (const [args, patterns, env] of refused) {
    it(`refuses ${[...Object.entries(env ?? {}).map((pair) => pair.join('=')), ...args].join(' ').replace(projectRoot, '')} with exit code 2`, () => {
      const { status, stdout, stderr } = command(args, env);
      assert.equal(status, 2, stderr);
      assert.equal(stdout, '');
      for (const pattern of patterns) assert.match(stderr, pattern);
      assert.doesNotMatch(stderr, /\n {4}at /);
    });
  }
  it('says that records cannot be written before it executes anything', async () => {
    const file = join(folder, 'a-file');
    await writeFile(file, 'where records should go');
    for (const runs of [file, join(file, 'runs')]) {
      const { status, stderr } = command(
        ['--profile', 'smoke', '--data', 'synthetic', '--engine', 'wasm', '--out', join(folder, 'no-runs')],
        { WHYCONV_RUNS: runs },
      );
      assert.equal(status, 1);
      assert.match(stderr, /^\nrecords of runs cannot be written here: .*a-file/);
      assert.match(stderr, /remedy: +set WHYCONV_RUNS/);
      assert.doesNotMatch(stderr, /cell 1/);
    }
  });
  it('says what is wrong with the data before it executes anything', () => {
    const out = join(folder, 'no-data');
    const { status, stderr } = command([
      '--profile',
      'smoke',
      '--engine',
      'wasm',
      '--data',
      folder,
      '--out',
      out,
    ]);
    assert.equal(status, 1);
    assert.match(stderr, /the folder does not hold CIFAR-10/);
    assert.doesNotMatch(stderr, /cell 1/);
  });
});
