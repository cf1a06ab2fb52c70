import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { projectRoot } from '../../src/base/files.js';
import { dotEnvIsStale, registerKernel, writeDotEnv } from '../../src/cli/kernelspec.js';
import { skipFor } from '../support/required.js';

const main = require.resolve('../../src/cli/main.js');
const token = 'a-test-token';
let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whyconv-notebook-'));
});
after(() => rm(folder, { recursive: true, force: true }));

const command = (args: string[], env: NodeJS.ProcessEnv = process.env) =>
  spawnSync(process.execPath, [main, 'notebook', ...args], { encoding: 'utf8', env });

function skipWithout(t: TestContext, program: string, ...args: string[]): boolean {
  const { status } = spawnSync(program, args, { stdio: 'ignore' });
  const missing = `${[program, ...args.slice(0, -1)].join(' ')} is not installed`;
  return skipFor(t, status === 0 ? undefined : missing);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Repeats until the answer is not undefined; a limit for a hung server only. */
async function until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + 90_000; Date.now() < end; await sleep(150)) {
    const answer = await ask().catch(() => undefined);
    if (answer !== undefined) return answer;
  }
  throw new Error(`gave up waiting for ${what}`);
}

/** Command lines of all processes, a line each; /proc because a small system may have no ps. */
function commandLines(): string {
  if (!existsSync('/proc/self/cmdline'))
    return spawnSync('ps', ['-eo', 'args', '-ww'], { encoding: 'utf8' }).stdout;
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const lines = processes.map((id) => {
    try {
      return readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ');
    } catch {
      return ''; // it has ended since
    }
  });
  return lines.join('\n');
}

const START = join('dist', 'src', 'report', 'kernel', 'inside', 'main.js');

async function kernelspecIn(root: string): Promise<{ argv: string[]; [key: string]: unknown }> {
  return JSON.parse(await readFile(join(root, '.jupyter', 'kernels', 'tslab', 'kernel.json'), 'utf8'));
}

/** A folder like a built project, and the command line that its kernel is registered with. */
async function registeredProject(name: string): Promise<{ root: string; argv: string[] }> {
  const root = join(folder, name);
  await mkdir(dirname(join(root, START)), { recursive: true });
  await writeFile(join(root, START), '');
  await registerKernel(root);
  return { root, argv: (await kernelspecIn(root)).argv };
}

describe('kernelspec', () => {
  it('starts this project by absolute paths under the name that the notebooks ask for', async () => {
    const registration = await registerKernel(folder);
    assert.equal(registration.folder, join(folder, '.jupyter'));
    const { argv, ...rest } = await kernelspecIn(folder);
    assert.deepEqual(rest, { display_name: 'TypeScript', language: 'typescript', interrupt_mode: 'signal' });
    assert.ok(argv.includes(process.execPath));
    assert.ok(argv.some((part) => part.startsWith(folder) && part.endsWith('main.js')));
    assert.equal(argv.filter((part) => part === '{connection_file}').length, 1);
  });

  it('says when the kernel was registered for another Node or folder, and replaces it', async () => {
    const { replaced } = await registerKernel(folder);
    assert.equal(replaced, false, 'registered by the test before');
    const path = join(folder, '.jupyter', 'kernels', 'tslab', 'kernel.json');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replaceAll(process.execPath, '/gone/node'));
    assert.equal((await registerKernel(folder)).replaced, true);
    assert.equal(await readFile(path, 'utf8'), text);
  });

  it('starts with the Node on PATH where its own is gone, and as the process that was started', async (t) => {
    if (process.platform === 'win32') return t.skip('no shell on Windows');
    const { root, argv } = await registeredProject('another-node');
    const print = 'console.log(JSON.stringify([process.pid, ...process.argv.slice(1)]))';
    await writeFile(join(root, START), print);
    for (const node of [process.execPath, '/gone/node']) {
      const [program, ...args] = argv.map((part) => (part === process.execPath ? node : part));
      const { stdout, stderr, pid } = spawnSync(program!, args, {
        encoding: 'utf8',
        env: { PATH: dirname(process.execPath) },
      });
      assert.equal(stderr, '');
      assert.deepEqual(JSON.parse(stdout), [pid, join(root, START), '--config-path', '{connection_file}']);
    }
  });

  it('says what to run where the project has moved, or no Node is left', async (t) => {
    if (process.platform === 'win32') return t.skip('no shell on Windows');
    const { root, argv } = await registeredProject('moved');
    await rename(root, `${root}-elsewhere`);
    const [program, ...args] = argv;
    const moved = spawnSync(program!, args, { encoding: 'utf8' });
    assert.equal(moved.status, 1);
    assert.match(moved.stderr, /gone: .*moved.*main\.js\n.*npm run notebook/);
    const without = args.map((part) => (part === process.execPath ? '/gone/node' : part));
    const { stderr } = spawnSync(program!, without, { encoding: 'utf8', env: { PATH: folder } });
    assert.match(stderr, /gone: Node, at \/gone\/node or on PATH\n.*npm run notebook/);
  });

  it('is named to VS Code in .env, whose other lines stay', async () => {
    const path = await writeDotEnv(folder, '/first');
    assert.equal(await readFile(path, 'utf8'), 'JUPYTER_PATH=/first\n');
    await writeFile(path, 'SECRET=1\nJUPYTER_PATH=/first\n# note\n');
    await writeDotEnv(folder, '/second');
    assert.equal(await readFile(path, 'utf8'), 'SECRET=1\n# note\nJUPYTER_PATH=/second\n');
  });

  it('is stale in .env where the named folder is gone', async () => {
    await writeDotEnv(folder, join(folder, 'not-there'));
    assert.equal(await dotEnvIsStale(folder), true);
    await writeDotEnv(folder, folder);
    assert.equal(await dotEnvIsStale(folder), false);
    assert.equal(await dotEnvIsStale(join(folder, 'no-project')), false);
  });

  it('runs a cell where Jupyter starts it: in the folder of the notebook', async (t) => {
    if (skipWithout(t, 'jupyter', 'execute', '--version')) return;
    const cell = { cell_type: 'code', id: 'a', metadata: {}, execution_count: null, outputs: [] };
    const source = 'const half: number = 21;\nconsole.log("answer", 2 * half, process.cwd());';
    const kernelspec = { name: 'tslab', display_name: 'TypeScript', language: 'typescript' };
    const path = join(folder, 'cell.ipynb');
    const notebook = {
      nbformat: 4,
      nbformat_minor: 5,
      metadata: { kernelspec },
      cells: [{ ...cell, source }],
    };
    await writeFile(path, JSON.stringify(notebook));
    const env = { ...process.env, JUPYTER_PATH: (await registerKernel(projectRoot)).folder };
    await promisify(execFile)('jupyter', ['execute', '--inplace', path], { env, cwd: folder });
    const done = JSON.parse(await readFile(path, 'utf8')) as {
      cells: { outputs: { text: string | string[] }[] }[];
    };
    assert.equal([done.cells[0]!.outputs[0]!.text].flat().join(''), `answer 42 ${folder}\n`);
  });
});

describe('npm run notebook', () => {
  it('explains itself', () => {
    const { stdout, status } = command(['--help']);
    assert.equal(status, 0);
    for (const word of ['--folder', '--port', '--no-browser', '--vscode', 'Examples', 'Ctrl-C'])
      assert.ok(stdout.includes(word));
  });

  it('refuses wrong usage with exit code 2', () => {
    for (const args of [
      ['--prot', '1'],
      ['--port', 'x'],
      ['--port', '70000'],
      ['--folder', join(folder, 'not-there')],
      ['lab'],
    ]) {
      const { status, stderr } = command(args);
      assert.equal(status, 2, args.join(' '));
      assert.ok(stderr.trim().length > 0);
    }
  });

  it('says which commands install JupyterLab where it is missing', () => {
    const { status, stderr } = command(['--no-browser'], { ...process.env, PATH: folder });
    assert.equal(status, 1);
    assert.match(
      stderr,
      /JupyterLab is not installed[\s\S]*pipx install jupyterlab[\s\S]*pip install jupyterlab/,
    );
  });

  it('offers the kernel, starts it in notebooks/, and ends with everything it started on Ctrl-C', async (t) => {
    if (skipWithout(t, 'jupyter', 'lab', '--version')) return;
    const port = await freePort();
    const ask = async (path: string, init: RequestInit = {}): Promise<unknown> => {
      const headers = { authorization: `token ${token}` };
      const response = await fetch(`http://127.0.0.1:${port}/api/${path}`, { ...init, headers });
      assert.ok(response.ok, `${path}: ${response.status}`);
      return response.json();
    };
    const jupyter = ['--ServerApp.ip=127.0.0.1', `--IdentityProvider.token=${token}`, '--allow-root'];
    const child = spawn(
      process.execPath,
      [main, 'notebook', '--no-browser', '--port', String(port), '--', ...jupyter],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
        env: {
          ...process.env,
          JUPYTER_RUNTIME_DIR: join(folder, 'runtime'),
          JUPYTER_CONFIG_DIR: join(folder, 'config'),
        },
      },
    );
    t.after(() => stop(child));
    child.stderr.resume();
    type Specs = { kernelspecs: Record<string, { spec: { display_name: string; language: string } }> };
    const specs = (await until('the server', () => ask('kernelspecs'))) as Specs;
    assert.deepEqual(
      [specs.kernelspecs.tslab?.spec.display_name, specs.kernelspecs.tslab?.spec.language],
      ['TypeScript', 'typescript'],
    );
    const { id } = (await ask('kernels', { method: 'POST', body: '{"name":"tslab"}' })) as { id: string };
    assert.equal(((await ask('kernels')) as { id: string }[])[0]?.id, id);
    const processOf = () =>
      commandLines()
        .split('\n')
        .find((line) => line.includes(`kernel-${id}.json`));
    await until('the kernel', async () => processOf());
    const ended = once(child, 'exit');
    child.kill('SIGINT');
    assert.deepEqual(await ended, [130, null]);
    await assert.rejects(fetch(`http://127.0.0.1:${port}/api`));
    await until("the kernel's end", async () => (processOf() === undefined ? true : undefined));
    assert.ok(existsSync(join(projectRoot, '.jupyter', 'kernels', 'tslab', 'kernel.json')));
  });
});

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
