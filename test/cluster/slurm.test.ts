import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { explainMissingAddon } from '../../src/engine/install/index.js';
import { RunStore } from '../../src/runs/index.js';
import { skipFor } from '../support/required.js';
import { reproducible, temporaryFolder } from '../training/fixtures.js';
import { missingSlurm, SlurmCluster } from './slurm-cluster.js';

const main = require.resolve('../../src/cli/main.js');
const missing = missingSlurm() ?? explainMissingAddon();
const cluster = new SlurmCluster();

/** Two runs of some ten seconds each. */
const heads = ['--profile', 'quick', '--only', 'heads'];

/** The command on synthetic images, with records in `folder`. */
async function study(folder: string, ...args: string[]): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [main, 'study', '--data', 'synthetic', '--engine', 'native', ...args],
    { env: { ...cluster.env, WHYCONV_RUNS: folder } },
  );
  return stdout + stderr;
}

/** Submits what is missing as an array of tasks of one core, and returns the id of its job. */
async function submit(folder: string, ...args: string[]): Promise<string> {
  const said = await study(folder, ...args, '--submit', 'slurm', '--nodes', '2', '--cores', '1');
  return /^Submitted job (\d+), /m.exec(said)![1]!;
}

const endingIn = (ending: string, folder: string) =>
  readdirSync(folder).filter((name) => name.endsWith(ending));

const logOf = (folder: string, task: string) =>
  readFileSync(join(folder, 'slurm', `whyconv-quick-${task}.log`), 'utf8');

/** Every record and its weights are those of a study that was trained here, bit for bit, and nothing else is left. */
async function requireSame(folder: string, local: string): Promise<void> {
  const [records, expected] = await Promise.all(
    [folder, local].map(async (path) => (await new RunStore(path).list()).map(reproducible)),
  );
  assert.ok(expected!.length > 0);
  assert.deepEqual(records, expected);
  for (const { key } of records!) {
    const [weights, trainedHere] = [folder, local].map((path) =>
      readFileSync(join(path, `${key}.safetensors`)),
    );
    assert.deepEqual(weights, trainedHere);
  }
  assert.deepEqual(
    readdirSync(folder).filter((name) => name !== 'slurm'),
    readdirSync(local),
  );
}

describe('the study on a cluster of Slurm', { timeout: 400_000 }, () => {
  before(() => (missing === undefined ? cluster.start() : undefined));
  after(() => cluster.stop());

  const itOnSlurm = (name: string, body: (t: TestContext) => Promise<void>) =>
    it(name, (t) => (skipFor(t, missing) ? undefined : body(t)));

  itOnSlurm(
    'two nodes train the smoke profile as a job array, with the records of a local study',
    async (t) => {
      const [folder, local] = [temporaryFolder(t), temporaryFolder(t)];
      const smoke = ['--profile', 'smoke', '--only', 'filterSweep,weightSharing,dropout,position'];
      const job = await submit(folder, ...smoke);
      await cluster.until(() => cluster.tasks().size === 0);
      await study(local, ...smoke);
      await requireSame(folder, local);
      for (const task of [0, 1]) {
        const log = readFileSync(join(folder, 'slurm', `whyconv-smoke-${job}_${task}.log`), 'utf8');
        assert.match(log, new RegExp(`^worker \\d+ on the native engine, .* of shard ${task}/2$`, 'm'));
      }
      assert.match(await study(folder, ...smoke, '--submit', 'slurm'), /^Nothing to train/m);
    },
  );

  itOnSlurm(
    'a node that dies and a task at its time limit come back and resume: no run is lost, none done twice',
    async (t) => {
      const [folder, local] = [temporaryFolder(t), temporaryFolder(t)];
      const job = await submit(folder, ...heads);
      await cluster.until(() => endingIn('.checkpoint', folder).length === 2);
      const on = (node: string) => [...cluster.tasks()].find(([, state]) => state === `RUNNING ${node}`)![0];
      const [killed, ended] = [on('n1'), on('n2')];
      await cluster.killNode('n1');
      // What Slurm sends before the time limit.
      cluster.call('scancel', '--batch', '--signal=USR1', ended);
      cluster.startNode('n1');
      await cluster.until(() => cluster.tasks().size === 0);
      await study(local, ...heads);
      await requireSame(folder, local);
      for (const task of [killed, ended]) {
        const log = logOf(folder, task);
        assert.match(log, /restart 0, [\s\S]*restart 1, /, 'both sittings in one log');
        assert.equal(log.match(/: \d+ epochs in /g)!.length, 1, 'trained once');
      }
      assert.match(logOf(folder, ended), /training was interrupted[\s\S]*start the worker again/);
      const resumed = (await new RunStore(folder).list()).map(({ provenance }) => provenance.resumed);
      assert.deepEqual(resumed, [1, 1]);
      assert.match(killed, new RegExp(`^${job}_[01]$`));
    },
  );

  itOnSlurm('a cancelled array leaves no lease, and does not come back', async (t) => {
    const folder = temporaryFolder(t);
    const job = await submit(folder, ...heads);
    await cluster.until(() => endingIn('.lock', folder).length === 2);
    cluster.call('scancel', job);
    await cluster.until(() => cluster.tasks().size === 0);
    assert.deepEqual(endingIn('.lock', folder), []);
    for (const task of [0, 1]) assert.match(logOf(folder, `${job}_${task}`), /training was interrupted/);
  });
});
