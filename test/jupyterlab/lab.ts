import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Browser, chromium } from 'playwright-core';
import { projectRoot } from '../../src/base/files.js';
import { describeUnless } from '../support/required.js';
import { LabNotebook } from './lab-notebook.js';
import { descendants, type Process } from './processes.js';

const MAIN = join(projectRoot, 'dist', 'src', 'cli', 'main.js');
const TOKEN = 'a-test-token';
const CHROMIUM = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
];

/**
 * How long to wait for what takes seconds, in seconds. Jupyter gives a kernel that does not answer at first 60 s, then asks
 * again, and a busy machine may take several times as long as an idle one.
 */
export const PATIENCE = 240;

/** Tests in JupyterLab; skipped, in CI failing, where JupyterLab or Chromium is missing. */
export const describeInLab = (title: string, body: () => void): void =>
  describeUnless(missingProgram(), title, body);

function missingProgram(): string | undefined {
  if (spawnSync('jupyter', ['lab', '--version'], { stdio: 'ignore' }).status !== 0) {
    return 'JupyterLab is not installed';
  }
  return chromiumPath() === undefined ? 'no Chromium is installed (WHYCONV_CHROMIUM names one)' : undefined;
}

const chromiumPath = (): string | undefined =>
  process.env.WHYCONV_CHROMIUM || CHROMIUM.find((path) => existsSync(path));

/** A JupyterLab server as `npm run notebook` starts it, on a folder of its own, and a browser. */
export class Lab {
  #browser: Browser | undefined;
  #log = '';

  private constructor(
    /** Holds all that server and kernels write. */
    readonly folder: string,
    private readonly port: number,
    private readonly command: ChildProcess,
  ) {}

  /**
   * Starts the server on copies of the project's notebooks, with a store of runs of their own.
   * @param env added to the environment of server and kernels
   */
  static async start(env: NodeJS.ProcessEnv = {}): Promise<Lab> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'whyconv-lab-')));
    await layOut(folder);
    const port = await freePort();
    const jupyter = ['--ServerApp.ip=127.0.0.1', `--IdentityProvider.token=${TOKEN}`, '--allow-root'];
    const options = ['--no-browser', '--port', String(port), '--folder', join(folder, 'notebooks')];
    const command = spawn(
      process.execPath,
      [MAIN, 'notebook', ...options, '--', ...jupyter, '--LabApp.expose_app_in_browser=True'],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
        env: {
          ...process.env,
          JUPYTER_RUNTIME_DIR: join(folder, 'runtime'),
          JUPYTER_CONFIG_DIR: join(folder, 'config'),
          JUPYTER_DATA_DIR: join(folder, 'data'),
          WHYCONV_RUNS: join(folder, 'runs'),
          ...env,
        },
      },
    );
    const lab = new Lab(folder, port, command);
    command.stderr?.on('data', (chunk: Buffer) => {
      lab.#log += chunk;
    });
    await until('the server', async () => {
      assert.equal(command.exitCode, null, `the server has ended: ${lab.#log}`);
      return (await lab.api('status').catch(() => undefined)) !== undefined;
    });
    return lab;
  }

  /** Asks the server's REST API. */
  async api(path: string, init: RequestInit = {}): Promise<unknown> {
    const headers = { authorization: `token ${TOKEN}` };
    const response = await fetch(`http://127.0.0.1:${this.port}/api/${path}`, { ...init, headers });
    assert.ok(response.ok, `${path}: ${response.status}`);
    return response.status === 204 ? undefined : response.json();
  }

  /** Adds a notebook of the given cells to the folder. */
  async write(name: string, sources: readonly string[]): Promise<void> {
    const cells = sources.map((source, i) => ({
      cell_type: 'code',
      id: `cell-${i}`,
      metadata: {},
      execution_count: null,
      outputs: [],
      source,
    }));
    const kernelspec = { name: 'tslab', display_name: 'TypeScript', language: 'typescript' };
    const notebook = { nbformat: 4, nbformat_minor: 5, metadata: { kernelspec }, cells };
    await writeFile(join(this.folder, 'notebooks', name), JSON.stringify(notebook));
  }

  /**
   * Opens a notebook in a window of its own and waits for its kernel.
   * @throws Error with the last lines of the server's log where that takes too long
   */
  async open(name: string): Promise<LabNotebook> {
    this.#browser ??= await chromium.launch({
      executablePath: chromiumPath()!,
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--no-first-run',
        '--disable-background-networking',
      ],
    });
    const page = await this.#browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.setDefaultTimeout(1000 * PATIENCE);
    const notebook = new LabNotebook(page, (id) => this.api(`kernels/${id}`, { method: 'DELETE' }));
    await page.goto(`http://127.0.0.1:${this.port}/lab/tree/${name}?reset&token=${TOKEN}`);
    await notebook.ready(name).catch((cause: Error) => {
      const last = this.#log.trimEnd().split('\n').slice(-20).join('\n');
      throw new Error(`${cause.message}; last in the server's log:\n${last}`, { cause });
    });
    return notebook;
  }

  /** The server's own process, below `npm run notebook`. */
  async serverPid(): Promise<number> {
    const servers = await readdir(join(this.folder, 'runtime'));
    const file = servers.find((name) => /^jpserver-\d+\.json$/.test(name));
    return Number(/\d+/.exec(file ?? '')?.[0]);
  }

  /** A kernel's process and all that it has started. */
  async kernelProcesses(id: string): Promise<Process[]> {
    const all = descendants(await this.serverPid());
    const kernel = all.find(({ command }) => command.includes(`kernel-${id}.json`));
    assert.ok(kernel, `no process of kernel ${id}`);
    return [kernel, ...descendants(kernel.pid)];
  }

  /** Ends browser, server and kernels, as Ctrl-C does, and removes the folder. */
  async close(): Promise<void> {
    await this.#browser?.close();
    if (this.command.exitCode === null && this.command.signalCode === null) {
      const ended = once(this.command, 'exit');
      this.command.kill('SIGINT');
      await ended;
    }
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Copies of the notebooks where cells can import whyconv, and settings that keep JupyterLab from asking for news. */
async function layOut(folder: string): Promise<void> {
  const [notebooks, settings] = [join(folder, 'notebooks'), join(folder, 'config', 'labconfig')];
  await mkdir(notebooks, { recursive: true });
  await mkdir(settings, { recursive: true });
  await symlink(join(projectRoot, 'node_modules'), join(folder, 'node_modules'));
  const originals = join(projectRoot, 'notebooks');
  for (const name of await readdir(originals)) {
    if (name.endsWith('.ipynb')) await copyFile(join(originals, name), join(notebooks, name));
  }
  const disabledExtensions = { '@jupyterlab/apputils-extension:announcements': true };
  await writeFile(join(settings, 'page_config.json'), JSON.stringify({ disabledExtensions }));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Waits for something; a limit for what hangs only. */
export async function until(what: string, holds: () => Promise<boolean>, seconds = PATIENCE): Promise<void> {
  for (const end = Date.now() + 1000 * seconds; Date.now() < end; await sleep(50)) {
    if (await holds()) return;
  }
  throw new Error(`gave up waiting for ${what} after ${seconds} s`);
}
