import assert from 'node:assert/strict';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { RunStatus } from '../../src/cluster/index.js';
import { RunStore } from '../../src/runs/index.js';
import type { RunRecord } from '../../src/training/index.js';
import { reproducible, temporaryFolder } from '../training/fixtures.js';
import { endingIn, study } from './study-command.js';

const heads = ['--profile', 'smoke', '--only', 'heads'];

const statusOf = async (folder: string): Promise<RunStatus[]> => {
  const { code, stdout, stderr } = await study(folder, [...heads, '--status', '--json']);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as RunStatus[];
};

const records = async (folder: string): Promise<ReturnType<typeof reproducible>[]> =>
  (await new RunStore(folder).list()).map(reproducible);

describe('npm run study -- --worker', { timeout: 240_000 }, () => {
  /** Both runs, trained by one command here. */
  const whole = mkdtempSync(join(tmpdir(), 'whyconv-whole-'));
  before(async () => assert.equal((await study(whole, heads)).code, 0));
  after(() => rmSync(whole, { recursive: true, force: true }));

  it('ends at each signal with exit code 75, resumes where it was, and --status shows how far it is', async (t) => {
    const folder = temporaryFolder(t);
    for (const [i, signal] of (['SIGTERM', 'SIGUSR1', 'SIGINT'] as const).entries()) {
      let sent = false;
      const stopped = await study(folder, [...heads, '--worker'], (kill) => {
        const ready = i === 0 ? endingIn('.checkpoint', folder) : endingIn('.lock', folder);
        if (sent || ready.length === 0) return;
        sent = true;
        // A scheduler may send it to the shell and to its children: it arrives twice.
        kill(signal);
        kill(signal);
      });
      assert.equal(stopped.code, 75, `${signal}: ${stopped.stderr}`);
      assert.match(
        stopped.stderr,
        /interrupted: [\s\S]*remedy: +start the worker again: it resumes where it was/,
      );
      assert.doesNotMatch(stopped.stderr, /\n +at /);
      assert.deepEqual(endingIn('.lock', folder), [], signal);
      assert.equal(endingIn('.checkpoint', folder).length, 1, signal);
    }
    const lease = endingIn('.checkpoint', folder)[0]!.replace('checkpoint', 'lock');
    mkdirSync(join(folder, lease));
    writeFileSync(join(folder, lease, 'owner'), '7@another-host 00000000');
    const seen = await statusOf(folder);
    rmSync(join(folder, lease), { recursive: true });
    assert.deepEqual(seen.map(({ state, epoch }) => [state, epoch]).sort(), [
      ['running', 1],
      ['waiting', 0],
    ]);
    const running = seen.find(({ state }) => state === 'running');
    assert.ok(running?.state === 'running' && running.process === '7@another-host');
    assert.ok(running.heartbeatAge < 30 && running.leaseAge >= running.heartbeatAge);

    const finished = await study(folder, [...heads, '--worker']);
    assert.equal(finished.code, 0, finished.stderr);
    assert.match(finished.stderr, /^worker \d+ on the wasm engine, \d+ threads: 2 runs$/m);
    assert.match(finished.stderr, /^2 trained$/m);
    assert.deepEqual(await records(folder), await records(whole));
    assert.ok((await statusOf(folder)).every(({ state }) => state === 'done'));
    const again = await study(folder, [...heads, '--worker']);
    assert.deepEqual([again.code, again.stdout], [0, '']);
  });

  it('ends after the time it was given with exit code 75', async (t) => {
    const folder = temporaryFolder(t);
    const { code, stderr } = await study(folder, [...heads, '--worker', '--for', '1s']);
    assert.equal(code, 75, stderr);
    assert.deepEqual(endingIn('.lock', folder), []);
  });

  it('takes a shard of its own from the environment of a job array, and --merge unites what the shards hold', async (t) => {
    const shards = [temporaryFolder(t), temporaryFolder(t)];
    const environments = [{ SLURM_ARRAY_TASK_ID: '0' }, { JOB_COMPLETION_INDEX: '1' }];
    for (const [i, folder] of shards.entries()) {
      const { code, stderr } = await study(
        folder,
        [...heads, '--worker', '--shard', '2'],
        undefined,
        environments[i],
      );
      assert.equal(code, 0, stderr);
      assert.match(stderr, new RegExp(`: 1 runs of shard ${i}/2$`, 'm'));
      assert.equal(endingIn('.json', folder).length, 1);
    }
    const united = temporaryFolder(t);
    const merged = await study(united, ['--merge', ...shards, whole]);
    assert.equal(merged.code, 0, merged.stderr);
    assert.match(merged.stdout, /^2 runs added, 2 already there with the same results; records in /);
    assert.deepEqual(await records(united), await records(whole));
    for (const { key } of await records(whole)) {
      const weights = (folder: string) => readFileSync(join(folder, `${key}.safetensors`));
      assert.deepEqual(weights(united), weights(whole), 'bit for bit');
    }

    const [name] = endingIn('.json', whole);
    const record = JSON.parse(readFileSync(join(whole, name!), 'utf8')) as RunRecord;
    const other = temporaryFolder(t);
    const results = { ...record.results!, test: { ...record.results!.test, loss: 1 } };
    writeFileSync(join(other, name!), JSON.stringify({ ...record, results }));
    const empty = temporaryFolder(t);
    const refused = await study(empty, ['--merge', whole, other]);
    assert.equal(refused.code, 1);
    assert.match(
      refused.stderr,
      /two records of one run differ in their results\n +found: +[0-9a-f]{12} \(small/,
    );
    assert.deepEqual(readdirSync(empty), [], 'nothing was copied');
  });

  it('trains the others when a run fails, lists it with its last words, and stops at once with --fail-fast', async (t) => {
    const folder = temporaryFolder(t);
    const [broken, other] = endingIn('.json', whole);
    writeFileSync(join(folder, broken!), 'no JSON');
    const went = await study(folder, [...heads, '--worker']);
    assert.equal(went.code, 1, went.stderr);
    assert.match(went.stderr, /^failed: small.*, seed 0: not a valid run record: /m);
    assert.match(
      went.stderr,
      /1 run failed\n +found: +small.*: not a valid run record[\s\S]*remedy: +fix the cause/,
    );
    assert.ok(endingIn('.json', folder).includes(other!));
    const shown = await study(folder, [...heads, '--status']);
    assert.match(
      shown.stdout,
      /^failed .* not a valid run record: .*\ndone .* test \d+\.\d %, .*\n1 done, 1 failed\n$/,
    );
    for (const name of endingIn('.json', whole)) copyFileSync(join(whole, name), join(folder, name));
    writeFileSync(join(folder, broken!), 'no JSON');
    const fast = await study(folder, [...heads, '--worker', '--fail-fast']);
    assert.equal(fast.code, 1);
    assert.match(fast.stderr, /^\nnot a valid run record|\nnot a valid run record/);
    assert.doesNotMatch(fast.stderr, /1 run failed/);
  });
});
