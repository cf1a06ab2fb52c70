import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { projectRoot } from '../../src/base/files.js';

interface Manifest {
  readonly name: string;
  readonly main: string;
  readonly types: string;
  readonly files: readonly string[];
}

const manifest = async (): Promise<Manifest> =>
  JSON.parse(await readFile(join(projectRoot, 'package.json'), 'utf8')) as Manifest;

/** A program's answer as JSON, from a process of its own: this one has long loaded everything. */
function ask(folder: string, script: string): unknown {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', script], {
    cwd: folder,
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

/** What node says of a process that loads the package: all that loading does that is more than defining things. */
const LOAD = `
  const { existsSync, readdirSync, readlinkSync } = require('node:fs');
  const open = () => existsSync('/proc/self/fd')
    ? readdirSync('/proc/self/fd').map((fd) => { try { return readlinkSync('/proc/self/fd/' + fd); } catch { return ''; } })
        .filter((path) => path.startsWith('/') && !path.startsWith('/proc') && !path.startsWith('/dev'))
    : [];
  void [process.stdout, process.stderr]; // opened when first asked for, which is nothing
  const before = { open: open(), environment: JSON.stringify(process.env), resources: process.getActiveResourcesInfo() };
  const listeners = () => process.eventNames().map((name) => String(name) + process.listenerCount(name));
  const heard = listeners();
  const whyconv = require('whyconv');
  const { tf } = whyconv;
  const engine = tf.engine().backendName ?? null; // asked before tf.memory(), which starts the plain CPU backend
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

/** A project elsewhere that depends on this one, as `npm install <path>` would leave it. */
let dependent: string;
before(async () => {
  dependent = await mkdtemp(join(await realpath(tmpdir()), 'whyconv-package-'));
  await mkdir(join(dependent, 'node_modules', '@types'), { recursive: true });
  await symlink(projectRoot, join(dependent, 'node_modules', 'whyconv'), 'junction');
  await symlink(
    join(projectRoot, 'node_modules', '@types', 'node'),
    join(dependent, 'node_modules', '@types', 'node'),
    'junction',
  );
  await writeFile(join(dependent, 'package.json'), '{"name":"dependent","private":true}');
});
after(() => rm(dependent, { recursive: true, force: true }));

describe('the package', () => {
  it('declares what exists, and lists what it needs where it is installed', async () => {
    const { name, main, types, files } = await manifest();
    assert.equal(name, 'whyconv');
    for (const path of [main, types]) {
      assert.ok(existsSync(join(projectRoot, path)), path);
      assert.ok(
        files.some((file) => path.startsWith(file)),
        path,
      );
    }
    for (const file of files) assert.ok(existsSync(join(projectRoot, file)), file);
  });
  it('is loaded by name from another project, and loading it does nothing but define', () => {
    const loaded = ask(dependent, LOAD) as Loaded;
    assert.ok(loaded.names.length > 100);
    const { undefinedNames, tensors, engine, addons, opened, resources, listeners, environmentKept } = loaded;
    assert.deepEqual(undefinedNames, []);
    assert.deepEqual([tensors, engine], [0, null], 'no tensor, no engine');
    assert.deepEqual([addons, opened, resources, listeners], [[], [], [], []]);
    assert.ok(environmentKept, 'the environment is as it was');
  });
  it('exports from each room what no other room exports under the same name', () => {
    const rooms = ['analysis', 'charts', 'data', 'engine', 'models', 'notebook', 'runs', 'study', 'training'];
    const owners = new Map<string, { room: string; value: unknown }>();
    for (const room of rooms) {
      for (const [name, value] of Object.entries(require(`../../src/${room}/index.js`) as object)) {
        const owner = owners.get(name) ?? { room, value };
        // One thing passed on by two rooms is one thing; of two things, one would be lost.
        assert.equal(value, owner.value, `${name} is exported by ${owner.room} and by ${room}`);
        owners.set(name, owner);
      }
    }
    const whole = new Set(Object.keys(require('../../src/index.js') as object));
    assert.deepEqual(
      [...owners.keys()].filter((name) => !whole.has(name)),
      [],
    );
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
    const compiler = join(projectRoot, 'node_modules', 'typescript', 'bin', 'tsc');
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

/** The code of the block that follows the example's marker at once. */
async function exampleOf(name: string): Promise<string> {
  const text = await readFile(join(projectRoot, 'README.md'), 'utf8');
  const marker = `<!-- example: ${name} -->`;
  const found = new RegExp(`^${marker}\\s*\`\`\`ts\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(text);
  assert.ok(found, `README.md has no \`\`\`ts block right after ${marker}`);
  return found[1]!;
}
