import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { kubernetesJob, type Submission, slurmScripts, timeLimit } from '../../src/cluster/index.js';
import { tinyRun } from '../runs/fixtures.js';
import { temporaryFolder } from '../training/fixtures.js';

function submission(indices: readonly number[], change: Partial<Submission> = {}): Submission {
  const tasks = indices.map((index) => ({ index, runs: [tinyRun(index)], seconds: 1_000 + index }));
  const plan = { nodes: 3, cores: 2, shards: 2_500, tasks, missing: indices.length, seconds: 5_000 };
  return { name: 'whyconv-full', plan, sameStudy: ['--profile', 'full', '--data', "/it's/here"], ...change };
}

const site = {
  node: '/usr/bin/node',
  main: '/shared/whyconv/main.js',
  store: '/shared/runs of mine',
  logs: '/shared/logs',
  maxArraySize: 1_001,
};

const sbatch = (script: string): string[] =>
  [...script.matchAll(/^#SBATCH (.*)$/gm)].map(([, option]) => option!);

describe('the scripts for Slurm', () => {
  it('ask for what a task needs, and for no shard without work', () => {
    const [script, ...others] = slurmScripts(submission([0, 1, 2, 7]), { ...site, partition: 'gpu' });
    assert.deepEqual(others, []);
    assert.deepEqual(sbatch(script!), [
      '--job-name=whyconv-full',
      '--array=0-2,7%3',
      '--requeue',
      '--signal=B:USR1@120',
      '--open-mode=append',
      '--output=/shared/logs/%x-%A_%a.log',
      '--ntasks=1',
      '--cpus-per-task=2',
      '--mem=2560M',
      '--time=40',
      '--partition=gpu',
    ]);
    const gpus = slurmScripts(submission([0], { gpus: 1, seconds: 240 }), site)[0]!;
    assert.ok(
      ['--gpus=1', '--time=4', '--signal=B:USR1@60'].every((option) => sbatch(gpus).includes(option)),
    );
  });

  it('are several where an array may not be that long, each shard in one of them', () => {
    const indices = Array.from({ length: 2_500 }, (_, i) => i);
    const scripts = slurmScripts(submission(indices), site);
    assert.deepEqual(
      scripts.map((script) => [sbatch(script)[1], /--shard "(.*?)"/.exec(script)![1]]),
      [
        ['--array=0-1000%3', '$SLURM_ARRAY_TASK_ID/2500'],
        ['--array=0-1000%3', '$((SLURM_ARRAY_TASK_ID + 1001))/2500'],
        ['--array=0-497%3', '$((SLURM_ARRAY_TASK_ID + 2002))/2500'],
      ],
    );
  });

  it('ask for half as long again as the estimate, and ten minutes', () => {
    assert.equal(timeLimit(submission([0])), Math.ceil((600 + 1_500) / 300) * 300);
    assert.equal(timeLimit(submission([0], { seconds: 77 })), 77);
  });

  /** Runs the script with a worker that writes its arguments and ends as it is told; returns how the script ended. */
  function run(t: TestContext, worker: string, signal?: NodeJS.Signals) {
    const folder = temporaryFolder(t);
    const programs = join(folder, 'bin');
    mkdirSync(programs);
    const program = (name: string, body: string) => {
      writeFileSync(join(programs, name), `#!/bin/bash\n${body}\n`);
      chmodSync(join(programs, name), 0o755);
    };
    program('scontrol', `echo "$@" > '${folder}/requeued'`);
    program('worker', `printf '%s\\n' "$WHYCONV_RUNS" "$@" > '${folder}/arguments'\n${worker}`);
    const [script] = slurmScripts(submission([4]), { ...site, node: join(programs, 'worker') });
    writeFileSync(join(folder, 'script'), script!);
    const send = signal ? `(sleep 0.5; kill -${signal.slice(3)} $$) & exec bash script` : 'exec bash script';
    const env = {
      PATH: `${programs}:${process.env.PATH}`,
      SLURM_ARRAY_JOB_ID: '17',
      SLURM_ARRAY_TASK_ID: '4',
    };
    const { status } = spawnSync('bash', ['-c', send], { cwd: folder, env });
    const text = (name: string) => {
      try {
        return readFileSync(join(folder, name), 'utf8').trim();
      } catch {
        return undefined;
      }
    };
    return { status, words: text('arguments')!.split('\n'), requeued: text('requeued') };
  }

  const stopsAt = (signal: string, code: number) =>
    `trap 'sleep 0.3; exit ${code}' ${signal}; for i in $(seq 100); do sleep 0.1; done`;

  it('start a worker on one shard, and end as it does', (t) => {
    const { status, words, requeued } = run(t, 'exit 65');
    assert.deepEqual([status, requeued], [65, undefined]);
    const options = '--worker --shard 4/2500 --profile full --data';
    assert.deepEqual(words, [
      '/shared/runs of mine',
      site.main,
      'study',
      ...options.split(' '),
      "/it's/here",
    ]);
  });

  it('put a task back into the queue that ended in time before its limit, and wait for its worker to end', (t) => {
    const { status, requeued } = run(t, stopsAt('USR1', 75), 'SIGUSR1');
    assert.deepEqual([status, requeued], [75, 'requeue 17_4']);
  });

  it('put no task back that was cancelled, that had been done, or that has failed', (t) => {
    assert.deepEqual(
      [
        run(t, stopsAt('TERM', 75), 'SIGTERM'),
        run(t, stopsAt('USR1', 0), 'SIGUSR1'),
        run(t, stopsAt('USR1', 1), 'SIGUSR1'),
        run(t, 'exit 75'),
      ].map(({ status, requeued }) => [status, requeued]),
      [
        [75, undefined],
        [0, undefined],
        [1, undefined],
        [75, undefined],
      ],
    );
  });
});

describe('the manifest for Kubernetes', () => {
  const made = (change: Partial<Submission> = {}) =>
    kubernetesJob(submission([0, 3], change), { image: 'registry/whyconv:1', volume: 'study' });

  it('is a Job by the schema of the API, made from its OpenAPI description', async () => {
    const { Job } = await import('kubernetes-models/batch/v1');
    const text = JSON.stringify(made({ gpus: 1, seconds: 3_600 }));
    new Job(JSON.parse(text) as object).validate();
    const broken: [string, string][] = [
      ['"backoffLimitPerIndex":3', '"backoffLimitPerIndex":"three"'],
      ['"action":"FailIndex"', '"action":7'],
      ['"completionMode":"Indexed"', '"completionMode":"indexed"'],
      ['"args":[', '"args":"study","other":['],
    ];
    for (const [right, wrong] of broken) {
      assert.ok(text.includes(right));
      const job = new Job(JSON.parse(text.replace(right, wrong)) as object);
      assert.throws(() => job.validate(), /must be/, wrong);
    }
  });

  it('has one index a shard, of which the given number runs at the same time, each with its own tries', () => {
    const { spec } = made();
    assert.deepEqual(
      [spec.completionMode, spec.completions, spec.parallelism, spec.backoffLimitPerIndex],
      ['Indexed', 2_500, 3, 3],
    );
    const [container] = spec.template.spec.containers;
    assert.deepEqual(container!.args.slice(0, 4), ['study', '--worker', '--shard', '2500']);
    assert.deepEqual(container!.resources.limits, { cpu: '2', memory: '2560Mi' });
    assert.equal(made({ gpus: 2 }).spec.template.spec.containers[0]!.resources.limits['nvidia.com/gpu'], '2');
    assert.deepEqual(made({ seconds: 90 }).spec.template.spec.containers[0]!.args.slice(4, 6), [
      '--for',
      '90s',
    ]);
  });

  it('tries nothing again that cannot succeed, and does not count what its node interrupted', () => {
    const { podFailurePolicy, template } = made().spec;
    assert.equal(template.spec.restartPolicy, 'Never', 'what a podFailurePolicy demands');
    const actionFor = (code: number) =>
      podFailurePolicy.rules.find(({ onExitCodes }) => onExitCodes?.values.includes(code))?.action;
    assert.deepEqual([2, 65, 75, 1, 137].map(actionFor), [
      'FailIndex',
      'FailIndex',
      'Ignore',
      undefined,
      undefined,
    ]);
    assert.deepEqual(podFailurePolicy.rules.at(-1), {
      action: 'Ignore',
      onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }],
    });
  });
});
