import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { projectRoot } from '../../src/base/files.js';
import { cacheFolder } from '../../src/engine/install/layout.js';
import { describeUnless } from '../support/required.js';

/** An instruction of the Dockerfile: "RUN", and the rest of its lines. */
interface Instruction {
  readonly name: string;
  readonly rest: string;
}

const instructions = (text: string): Instruction[] =>
  text
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, name, rest] = /^(\w+)\s+(.*)$/.exec(line.trim())!;
      return { name: name!, rest: rest! };
    });

const folder = join(projectRoot, '.docker');
const file = instructions(readFileSync(join(folder, 'Dockerfile'), 'utf8'));
const all = (name: string) => file.filter((instruction) => instruction.name === name).map(({ rest }) => rest);

describe('the Dockerfile', () => {
  it('names a base for the Node that package.json asks for, ends as a user without rights, and keeps data outside', () => {
    assert.match(all('FROM')[0]!, /^node:2\d-/);
    assert.deepEqual(all('USER'), ['node']);
    assert.ok(
      file.findLastIndex(({ name }) => name === 'RUN') < file.findIndex(({ name }) => name === 'USER'),
    );
    assert.deepEqual(JSON.parse(all('VOLUME')[0]!), ['/data', '/reports']);
  });

  it('installs what the engine is built with where its download cannot be had', () => {
    for (const needed of ['g++', 'make', 'python3-pip', 'util-linux'])
      assert.ok(all('RUN')[0]!.split(/\s+/).includes(needed), needed);
  });

  it('has a target that SageMaker runs: the program itself is the entry point, and `serve` what it is started with', () => {
    const from = (stage: string) =>
      file.findIndex(({ name, rest }) => name === 'FROM' && rest.endsWith(` AS ${stage}`));
    assert.ok(
      from('built') < from('serve') && from('serve') < from('study'),
      'the study is what is built by default',
    );
    const stage = file.slice(from('serve'), from('study'));
    const only = (name: string) =>
      stage.filter((instruction) => instruction.name === name).map(({ rest }) => rest);
    assert.deepEqual(
      only('ENTRYPOINT').map((rest) => JSON.parse(rest)),
      [['node', '/opt/whyconv/dist/src/cli/main.js']],
    );
    assert.deepEqual([only('CMD'), only('EXPOSE'), only('USER')], [['["serve"]'], ['8080'], []]);
  });
});

const missing = process.getuid?.() !== 0 ? 'only root can act as the user of the container' : undefined;

// No engine runs containers here: the steps are taken one by one, in folders in place of the image's.
describeUnless(missing, 'the steps of the Dockerfile', () => {
  let root: string;
  let env: NodeJS.ProcessEnv;
  const inImage = (path: string) => join(root, path);

  before(() => {
    root = mkdtempSync(join(tmpdir(), 'whyconv-image-'));
    chmodSync(root, 0o755);
    const { WHYCONV_RUNS: _, WHYCONV_DATA_DIR: __, ...rest } = process.env;
    // The engine was installed before the tests: installing it again is tested elsewhere.
    env = { ...rest, WHYCONV_CACHE: cacheFolder(), HOME: root };
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  const run = (command: string, at: string, user?: number) =>
    spawnSync('/bin/sh', ['-c', command], {
      cwd: inImage(at),
      env,
      encoding: 'utf8',
      ...(user !== undefined && { uid: user, gid: user }),
    });

  it('build what the user of the container then runs, without a right to write anywhere but in its volumes', () => {
    let at = '/';
    for (const { name, rest } of file) {
      if (name === 'WORKDIR') {
        at = rest;
        mkdirSync(inImage(at), { recursive: true });
      }
      if (name === 'COPY') copy(rest, inImage(at));
      if (name !== 'RUN' || rest.includes('apt-get') || rest.startsWith('mkdir')) continue;
      const { status, stderr } = run(rest, at);
      assert.equal(status, 0, `${rest}\n${stderr}`);
    }
    for (const volume of ['/data', '/reports']) {
      mkdirSync(inImage(volume), { recursive: true });
      chmodSync(inImage(volume), 0o777);
    }
    env = { ...env, WHYCONV_DATA_DIR: inImage('/data'), WHYCONV_RUNS: inImage('/reports/runs') };
    const main = inImage('/opt/whyconv/dist/src/cli/main.js');
    const options = '--profile smoke --data synthetic --engine wasm --notebooks 02 --out';
    const { status, stderr } = run(
      `node ${main} report ${options} ${inImage('/reports/smoke')}`,
      '/reports',
      1000,
    );
    assert.equal(status, 0, stderr);
    assert.ok(existsSync(inImage('/reports/smoke/index.html')));
    const written = run(`touch ${main}`, '/', 1000);
    assert.notEqual(written.status, 0, 'the program belongs to root');
  });
});

/** "COPY a b ./" and "COPY . .", of the files that git knows. */
function copy(rest: string, to: string): void {
  const sources = rest.split(/\s+/).slice(0, -1);
  const { stdout } = spawnSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard', ...sources],
    {
      cwd: projectRoot,
      encoding: 'utf8',
    },
  );
  for (const name of stdout
    .split('\0')
    .filter((found) => existsSync(join(projectRoot, found)) && found !== '')) {
    mkdirSync(dirname(join(to, name)), { recursive: true });
    cpSync(join(projectRoot, name), join(to, name));
  }
}
