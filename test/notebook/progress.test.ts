import assert from 'node:assert/strict';
import test from 'node:test';
import { MIME, progressReporter } from '../../src/notebook/index.js';
import { progressLine } from '../../src/notebook/progress.js';
import { shownBy } from './fake-host.js';

/** A hundred reports, 10 ms apart, of a task that takes a second. */
async function work(headless: boolean) {
  let time = 1000;
  return shownBy(headless, () => {
    const tell = progressReporter(() => time);
    for (let i = 0; i <= 100; i++) {
      tell({ task: 'train', fraction: i / 100 });
      time += 10;
    }
    tell({ task: 'train', fraction: 1 });
  });
}

test('a headless run gets a few reports a second, the first and the last among them', async () => {
  const shown = await work(true);
  const fractions = shown.map(({ data }) => (data[MIME.progress] as { fraction: number }).fraction);
  assert.deepEqual(fractions, [0, 0.25, 0.5, 0.75, 1]);
  assert.ok(shown.every(({ options }) => options.id === undefined));
});

test('in a front end one line is redrawn in place and ends with the time it took', async () => {
  const shown = await work(false);
  assert.deepEqual(
    shown.map(({ options }) => options.update),
    [false, true, true, true, true],
  );
  assert.equal(new Set(shown.map(({ options }) => options.id)).size, 1);
  assert.ok(shown.every(({ data }) => data[MIME.progress] === undefined));
  assert.equal(shown[2]?.data[MIME.plain], 'train  [##########----------]   50 %');
  assert.equal(shown.at(-1)?.data[MIME.plain], 'train: done in 1.0 s');
});

test('learning curves are drawn below the line, grow in place with the epochs, at most once a second, and stay', async () => {
  const epoch = (n: number) => ({
    epoch: n,
    trainAccuracy: n / 10,
    validationAccuracy: n % 2 === 0 ? n / 12 : null,
  });
  const trained = (headless: boolean) =>
    shownBy(headless, () => {
      let time = 0;
      const tell = progressReporter(() => time);
      for (let tick = 0; tick <= 40; tick++, time += 100) {
        const epochs = Array.from({ length: Math.floor(tick / 5) }, (_, i) => epoch(i + 1));
        if (tick === 40) tell({ task: '1 run', fraction: 1 });
        else tell({ task: '1 run', fraction: tick / 40, curves: [{ run: 'small, seed 0', epochs }] });
      }
    });
  const curves = (await trained(false)).filter(({ data }) => MIME.vegaLite in data);
  assert.equal(new Set(curves.map(({ options }) => options.id)).size, 1);
  assert.deepEqual(
    curves.map(({ options }) => options.update),
    [false, true, true, true],
  );
  const rows = curves.map(({ data }) => {
    const { values } = (data[MIME.vegaLite] as { data: { values: { epoch: number; split: string }[] } }).data;
    const count = (split: string) => values.filter((row) => row.split === split).length;
    return [count('train'), count('validation')];
  });
  assert.deepEqual(rows.at(0), [1, 0]);
  assert.deepEqual(rows.at(-1), [7, 3], 'the final state is drawn, whenever the one before was');
  assert.deepEqual(
    (await trained(true)).filter(({ data }) => MIME.vegaLite in data),
    [],
  );
});

test('each task has a line of its own, also one that is begun again', async () => {
  let time = 0;
  const shown = await shownBy(false, () => {
    const tell = progressReporter(() => time++);
    for (const task of ['a', 'b', 'a']) for (const fraction of [0, 1]) tell({ task, fraction });
  });
  assert.equal(shown.length, 6);
  const ids = shown.map(({ options }) => options.id);
  assert.deepEqual([ids[0] === ids[1], ids[2] === ids[3], ids[4] === ids[5]], [true, true, true]);
  assert.equal(new Set(ids).size, 3);
});

test('a line tells task, share, place and time left', () => {
  assert.equal(
    progressLine({ task: 'small, seed 0', fraction: 0.3, detail: 'epoch 3/8', secondsLeft: 65 }),
    'small, seed 0  [######--------------]   30 %  epoch 3/8  1 min 5 s left',
  );
  assert.equal(progressLine({ task: 't', fraction: 7 }), `t  [${'#'.repeat(20)}]  100 %`);
});
