import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { promisify } from 'node:util';
import { projectRoot } from '../../src/base/files.js';
import { registerKernel } from '../../src/cli/kernelspec.js';
import { executeNotebook, injectParameters, type Parameters } from '../../src/report/execute/index.js';
import {
  type Notebook,
  type Output,
  parseNotebook,
  serializeNotebook,
  tagged,
} from '../../src/report/nbformat.js';
import { describeUnless } from '../support/required.js';
import { expected } from './shown.js';

const run = promisify(execFile);
const NAMES = ['01-dataset-checks.ipynb', '02-class-balance.ipynb', '03-parameter-arithmetic.ipynb'];
const PARAMETERS: Parameters = { profile: 'smoke', data: 'synthetic' };

const missing =
  spawnSync('python3', ['-c', 'import nbclient, nbconvert']).status === 0
    ? undefined
    : 'nbclient and nbconvert are not installed';

describeUnless(missing, 'outputs are the same by the headless run', () => {
  let folder = '';
  let env: NodeJS.ProcessEnv;
  const ours = new Map<string, Notebook>();
  before(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'whyconv-clients-')));
    await symlink(join(projectRoot, 'node_modules'), join(folder, 'node_modules'));
    await mkdir(join(folder, 'notebooks'));
    const { folder: jupyter } = await registerKernel(projectRoot);
    env = {
      ...process.env,
      JUPYTER_PATH: jupyter,
      JUPYTER_RUNTIME_DIR: join(folder, 'runtime'),
      JUPYTER_CONFIG_DIR: join(folder, 'config'),
      WHYCONV_RUNS: join(folder, 'runs'),
    };
    for (const name of NAMES) {
      const path = join(folder, 'notebooks', name);
      const notebook = parseNotebook(await readFile(join(projectRoot, 'notebooks', name), 'utf8'), name);
      const parameters = notebook.cells.some((cell) => tagged(cell, 'parameters')) ? PARAMETERS : {};
      await writeFile(path, serializeNotebook(injectParameters(notebook, parameters, name)));
      const runs = { WHYCONV_RUNS: join(folder, 'runs') };
      const executed = await executeNotebook(notebook, { path, parameters, env: runs });
      assert.equal(executed.failed, undefined, name);
      ours.set(name, executed.notebook);
    }
  });
  after(() => rm(folder, { recursive: true, force: true }));

  for (const name of NAMES) {
    it(`and by nbclient: ${name}`, async () => {
      const script = `
import nbclient, nbformat, sys
notebook = nbformat.read(sys.argv[1], as_version=4)
nbclient.NotebookClient(notebook, kernel_name='tslab', timeout=300).execute()
nbformat.validate(notebook)
nbformat.write(notebook, sys.argv[2])`;
      const out = join(folder, name);
      await run('python3', ['-W', 'ignore', '-c', script, name, out], {
        cwd: join(folder, 'notebooks'),
        env,
      });
      const theirs = parseNotebook(await readFile(out, 'utf8'), out);
      assert.deepEqual(outputsOf(theirs), outputsOf(ours.get(name)!));
    });

    it(`and by nbconvert, on its page: ${name}`, async () => {
      const cwd = join(folder, 'notebooks');
      const out = join(folder, 'html');
      const options = ['--to', 'html', '--execute', '--output-dir', out, '--log-level', 'ERROR'];
      await run('jupyter', ['nbconvert', ...options, name], { cwd, env });
      const html = await readFile(join(out, name.replace('.ipynb', '.html')), 'utf8');
      const executed = ours.get(name)!;
      const prose = executed.cells.flatMap((cell) => (cell.cell_type === 'markdown' ? [cell.source] : []));
      // In place of a chart, which it does not draw, nbconvert shows the chart's picture.
      const { charts, pictures, tables } = expected(prose.join('\n\n'), outputsOf(executed).flat());
      const count = (pattern: RegExp) => (html.match(pattern) ?? []).length;
      const shown = count(/<img[^>]+src="data:image\/png;base64/g) + count(/<div class="jp-RenderedSVG/g);
      assert.deepEqual([shown, count(/<table>/g)], [charts + pictures, tables]);
    });
  }
});

/** The outputs of each code cell; they hold no times, and no ids. */
const outputsOf = ({ cells }: Notebook): Output[][] =>
  cells.flatMap((cell) => (cell.cell_type === 'code' ? [joined(cell.outputs)] : []));

/** Consecutive texts of one stream as one: where a client cuts a stream is a matter of timing. */
function joined(outputs: readonly Output[]): Output[] {
  const whole: Output[] = [];
  for (const output of outputs) {
    const last = whole.at(-1);
    const continues =
      output.output_type === 'stream' && last?.output_type === 'stream' && last.name === output.name;
    if (continues) whole.splice(-1, 1, { ...last, text: last.text + output.text });
    else whole.push(output);
  }
  return whole;
}
