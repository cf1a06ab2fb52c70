import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { Judgement } from '../../src/analysis/index.js';
import { RunStore } from '../../src/runs/index.js';
import { openStudy } from '../../src/study/index.js';
import { runKey } from '../../src/training/index.js';
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
    assert.match(stdout, /^C13 +refuted +Doubling/m);
    assert.match(stdout, /\n0 supported, 1 refuted, 0 undecided, 14 no records\n$/);
    assert.ok(stdout.split('\n').every((line) => line.length <= 110));
    assert.deepEqual(readdirSync(folder), []);
  });

  it('judges by the records there are, as JSON with numbers, keys and sources', async () => {
    const study = await openStudy({
      profile: 'smoke',
      data: 'synthetic',
      engine: 'wasm',
      store: new RunStore(folder),
    });
    const accuracies: Record<string, number> = { baseline: 0.3, small: 0.7 };
    const runs = study.experiment('allImages').runs;
    for (const { label, spec } of runs) {
      const record = { ...madeRecord({ test: accuracies[label]! }), key: runKey(spec), spec };
      writeFileSync(join(folder, `${record.key}.json`), JSON.stringify(record));
    }
    const { status, stdout, stderr } = smoke('--json');
    assert.equal(status, 0, stderr);
    const c4 = (JSON.parse(stdout) as Judgement[]).find(({ id }) => id === 'C4');
    assert.equal(c4?.verdict, 'supported');
    assert.deepEqual(c4.source, ['allImages']);
    assert.deepEqual([...c4.records].sort(), runs.map(({ spec }) => runKey(spec)).sort());
    assert.ok(Math.abs(c4.contrasts['small − baseline']!.estimate - 0.4) < 1e-9);
    assert.equal(c4.seeds, 1);
  });
});
