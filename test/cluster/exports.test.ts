import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { describe, it } from 'node:test';
import { crc32c } from '../../src/cluster/exports/crc32c.js';
import { exportEventFiles, exportTables, exportToMlflow } from '../../src/cluster/index.js';
import type { RunRecord } from '../../src/training/index.js';
import { finishedRun } from '../runs/fixtures.js';
import { refusal } from '../support/refusal.js';
import { skipFor } from '../support/required.js';
import { serve } from '../support/server.js';
import { historyOf, smallSet, temporaryFolder, tinySpec } from '../training/fixtures.js';

const [first, second] = [0, 1].map((seed) => finishedRun(tinySpec(smallSet(), { seed })).record) as [
  RunRecord,
  RunRecord,
];
const { results: _, ...unfinished } = second;
const diverged: RunRecord = { ...unfinished, status: 'diverged', history: historyOf([2, Number.NaN]) };
const records = [first, diverged];

const python = process.env.WHYCONV_PYTHON ?? 'python3';

describe('exported records', () => {
  it('are tables with a row per epoch and a row per run', async (t) => {
    const folder = temporaryFolder(t);
    const [epochs, runs] = await exportTables(records, 'jsonl', folder);
    const rows = (path: string) =>
      readFileSync(path, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(
      rows(epochs!).map(({ run, epoch, validationLoss }) => [run, epoch, validationLoss]),
      [
        [rows(runs!)[0]!.run, 1, 2],
        [rows(runs!)[0]!.run, 2, 1.25],
        [rows(runs!)[1]!.run, 1, 2],
        [rows(runs!)[1]!.run, 2, null],
      ],
    );
    const wanted = ['key', 'seed', 'status', 'testAccuracy', 'keptEpoch', 'model', 'protocol', 'seconds'];
    assert.deepEqual(
      rows(runs!).map((row) => wanted.map((name) => row[name])),
      [
        [first.key, 0, 'complete', 0.25, 2, 'tiny', 'other', 60],
        [second.key, 1, 'diverged', null, null, 'tiny', 'other', 60],
      ],
    );
    const script = `import csv, json, sys; print(json.dumps([list(csv.DictReader(open(path, newline=''))) for path in sys.argv[1:]]))`;
    const paths = await exportTables(records, 'csv', folder);
    const [csvEpochs, csvRuns] = JSON.parse(
      execFileSync('python3', ['-c', script, ...paths], { encoding: 'utf8' }),
    ) as Record<string, string>[][];
    assert.deepEqual(
      csvEpochs!.map(({ validationLoss }) => validationLoss),
      ['2', '1.25', '2', 'NaN'],
    );
    assert.deepEqual(
      csvRuns!.map((row) => wanted.map((name) => row[name])),
      rows(runs!).map((row) => wanted.map((name) => String(row[name] ?? ''))),
    );
  });

  it('have the checksum of the catalogue of CRCs', () => {
    // CRC-32/ISCSI: "check" of https://reveng.sourceforge.io/crc-catalogue/; 32 bytes of RFC 3720, B.4.
    assert.equal(crc32c(Buffer.from('123456789')), 0xe3069283);
    assert.equal(crc32c(new Uint8Array(32)), 0x8a9136aa);
    assert.equal(crc32c(new Uint8Array(32).fill(0xff)), 0x62a8ab43);
  });

  it('are read by TensorBoard', async (t) => {
    const reader = 'tensorboard.backend.event_processing.event_accumulator';
    const absent = spawnSync(python, ['-c', `import ${reader}`]).status !== 0;
    if (skipFor(t, absent ? `TensorBoard is not installed for ${python}` : undefined)) return;
    const folder = temporaryFolder(t);
    const paths = await exportEventFiles(records, folder);
    assert.deepEqual(await exportEventFiles(records, folder), paths, 'again, in the same place');
    assert.match(basename(dirname(paths[0]!)), /^tiny.*, seed 0 [0-9a-f]{8}$/);
    const script = `
import json, sys
from ${reader} import EventAccumulator
found = []
for path in sys.argv[1:]:
    events = EventAccumulator(path)
    events.Reload()
    found.append({tag: [[e.step, e.wall_time, e.value] for e in events.Scalars(tag)] for tag in events.Tags()['scalars']})
print(json.dumps(found))`;
    const [whole, broken] = JSON.parse(
      execFileSync(python, ['-c', script, ...paths], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).replaceAll('NaN', 'null'),
    ) as Record<string, [step: number, time: number, value: number | null][]>[];
    const end = Date.parse(first.provenance.finishedAt) / 1000;
    const float32 = (value: number) => new Float32Array([value])[0]!;
    assert.deepEqual(whole, {
      'train/loss': [
        [1, end - 2, 1],
        [2, end, 1],
      ],
      'train/accuracy': [
        [1, end - 2, 0.5],
        [2, end, 0.5],
      ],
      'validation/loss': [
        [1, end - 2, 2],
        [2, end, 1.25],
      ],
      'validation/accuracy': [
        [1, end - 2, 0.5],
        [2, end, 0.5],
      ],
      learning_rate: [
        [1, end - 2, float32(0.001)],
        [2, end, float32(0.001)],
      ],
      'test/loss': [[2, end, 1.5]],
      'test/accuracy': [[2, end, 0.25]],
    });
    assert.deepEqual(broken!['validation/loss'], [
      [1, end - 2, 2],
      [2, end, null],
    ]);
    assert.ok(!('test/loss' in broken!));
  });

  it('are logged at an MLflow tracking server once, by its REST API, and completed after an interruption', async (t) => {
    interface Logged {
      status: string;
      run_name: string;
      tags: { key: string; value: string }[];
      metrics: { key: string; value: number; step: number }[];
      params: { key: string; value: string }[];
    }
    type Body = Logged & { name: string; page_token?: string; experiment_id: string; run_id: string };
    const runs = new Map<string, Logged>();
    let experiment = '';
    let refuse = '';
    // What the documentation of the REST API says of each method.
    const methods: Record<string, (body: Body) => object | undefined> = {
      'experiments/create': ({ name }) => {
        experiment = name;
        return { experiment_id: '7' };
      },
      'runs/search': ({ page_token }) => {
        const all = [...runs].map(([run_id, { status, tags }]) => ({
          info: { run_id, status },
          data: { tags },
        }));
        // A page each.
        const at = Number(page_token ?? 0);
        return { runs: all.slice(at, at + 1), ...(at + 1 < all.length && { next_page_token: `${at + 1}` }) };
      },
      'runs/create': ({ run_name, tags, experiment_id }) => {
        assert.equal(experiment_id, '7');
        const run_id = `r${runs.size}`;
        runs.set(run_id, { run_name, tags, status: 'RUNNING', metrics: [], params: [] });
        return { run: { info: { run_id } } };
      },
      'runs/log-batch': ({ run_id, metrics = [], params = [] }) => {
        runs.get(run_id)!.metrics.push(...metrics);
        runs.get(run_id)!.params.push(...params);
        return {};
      },
      'runs/update': ({ run_id, status }) => {
        runs.get(run_id)!.status = status;
        return {};
      },
      'runs/delete': ({ run_id }) => (runs.delete(run_id) ? {} : undefined),
    };
    const { url } = await serve(t, async (request, response) => {
      const name = request.url!.replace('/api/2.0/mlflow/', '');
      let text = '';
      for await (const chunk of request) text += chunk;
      const answer = (status: number, json: object) => response.writeHead(status).end(JSON.stringify(json));
      if (name === refuse) return answer(500, { error_code: 'INTERNAL_ERROR', message: 'the disk is full' });
      if (name.startsWith('experiments/get-by-name'))
        return experiment
          ? answer(200, { experiment: { experiment_id: '7' } })
          : answer(404, { error_code: 'RESOURCE_DOES_NOT_EXIST' });
      return answer(200, methods[name]!(JSON.parse(text))!);
    });
    const log = () => exportToMlflow(records, { address: `${url}/`, experiment: 'whyconv smoke' });
    refuse = 'runs/update';
    await assert.rejects(
      log(),
      refusal({ what: 'tracking server refuses', where: url, found: 'the disk is full' }),
    );
    refuse = '';
    assert.equal(runs.size, 1, 'one was begun');
    assert.equal(await log(), 2);
    assert.equal(await log(), 0, 'they are there');
    assert.equal(experiment, 'whyconv smoke');
    const logged = [...runs.values()];
    assert.deepEqual(
      logged.map(({ status }) => status),
      ['FINISHED', 'FINISHED'],
    );
    const losses = logged.map(({ metrics }) =>
      metrics.filter(({ key }) => key === 'validationLoss').map(({ value, step }) => [step, value]),
    );
    assert.deepEqual(losses, [
      [
        [1, 2],
        [2, 1.25],
      ],
      [[1, 2]],
    ]);
    assert.ok(logged[0]!.metrics.some(({ key, value }) => key === 'testAccuracy' && value === 0.25));
    assert.ok(logged[0]!.params.some(({ key, value }) => key === 'batchSize' && value === '16'));
    await assert.rejects(
      exportToMlflow(records, { address: 'localhost:5000', experiment: 'x' }),
      refusal({ what: 'not the address of a tracking server' }),
    );
    await assert.rejects(
      exportToMlflow(records, { address: 'http://127.0.0.1:1', experiment: 'x' }),
      refusal({ what: 'does not answer', where: 'http://127.0.0.1:1/' }),
    );
  });
});
