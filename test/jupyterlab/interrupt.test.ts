import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, it } from 'node:test';
import { parseRunRecord } from '../../src/training/index.js';
import { describeInLab, Lab, until } from './lab.js';
import type { LabNotebook } from './lab-notebook.js';
import { type Process, running } from './processes.js';

/** Trains runs that take long enough to be stopped in the middle; side by side where there are two jobs. */
const sources = (jobs: number, seed: number): string[] => [
  `process.env.WHYCONV_JOBS = '${jobs}';\nimport { openNotebook } from 'whyconv';`,
  `const study = await openNotebook('quick', 'synthetic', ${seed});`,
  "await study.runExperiments(['dropout']);",
  'console.log(40 + 2)',
];
const TRAIN = 2;
const NEXT = 3;

const workersIn = (processes: readonly Process[]) =>
  processes.filter(({ command }) => /\/runs\/worker\.js/.test(command));

describeInLab('training in JupyterLab', () => {
  let lab: Lab;
  let notebook: LabNotebook | undefined;
  before(async () => {
    lab = await Lab.start();
  });
  after(() => lab?.close());
  afterEach(async () => {
    await notebook?.page.close();
  });

  /** The keys of stored runs by the kind of their file. */
  function keysOf(extension: '.json' | '.checkpoint'): string[] {
    const folder = join(lab.folder, 'runs');
    const names = existsSync(folder) ? readdirSync(folder) : [];
    return names.filter((name) => name.endsWith(extension)).map((name) => name.slice(0, -extension.length));
  }

  function recordOf(key: string) {
    const path = join(lab.folder, 'runs', `${key}.json`);
    const record = parseRunRecord(readFileSync(path, 'utf8'), path);
    assert.ok(record !== 'outdated');
    return record;
  }

  /** Opens a notebook of new runs and waits until one has finished an epoch. */
  async function train(name: string, jobs: number, seed: number) {
    await lab.write(name, sources(jobs, seed));
    notebook = await lab.open(name);
    for (const index of [0, 1]) await notebook.run(index);
    const others = keysOf('.checkpoint');
    await notebook.begin(TRAIN);
    await until('a checkpoint', async () => keysOf('.checkpoint').some((key) => !others.includes(key)));
    const processes = await lab.kernelProcesses(await notebook.kernelId());
    assert.equal(workersIn(processes).length, jobs === 1 ? 0 : jobs);
    return { notebook, processes, others };
  }

  for (const [jobs, where] of [
    [2, 'in worker processes'],
    [1, 'in the kernel itself'],
  ] as const) {
    it(`${where} ends with the stop button, and the same cell resumes it`, async () => {
      const { notebook, processes, others } = await train(`jobs-${jobs}.ipynb`, jobs, 10 * jobs);
      await notebook.click('notebook:interrupt-kernel');
      await until('the end of the cell', () => notebook.hasEnded(TRAIN, null), 10);
      await until('the end of the workers', async () => running(workersIn(processes)).length === 0, 2);
      const [answer] = await notebook.run(NEXT);
      assert.equal(answer?.text, '42\n');
      const stopped = (await notebook.outputs(TRAIN)).find(({ output_type }) => output_type === 'error');
      assert.equal(stopped?.ename, 'Interrupted');
      assert.match(stopped.evalue ?? '', /interrupted/);

      const begun = keysOf('.checkpoint').filter((key) => !others.includes(key));
      assert.ok(begun.length > 0);
      await notebook.begin(TRAIN);
      const resumed = () =>
        keysOf('.json')
          .filter((key) => begun.includes(key))
          .map((key) => recordOf(key).provenance.resumed);
      await until('a record of what was stopped', async () => resumed().length > 0, 240);
      assert.ok(resumed().every((times) => times === 1));
      await notebook.close();
    });
  }

  it('leaves no process when the kernel is restarted', async () => {
    const { notebook, processes } = await train('restart.ipynb', 2, 30);
    await notebook.click('notebook:restart-kernel');
    await notebook.page.locator('.jp-Dialog .jp-mod-accept').click();
    await until('the end of the kernel', async () => running(processes).length === 0, 10);
    await notebook.ready('restart.ipynb');
    assert.equal((await notebook.run(NEXT))[0]?.text, '42\n');
  });

  it('leaves no process when the kernel is shut down', async () => {
    const { notebook, processes } = await train('shutdown.ipynb', 2, 40);
    await lab.api(`kernels/${await notebook.kernelId()}`, { method: 'DELETE' });
    await until('the end of the kernel', async () => running(processes).length === 0, 10);
  });

  it('leaves no process when JupyterLab is killed', async () => {
    const { processes } = await train('killed.ipynb', 2, 50);
    process.kill(await lab.serverPid(), 'SIGKILL');
    await until('the end of the kernel', async () => running(processes).length === 0, 10);
  });
});
