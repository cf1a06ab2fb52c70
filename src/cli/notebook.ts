import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { InterruptedError, UsageError, WhyconvError } from '../base/errors.js';
import { projectRoot } from '../base/files.js';
import { notebooksFolder } from './chapters.js';
import { foldersForKernels } from './kernel-folders.js';
import { dotEnvIsStale, registerKernel, writeDotEnv } from './kernelspec.js';
import { usage } from './screen.js';

const HELP = `npm run notebook [-- OPTIONS [-- JUPYTER OPTIONS]]

Starts JupyterLab on notebooks/ with this project's TypeScript kernel. The kernel is registered in the project's own
folder .jupyter/, which only this command and the editors it sets up look into; Ctrl-C ends JupyterLab and its kernels.

  --folder DIR   the folder to show (default: notebooks/); cells import whyconv only inside the project
  --port PORT    the server's port (default: 8888 or the next free one)
  --no-browser   print the address and open no browser
  --vscode       register the kernel for VS Code and start nothing
  --help         this text

VS Code with its Jupyter extension: run \`npm run notebook -- --vscode\` once, open the project's folder (it reads
JUPYTER_PATH from the file .env there), open a notebook and choose "Jupyter Kernel..." and "TypeScript". Or choose
"Existing Jupyter Server..." and give it the address that \`npm run notebook -- --no-browser\` prints. Run it again after
the project's folder or Node has moved.

Examples:
  npm run notebook
  npm run notebook -- --folder reports/quick
  npm run notebook -- --no-browser --port 9000
  npm run notebook -- -- --ServerApp.ip=0.0.0.0
`;

interface Options {
  readonly help: boolean;
  readonly vscode: boolean;
  readonly folder: string;
  /** Passed to JupyterLab. */
  readonly jupyter: readonly string[];
}

/** The command `notebook`: JupyterLab on the notebooks, with the kernel of this project. */
export async function run(args: string[]): Promise<void> {
  const options = parse(args);
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  const { folder: jupyter, replaced } = await registerKernel(projectRoot);
  if (replaced) {
    process.stdout.write(
      `The TypeScript kernel was registered for another Node or folder; now it is ${process.execPath} in ${projectRoot}.\n`,
    );
  }
  if (options.vscode || (await dotEnvIsStale(projectRoot))) {
    const file = await writeDotEnv(projectRoot, jupyter);
    process.stdout.write(
      `The TypeScript kernel is registered in ${jupyter}, and ${file} names that folder to VS Code.\n` +
        `Open ${projectRoot} there, open a notebook, choose "Jupyter Kernel..." and "TypeScript".\n`,
    );
    if (options.vscode) return;
  }
  const [program, ...first] = findJupyterLab();
  await runUntilEnd(
    spawn(program, [...first, options.folder, '--ServerApp.answer_yes=True', ...options.jupyter], {
      cwd: projectRoot,
      stdio: 'inherit',
      env: {
        ...process.env,
        ...foldersForKernels(),
        JUPYTER_PATH: before(jupyter, process.env.JUPYTER_PATH),
        JUPYTER_CONFIG_PATH: before(jupyter, process.env.JUPYTER_CONFIG_PATH),
      },
    }),
  );
}

/** A search path that begins with `folder`. */
const before = (folder: string, path: string | undefined): string =>
  [folder, path].filter(Boolean).join(delimiter);

function parse(args: string[]): Options {
  const end = args.indexOf('--');
  const own = end < 0 ? args : args.slice(0, end);
  const options = {
    help: { type: 'boolean', short: 'h', default: false },
    vscode: { type: 'boolean', default: false },
    'no-browser': { type: 'boolean', default: false },
    folder: { type: 'string', default: notebooksFolder() },
    port: { type: 'string' },
  } as const;
  const { values } = usage('notebook', () => parseArgs({ args: own, options, strict: true }));
  const { port, help, vscode } = values;
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65535)) {
    throw new UsageError({
      what: 'no such port',
      where: '--port',
      found: port,
      expected: 'a number from 1 to 65535',
    });
  }
  const folder = resolve(values.folder);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UsageError({ what: 'no such folder', where: '--folder', found: values.folder });
  }
  const jupyter = [
    ...(port === undefined ? [] : [`--port=${port}`, '--ServerApp.port_retries=0']),
    ...(values['no-browser'] ? ['--no-browser'] : []),
    ...(end < 0 ? [] : args.slice(end + 1)),
  ];
  return { help, vscode, folder, jupyter };
}

/** @returns the command that starts JupyterLab, as program and first arguments */
function findJupyterLab(): [string, ...string[]] {
  const candidates: [string, ...string[]][] = [
    ['jupyter', 'lab'],
    ['jupyter-lab'],
    ['python3', '-m', 'jupyterlab'],
    ['python', '-m', 'jupyterlab'],
  ];
  for (const candidate of candidates) {
    const [program, ...args] = candidate;
    if (spawnSync(program, [...args, '--version'], { stdio: 'ignore' }).status === 0) return candidate;
  }
  throw new WhyconvError({
    what: 'JupyterLab is not installed',
    expected: 'one of the commands: jupyter lab, jupyter-lab, python3 -m jupyterlab',
    remedy:
      'pipx install jupyterlab (where pipx is missing: sudo apt install pipx, or brew install pipx), or in a virtual ' +
      'environment: python3 -m pip install jupyterlab; VS Code needs no JupyterLab: npm run notebook -- --vscode',
  });
}

/** Waits for JupyterLab's end. A signal that asks this process to end makes JupyterLab stop its kernels and itself. */
async function runUntilEnd(child: ChildProcess): Promise<void> {
  let stopped: NodeJS.Signals | undefined;
  // On a terminal Ctrl-C reaches JupyterLab as well; a second request does no harm.
  const stop = (signal: NodeJS.Signals) => {
    stopped = signal;
    child.kill('SIGTERM');
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, stop);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject).once('exit', resolve);
    });
    if (stopped === 'SIGINT') throw new InterruptedError({ what: 'JupyterLab was stopped' });
    if (stopped) process.exitCode = 128 + constants.signals[stopped];
    else if (code !== 0) {
      throw new WhyconvError({
        what: 'JupyterLab has ended',
        found: code === null ? 'killed by a signal' : `exit code ${code}`,
        remedy: 'see its own message above',
      });
    }
  } finally {
    for (const signal of signals) process.off(signal, stop);
  }
}
