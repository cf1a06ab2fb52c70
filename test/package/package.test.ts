import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { minVersion, satisfies } from 'semver';
import { projectRoot } from '../../src/base/files.js';

interface Manifest {
  readonly name: string;
  readonly main: string;
  readonly types: string;
}

const manifest = async (): Promise<Manifest> =>
  JSON.parse(await readFile(join(projectRoot, 'package.json'), 'utf8')) as Manifest;

it('everything that npm ci installs accepts the least Node that the package does', async () => {
  const lock = JSON.parse(await readFile(join(projectRoot, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { engines?: { node?: string } }>;
  };
  const least = minVersion(lock.packages['']!.engines!.node!)!;
  const wanting = Object.entries(lock.packages).flatMap(([path, { engines }]) =>
    engines?.node && !satisfies(least, engines.node) ? [`${path} wants Node ${engines.node}`] : [],
  );
  assert.deepEqual(wanting, []);
});

/** Runs a script in a new process, since this one has already loaded everything, and parses its output as JSON. */
function ask(folder: string, script: string): unknown {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', script], {
    cwd: folder,
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

/** Loads the package in a new process and reports every side effect of loading it. */
const LOAD = `
  const { existsSync, readdirSync, readlinkSync } = require('node:fs');
  const open = () => existsSync('/proc/self/fd')
    ? readdirSync('/proc/self/fd').map((fd) => { try { return readlinkSync('/proc/self/fd/' + fd); } catch { return ''; } })
        .filter((path) => path.startsWith('/') && !path.startsWith('/proc') && !path.startsWith('/dev'))
    : [];
  void [process.stdout, process.stderr]; // opened on first access, so not by the package
  const before = { open: open(), environment: JSON.stringify(process.env), resources: process.getActiveResourcesInfo() };
  const listeners = () => process.eventNames().map((name) => String(name) + process.listenerCount(name));
  const heard = listeners();
  const whyconv = require('whyconv');
  const { tf } = whyconv;
  const engine = tf.engine().backendName ?? null; // read before tf.memory(), which starts the plain CPU backend
  console.log(JSON.stringify({
    names: Object.keys(whyconv),
    undefinedNames: Object.keys(whyconv).filter((name) => whyconv[name] === undefined),
    tensors: tf.memory().numTensors,
    engine,
    addons: Object.keys(require.cache).filter((path) => path.endsWith('.node')),
    opened: open().filter((path) => !before.open.includes(path)),
    resources: process.getActiveResourcesInfo().filter((name) => !before.resources.includes(name)),
    listeners: listeners().filter((name) => !heard.includes(name)),
    environmentKept: JSON.stringify(process.env) === before.environment,
  }));
`;

interface Loaded {
  readonly names: readonly string[];
  readonly undefinedNames: readonly string[];
  readonly tensors: number;
  readonly engine: string | null;
  readonly addons: readonly string[];
  readonly opened: readonly string[];
  readonly resources: readonly string[];
  readonly listeners: readonly string[];
  readonly environmentKept: boolean;
}

/** A project elsewhere that has installed this package's tarball. */
let dependent: string;
let installed: string;
before(async () => {
  dependent = await mkdtemp(join(await realpath(tmpdir()), 'whyconv-package-'));
  await mkdir(join(dependent, 'node_modules', '@types'), { recursive: true });
  installed = join(dependent, 'node_modules', 'whyconv');
  await installTarball(installed);
  await symlink(
    dirname(require.resolve('@types/node/package.json')),
    join(dependent, 'node_modules', '@types', 'node'),
    'junction',
  );
  await writeFile(join(dependent, 'package.json'), '{"name":"dependent","private":true}');
});
after(() => rm(dependent, { recursive: true, force: true }));

/** Packs the project and unpacks it into `folder`; its dependencies are links to the project's. */
async function installTarball(folder: string): Promise<void> {
  await mkdir(folder);
  const run = (program: string, ...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(program, args, { cwd: projectRoot, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    return stdout;
  };
  const tarball = run('npm', 'pack', '--silent', '--pack-destination', dependent).trim();
  run('tar', '-xzf', join(dependent, tarball), '--strip-components=1', '-C', folder);
  await symlink(join(projectRoot, 'node_modules'), join(folder, 'node_modules'), 'junction');
}

describe('the package', () => {
  it('contains its entry points', async () => {
    const { name, main, types } = await manifest();
    assert.equal(name, 'whyconv');
    for (const path of [main, types]) assert.ok(existsSync(join(installed, path)), path);
  });

  it('contains the Python and C++ programs that the compiled code reads', () => {
    const programs = readdirSync(join(projectRoot, 'src'), { recursive: true, encoding: 'utf8' }).filter(
      (path) => /\.(py|cc)$/.test(path),
    );
    assert.ok(programs.length > 0);
    for (const path of programs) assert.ok(existsSync(join(installed, 'src', path)), path);
  });

  it('contains what a report needs at run time: notebooks, and what the page runs', () => {
    const { status, stdout, stderr } = spawnSync('npm', ['pack', '--dry-run', '--json'], {
      cwd: projectRoot,
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
    const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }];
    const packed = new Set(files.map(({ path }) => path));
    const assets = ['boot.js', 'page.js', 'charts.js', 'style.css'].map(
      (name) => `dist/src/report/page/assets/${name}`,
    );
    for (const path of ['dist/src/cli/main.js', 'notebooks/01-dataset-checks.ipynb', ...assets])
      assert.ok(packed.has(path), path);
    assert.deepEqual(
      [...packed].filter(
        (path) => (path.startsWith('src/') && !/\.(py|cc)$/.test(path)) || path.startsWith('dist/test/'),
      ),
      [],
    );
  });

  it('is a command that keeps its records in the folder it is started in', async () => {
    const { bin } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as {
      bin: { whyconv: string };
    };
    const command = join(installed, bin.whyconv);
    assert.match(await readFile(command, 'utf8'), /^#!\/usr\/bin\/env node\n/);
    const { WHYCONV_RUNS: _, WHYCONV_DATA_DIR: __, ...env } = process.env;
    const run = (...args: string[]) =>
      spawnSync(process.execPath, [command, ...args], { cwd: dependent, env, encoding: 'utf8' });
    const list = run('study', '--profile', 'smoke', '--data', 'synthetic', '--engine', 'wasm', '--list');
    assert.equal(list.status, 0, list.stderr);
    assert.match(list.stdout, new RegExp(`records in ${join(dependent, 'reports', 'runs')}\\n`));
    assert.ok(!existsSync(join(installed, 'reports', 'runs')));
  });

  it('can be loaded by name from another project, and loading it only defines things', () => {
    const loaded = ask(dependent, LOAD) as Loaded;
    assert.ok(loaded.names.length > 100);
    const { undefinedNames, tensors, engine, addons, opened, resources, listeners, environmentKept } = loaded;
    assert.deepEqual(undefinedNames, []);
    assert.deepEqual([tensors, engine], [0, null], 'no tensor, no engine');
    assert.deepEqual([addons, opened, resources, listeners], [[], [], [], []]);
    assert.ok(environmentKept, 'the environment is unchanged');
  });

  it('exports each name from one room: of two, one would be lost', async () => {
    const whole = require('../../src/index.js') as Record<string, unknown>;
    const index = await readFile(join(projectRoot, 'src', 'index.ts'), 'utf8');
    const rooms = [...new Set([...index.matchAll(/from '\.\/(\w+)\/index\.js'/g)].map(([, room]) => room!))];
    assert.ok(rooms.length > 10);
    const exported = rooms.flatMap((room) =>
      Object.entries(require(`../../src/${room}/index.js`) as object).map(([name, value]) => ({
        room,
        name,
        value: value as unknown,
      })),
    );
    for (const { room, name, value } of exported)
      if (name in whole)
        assert.equal(whole[name], value, `${name} is exported by ${room} and by another room`);
  });
});

describe('an example of the README', () => {
  for (const [name, lines] of Object.entries({ reuse: 15, compile: 35 })) {
    it(`(${name}) compiles under strict rules in a project of its own, runs, and prints`, () =>
      check(name, lines));
  }

  async function check(name: string, lines: number): Promise<void> {
    const source = await exampleOf(name);
    await writeFile(join(dependent, 'example.ts'), source);
    const compiler = join(dirname(require.resolve('typescript-7/package.json')), 'bin', 'tsc');
    const options =
      '--strict --noUncheckedIndexedAccess --module node20 --target es2022 --types node --skipLibCheck';
    const compiled = spawnSync(process.execPath, [compiler, ...options.split(' '), 'example.ts'], {
      cwd: dependent,
      encoding: 'utf8',
    });
    assert.equal(compiled.status, 0, `${source}\n${compiled.stdout}`);
    const env = {
      ...process.env,
      WHYCONV_RUNS: join(dependent, 'runs'),
      WHYCONV_DATA_DIR: join(dependent, 'data'),
    };
    const ran = spawnSync(process.execPath, ['example.js'], { cwd: dependent, encoding: 'utf8', env });
    assert.equal(ran.status, 0, ran.stderr);
    assert.ok(ran.stdout.trim().length > 0, 'it prints something');
    assert.doesNotMatch(ran.stdout, /undefined|NaN/);
    assert.ok(source.trim().split('\n').length <= lines, 'short enough to be read');
  }
});

/** The code block directly after the example's marker. */
async function exampleOf(name: string): Promise<string> {
  const text = await readFile(join(projectRoot, 'README.md'), 'utf8');
  const marker = `<!-- example: ${name} -->`;
  const found = new RegExp(`^${marker}\\s*\`\`\`ts\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(text);
  assert.ok(found, `README.md has no \`\`\`ts block right after ${marker}`);
  return found[1]!;
}
