import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { recordedEpochCosts } from '../../src/study/index.js';
import { study as command, endingIn } from './study-command.js';

const folder = mkdtempSync(join(tmpdir(), 'whyconv-study-'));
const filesOf = (ending: string) => endingIn(ending, folder);
const study = (args: string[], whileRunning?: Parameters<typeof command>[2]) =>
  command(folder, args, whileRunning);

describe('npm run study', () => {
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('the command explains itself with examples', async () => {
    const { code, stdout, stderr } = await study(['--help']);
    assert.deepEqual([code, stderr], [0, '']);
    for (const word of ['--profile P', '--only NAME', '--list', '--jobs N', 'Examples:', 'filterSweep']) {
      assert.ok(stdout.includes(word), word);
    }
  });

  it('the command refuses wrong usage with exit code 2, what was found and no stack', async () => {
    const wrong: [string[], RegExp][] = [
      [['--epochs', '3'], /Unknown option '--epochs'[\s\S]*--help/],
      [['extra'], /Unexpected argument 'extra'/],
      [['--profile'], /argument missing/],
      [['--only', 'locality'], /unknown experiment: --only\n +found: +locality\n +expected: filterSweep, /],
      [['--only', 'heads,locality'], /unknown experiment: --only\n +found: +locality\n/],
      [['--profile', 'fast'], /unknown profile: --profile\n +found: +fast/],
      [['--seed', 'x'], /--seed\n +found: +x/],
      [['--jobs', '0'], /--jobs\n +found: +0/],
      [['--costs', '--jobs', '2'], /--jobs has no meaning here/],
      [['--worker', '--status'], /exclude each other\n +found: +--worker, --status/],
      [['--worker', '--jobs', '2'], /--jobs has no meaning here\n +expected: +training in this process/],
      [['--for', '5m'], /--for has no meaning here\n +expected: +--worker or --submit/],
      [['--worker', '--for', '5'], /not a valid duration: --for\n +found: +5\n +expected: +such as 90s, 30m/],
      [
        ['--worker', '--for', '25d'],
        /not a valid duration: --for\n +found: +25d\n +expected: .* at most 24d/,
      ],
      [['--worker', '--shard', '8/8'], /--shard\n +found: +8\/8\n +expected: +an index from 0 to 7/],
      [
        ['--worker', '--shard', '8'],
        /--shard\n[\s\S]*N alone needs SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX/,
      ],
      [['--merge'], /no folder to merge/],
      [['--publish', '--profile', 'quick'], /not the recorded study: --publish\n +found: +quick/],
      [['--merge', '/nowhere'], /no folder of records: --merge\n +found: +\/nowhere/],
      [['--merge', __filename], /no folder of records: --merge\n +found: +\/.*, a file/],
      [['--merge', `${__filename}/runs`], /no folder of records: --merge\n +found: +\/.*\/runs/],
      [['--list', '--nodes', '0'], /--nodes\n +found: +0/],
      [['--submit', 'pbs'], /unknown scheduler: --submit\n +found: +pbs\n +expected: +slurm, kubernetes/],
      [['--submit', 'kubernetes'], /printed, not submitted[\s\S]*--print \| kubectl apply/],
      [['--export', 'xlsx', 'x'], /unknown format: --export\n +found: +xlsx/],
      [
        ['--export', 'csv'],
        /an export goes to one place: --export csv\n +found: +none\n +expected: +a folder/,
      ],
    ];
    for (const [args, expected] of wrong) {
      const { code, stdout, stderr } = await study(args);
      assert.deepEqual([code, stdout], [2, ''], args.join(' '));
      assert.match(stderr, expected);
      assert.doesNotMatch(stderr, /\n +at /);
    }
  });

  it('--costs trains an epoch of each network alone, and keeps what it cost next to the records, of which it adds none', async (t) => {
    const own = mkdtempSync(join(tmpdir(), 'whyconv-costs-'));
    t.after(() => rmSync(own, { recursive: true, force: true }));
    const { code, stdout, stderr } = await command(own, ['--profile', 'smoke', '--costs']);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^baseline +[\d.]+ s per epoch, [\d,]+ images\/s, [\d,]+ MiB/m);
    const costs = await recordedEpochCosts(own);
    assert.deepEqual(
      costs.map(({ model, images }) => [model, images]),
      [
        ['baseline', 500],
        ['small', 500],
        ['medium', 500],
        ['dense_control', 500],
      ],
    );
    assert.ok(costs.every(({ provenance }) => provenance.seconds > 0 && provenance.peakMemoryBytes > 1e7));
    assert.deepEqual(readdirSync(own), ['costs.json']);
    writeFileSync(join(own, 'costs.json'), '[{}]');
    await assert.rejects(recordedEpochCosts(own), /not the costs of epochs[\s\S]*remedy:/);
  });

  it('the command stops at Ctrl-C with exit code 130 and a checkpoint, resumes from there, and lists what is recorded', async () => {
    const smoke = ['--profile', 'smoke', '--only', 'heads'];
    let sent = false;
    const stopped = await study(smoke, (kill) => {
      if (sent || filesOf('.checkpoint').length === 0) return;
      sent = true;
      kill('SIGINT');
    });
    assert.equal(stopped.code, 130, stopped.stderr);
    assert.equal(stopped.stdout, '', 'no run has a result yet');
    assert.match(stopped.stderr, /^2 of smoke's runs to train, on the wasm engine$/m);
    assert.match(stopped.stderr, /training was interrupted: small\S*, seed 0/);
    assert.match(stopped.stderr, /found: +a checkpoint of epoch 1\n/);
    assert.doesNotMatch(stopped.stderr, /\n +at /);
    assert.deepEqual(readdirSync(folder), filesOf('.checkpoint'), 'the claim is released');

    const finished = await study(smoke);
    assert.equal(finished.code, 0, finished.stderr);
    const result = /^(small, .*, seed 0: 2 epochs in .*, validation accuracy 0\.\d{4}, test 0\.\d{4}\n){2}$/;
    assert.match(finished.stdout, result);
    assert.ok(!/\r|\[2K/.test(finished.stderr), 'plain lines where there is no terminal');
    const records = filesOf('.json');
    const weights = records.map((name) => name.replace('.json', '.safetensors'));
    assert.deepEqual(readdirSync(folder).sort(), [...records, ...weights].sort());
    const resumed = records.map((name) => {
      const text = readFileSync(join(folder, name), 'utf8');
      return (JSON.parse(text) as { provenance: { resumed: number } }).provenance.resumed;
    });
    assert.deepEqual(resumed.sort(), [0, 1]);

    const listed = await study(['--profile', 'smoke', '--list', '--nodes', '2']);
    assert.equal(listed.code, 0);
    assert.match(
      listed.stdout,
      /^heads: .*\?\n {2}2 runs, nothing to train\n( +small, .*, seed 0 +recorded \(complete, [^)]+\)\n){2}/m,
    );
    assert.match(
      listed.stdout,
      /\nposition: .*\?\n {2}4 runs, at most \S+ s on one core\n +baseline.*, seed 0 +missing, at most \S+ s, by arithmetic\n/,
    );
    // A run that answers several questions counts once.
    assert.match(listed.stdout, /missing, the run of filterSweep\n/);
    assert.match(listed.stdout, /\nto train: \d+ runs, at most .* on one core.*; records in /);
    assert.match(
      listed.stdout,
      /\non 2 nodes of 2 cores like this machine's: at most \S+ s, as 2 tasks, the longest/,
    );
    const printed = await study(['--profile', 'smoke', '--submit', 'slurm', '--print']);
    assert.match(printed.stdout, /^#!\/bin\/bash\n#SBATCH --job-name=whyconv-smoke\n#SBATCH --array=0-3%4\n/);
    assert.match(
      printed.stdout,
      / study --worker --shard "\$SLURM_ARRAY_TASK_ID\/4" --profile smoke --data synthetic --engine wasm &\n/,
    );
    const tables = join(folder, 'tables');
    const exported = await study(['--profile', 'smoke', '--only', 'heads', '--export', 'csv', tables]);
    assert.match(exported.stdout, /^2 of 2 runs have a record; written to /);
    assert.equal(readFileSync(join(tables, 'runs.csv'), 'utf8').match(/^[0-9a-f]{64},/gm)!.length, 2);
    rmSync(tables, { recursive: true });
    assert.equal(filesOf('.json').length, 2, 'nothing was trained');
  });

  it('the command needs no store that can be written where it trains nothing', async () => {
    const [name] = filesOf('.json');
    const runs = join(folder, name!, 'runs');
    const smoke = ['--profile', 'smoke', '--only', 'heads'];
    const listed = await command(runs, [...smoke, '--list']);
    assert.match(listed.stdout, /\nto train: 2 runs, /, listed.stderr);
    const shown = await command(runs, [...smoke, '--status']);
    assert.match(shown.stdout, /\n2 waiting\n$/, shown.stderr);
    const refused = await command(runs, smoke);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /^\nrecords of runs cannot be written here: /m);
    assert.doesNotMatch(refused.stderr, /\n +at /);
  });

  it('the command names a record that cannot be read, without a stack', async () => {
    const [name] = filesOf('.json');
    writeFileSync(join(folder, name!), 'no JSON');
    const { code, stderr } = await study(['--profile', 'smoke', '--only', 'heads']);
    assert.equal(code, 1);
    assert.match(stderr, /not a valid run record: .*[0-9a-f]{64}\.json\n[\s\S]*remedy: +delete the file/);
    assert.doesNotMatch(stderr, /\n +at /);
  });
});
