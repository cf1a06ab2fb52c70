import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { Judgement } from '../../src/claims/index.js';
import { RunStore } from '../../src/runs/index.js';
import { openStudy } from '../../src/study/index.js';
import { formatRunRecord, runKey } from '../../src/training/index.js';
import { madeRecord } from '../support/records.js';

const main = require.resolve('../../src/cli/main.js');
const folder = mkdtempSync(join(tmpdir(), 'whyconv-claims-'));
const claims = (...args: string[]) =>
  spawnSync(process.execPath, [main, 'claims', ...args], { encoding: 'utf8' });
/** On the synthetic set, in the smallest profile, from the test's own folder of records. */
const smoke = (...args: string[]) =>
  claims('--profile', 'smoke', '--data', 'synthetic', '--engine', 'wasm', '--runs', folder, ...args);

describe('the command claims', () => {
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('explains itself with examples', () => {
    const { status, stdout, stderr } = claims('--help');
    assert.deepEqual([status, stderr], [0, '']);
    for (const word of ['--profile P', '--data PATH', '--runs DIR', '--json', 'Examples:'])
      assert.ok(stdout.includes(word), word);
  });

  it('refuses wrong usage with exit code 2, what was found and no stack', () => {
    const wrong: [string[], RegExp][] = [
      [['--only', 'C1'], /Unknown option '--only'[\s\S]*--help/],
      [['C1'], /Unexpected argument 'C1'/],
      [['--profile', 'fast'], /unknown profile: --profile\n +found: +fast/],
      [['--seed', 'x'], /--seed\n +found: +x/],
      [['--runs', '/nowhere'], /no folder of records: --runs\n +found: +\/nowhere/],
      [['--runs', __filename], /no folder of records: --runs\n +found: +\/.*, a file/],
    ];
    for (const [args, expected] of wrong) {
      const { status, stdout, stderr } = claims(...args);
      assert.deepEqual([status, stdout], [2, ''], args.join(' '));
      assert.match(stderr, expected);
      assert.doesNotMatch(stderr, /\n +at /);
    }
  });

  it('without records says so of all but arithmetic, and trains nothing', () => {
    const { status, stdout, stderr } = smoke();
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^C1 +no records +Accuracy rises .*\n +Not decided: /);
    assert.match(stdout, /^C7 +not applicable +The published/m);
    assert.match(stdout, /^C13 +refuted +Doubling/m);
    assert.match(stdout, /\n1 refuted, 13 no records, 1 not applicable\n$/);
    assert.ok(stdout.split('\n').every((line) => line.length <= 110));
    assert.ok(!stdout.includes('\x1b'), 'colors are for terminals');
    assert.deepEqual(readdirSync(folder), []);
  });

  it('judges by the records there are, as text and as JSON with numbers, keys and what else was asked', async () => {
    const study = await openStudy({
      profile: 'smoke',
      data: 'synthetic',
      engine: 'wasm',
      store: new RunStore(folder),
    });
    const accuracies: Record<string, number> = { baseline: 0.3, small: 0.7 };
    const specs = (['filterSweep', 'baselineSettings'] as const).flatMap(
      (name) => study.experiment(name).specs,
    );
    const records = [...new Map(specs.map((spec) => [runKey(spec), spec])).values()]
      .filter((spec) => spec.model.name in accuracies && spec.patience === null)
      .map((spec) => {
        const counts = { train: spec.split.train ?? 500, validation: 200, test: 200 };
        return madeRecord({ spec, test: accuracies[spec.model.name]!, counts });
      });
    for (const record of records) writeFileSync(join(folder, `${record.key}.json`), formatRunRecord(record));
    const { status, stdout, stderr } = smoke('--json');
    assert.equal(status, 0, stderr);
    const c4 = (JSON.parse(stdout) as Judgement[]).find(({ id }) => id === 'C4')!;
    assert.equal(c4.verdict, 'indicated');
    assert.deepEqual([...c4.records].sort(), records.map(({ key }) => key).sort());
    assert.ok(Math.abs(c4.contrasts['small − baseline']!.estimate - 0.4) < 1e-9);
    assert.deepEqual(
      [c4.seeds, c4.protocol, c4.other],
      [1, 'fast', { protocol: 'replication', verdict: 'no records', agrees: null }],
    );
    assert.match(smoke().stdout, /^C4 +indicated +Even `small` beats[\s\S]*?3 records of filterSweep/m);
  });
});
