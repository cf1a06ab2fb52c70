import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { WhyconvError } from '../../src/base/errors.js';
import {
  makeFolder,
  removeAbandonedFiles,
  temporaryName,
  writeFileAtomic,
  writeRefusal,
} from '../../src/base/files.js';
import { refusal } from '../support/refusal.js';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whyconv-files-'));
});
after(() => rm(folder, { recursive: true, force: true }));

test('what a killed process was writing is removed by the next one, and not while that process lives', async () => {
  const module = JSON.stringify(require.resolve('../../src/base/files.js'));
  // The content never ends: the process is in the middle of its write until it is killed.
  const code = `
    async function* content() { yield 'half'; console.log('writing'); await new Promise(() => setInterval(() => {}, 1000)); }
    require(${module}).writeFileAtomic(process.argv[1], content());`;
  const path = join(folder, 'record.json');
  const child = spawn(process.execPath, ['-e', code, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  const [half] = readdirSync(folder);
  assert.match(half!, new RegExp(`^\\.record\\.json\\.${child.pid}@.*\\.tmp$`));
  await removeAbandonedFiles(folder);
  assert.deepEqual(readdirSync(folder), [half], 'its process is alive');
  child.kill('SIGKILL');
  await once(child, 'exit');
  await removeAbandonedFiles(folder);
  assert.deepEqual(readdirSync(folder), []);
});

test('a file is on the disk before it has its name', async (t) => {
  const path = join(folder, 'synced.json');
  const handle = await open(__filename);
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  const { sync } = prototype;
  const named: boolean[] = [];
  t.mock.method(prototype, 'sync', function (this: FileHandle) {
    named.push(existsSync(path));
    return sync.call(this);
  });
  await writeFileAtomic(path, 'content');
  assert.deepEqual(named, [false]);
  assert.equal(readFileSync(path, 'utf8'), 'content');
  rmSync(path);
});

test('temporary files of unknown processes go by their age, those of this process and other files stay', async () => {
  const day = 24 * 60 * 60;
  const made = (name: string, age: number): string => {
    const path = join(folder, name);
    writeFileSync(path, '');
    const then = Date.now() / 1000 - age;
    utimesSync(path, then, then);
    return path;
  };
  const kept = [
    made(basename(temporaryName('a.json')), 2 * day),
    made('.a.json.7@another-host.00000000.tmp', day / 2),
    made('.a.json.00000000.tmp', day / 2),
    made('.notes.tmp', 2 * day),
    made('a.json', 2 * day),
  ];
  const old = [
    made('.a.json.7@another-host.11111111.tmp', 2 * day),
    // A name without a process, as older versions wrote it.
    made('.a.json.11111111.tmp', 2 * day),
  ];
  await removeAbandonedFiles(folder);
  assert.deepEqual(
    [kept, old].map((paths) => paths.map((path) => existsSync(path))),
    [kept.map(() => true), old.map(() => false)],
  );
  await removeAbandonedFiles(join(folder, 'absent'));
});

test('a full disk is told as what a person can act on, other errors as they are', () => {
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  const told = writeRefusal(full, '/runs/a.json');
  assert.ok(told instanceof WhyconvError);
  assert.match(told.message, /the disk is full[\s\S]*\/runs\/a\.json[\s\S]*remedy: +make room/);
  const other = new Error('boom');
  assert.equal(writeRefusal(other, '/runs/a.json'), other);
});

test('a file that cannot be written because something is in its way is told so, and nothing else is touched', async () => {
  const file = join(folder, 'a-file');
  writeFileSync(file, 'kept');
  const before = readdirSync(folder);
  for (const [path, found] of [
    [join(file, 'b.json'), 'a file where a folder should be'],
    [join(file, 'b', 'c.json'), 'a file where a folder should be'],
    [folder, 'a folder where a file should be'],
  ] as const)
    await assert.rejects(
      writeFileAtomic(path, 'x'),
      refusal({ what: 'this cannot be written', found }),
      path,
    );
  await assert.rejects(makeFolder(file), refusal({ where: file, remedy: 'choose another place' }));
  assert.deepEqual(readdirSync(folder), before);
  assert.equal(readFileSync(file, 'utf8'), 'kept');
});
