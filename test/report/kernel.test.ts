import assert from 'node:assert/strict';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Kernel, type KernelOutput, startKernel } from '../../src/report/kernel/index.js';
import { errorsOf, printed, until } from './kernel-helpers.js';

describe('the tslab kernel', () => {
  let folder = '';
  let kernel: Kernel;
  let nativeErrors = '';
  before(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'whyconv-test-')));
    kernel = await startKernel({
      cwd: folder,
      env: { WHYCONV_TEST: 'given' },
      onStderr: (text) => {
        nativeErrors += text;
      },
    });
  });
  after(async () => {
    await kernel.shutdown();
    await rm(folder, { recursive: true, force: true });
  });

  test('prints the value of the last expression, counts executions and reports times', async () => {
    const first = await kernel.execute('const a: number = 20; a + 1');
    assert.equal(first.status, 'ok');
    assert.equal(printed(first), '21\n');
    const second = await kernel.execute('a * 2');
    assert.equal(printed(second), '40\n');
    assert.equal(second.executionCount, first.executionCount! + 1);
    assert.deepEqual(Object.keys(first.times).sort(), [
      'iopub.execute_input',
      'iopub.status.busy',
      'iopub.status.idle',
      'shell.execute_reply',
    ]);
    for (const time of Object.values(first.times)) assert.ok(!Number.isNaN(Date.parse(String(time))));
    assert.ok(first.times['iopub.status.busy']! <= first.times['iopub.status.idle']!);
  });

  test('runs in the given folder with the given environment and does not hand on options of its own', async () => {
    const result = await kernel.execute(
      'console.log(JSON.stringify([process.cwd(), process.env.WHYCONV_TEST, process.env.NODE_OPTIONS ?? null, process.execArgv]))',
    );
    assert.deepEqual(JSON.parse(printed(result)), [folder, 'given', process.env.NODE_OPTIONS ?? null, []]);
  });

  test('finds names of earlier cells in the shorthand of an object literal, and their latest values', async () => {
    await kernel.execute("const profile = 'smoke'; let seed = 1;");
    assert.equal(
      printed(await kernel.execute('JSON.stringify({ profile, seed })')),
      '{"profile":"smoke","seed":1}\n',
    );
    await kernel.execute('seed = 2;');
    assert.equal(
      printed(await kernel.execute('await Promise.resolve(); JSON.stringify({ seed })')),
      '{"seed":2}\n',
    );
    const [missing] = errorsOf(await kernel.execute('globalThis.eval("notDeclared")'));
    assert.equal(missing?.ename, 'ReferenceError');
  });

  test('keeps the order of stdout and stderr', async () => {
    const { outputs } = await kernel.execute(
      'console.log("a"); console.warn("b"); console.error("c"); console.log("d")',
    );
    assert.deepEqual(outputs, [
      { type: 'stream', name: 'stdout', text: 'a\n' },
      { type: 'stream', name: 'stderr', text: 'b\n' },
      { type: 'stream', name: 'stderr', text: 'c\n' },
      { type: 'stream', name: 'stdout', text: 'd\n' },
    ]);
  });

  test('loses none of 5,000 lines and the display after them, in one turn', async () => {
    const result = await kernel.execute(
      'import { display } from "tslab"; for (let i = 0; i < 5000; i++) console.log(i); display.html("<b>end</b>");',
    );
    assert.equal(printed(result), Array.from({ length: 5000 }, (_, i) => `${i}\n`).join(''));
    const last = result.outputs.at(-1);
    assert.equal(last?.type, 'display_data');
    assert.deepEqual(last?.type === 'display_data' && last.data, { 'text/html': '<b>end</b>' });
  });

  test('loses none of 20,000 lines, nor of a line of a megabyte', async () => {
    const many = await kernel.execute('for (let i = 0; i < 20000; i++) console.log(i)');
    assert.equal(printed(many), Array.from({ length: 20000 }, (_, i) => `${i}\n`).join(''));
    const long = await kernel.execute('console.log("é".repeat(500_000))');
    assert.equal(printed(long), `${'é'.repeat(500_000)}\n`);
  });

  test('puts characters together that are split over two writes, and calls the callback of a write', async () => {
    const result = await kernel.execute(
      'process.stdout.write(Buffer.from([0xc3])); await new Promise<void>((done) => process.stdout.write(Buffer.from([0xa9]), () => done())); console.log("!")',
    );
    assert.equal(printed(result), 'é!\n');
  });

  test('reports a type error as an error, with line, column and the line itself', async () => {
    const result = await kernel.execute('const fine = 1;\nconst n: number = "text";');
    assert.equal(result.status, 'error');
    assert.equal(result.error?.ename, 'TypeScriptError');
    assert.equal(result.error?.evalue, "2:7 - Type 'string' is not assignable to type 'number'.");
    assert.deepEqual(result.error?.traceback.slice(2), ['    const n: number = "text";', '          ^']);
    assert.equal(printed(result, 'stderr'), '', 'nothing is reported twice');
  });

  test('reports an exception with name, message, frames of the cell and cause', async () => {
    const result = await kernel.execute(
      'function outer(): never { throw new RangeError("too far", { cause: new Error("the map") }); }\nouter();',
    );
    assert.equal(result.status, 'error');
    const [error] = errorsOf(result);
    assert.deepEqual(error, result.error && { type: 'error', ...result.error });
    assert.equal(error?.ename, 'RangeError');
    assert.equal(error?.evalue, 'too far');
    assert.deepEqual(error?.traceback.slice(0, 2), ['RangeError: too far', '    at outer (cell)']);
    assert.ok(error?.traceback.includes('caused by Error: the map'));
    assert.doesNotMatch(error!.traceback.join('\n'), /tslab|node:vm|evalmachine/);
    assert.equal(printed(result, 'stderr'), '');
  });

  test('reports what is thrown and is not an Error, and a rejection that is awaited', async () => {
    const thrown = await kernel.execute('throw { code: 7 }');
    assert.equal(thrown.error?.evalue, '{ code: 7 }');
    const rejected = await kernel.execute('await Promise.reject(new TypeError("async"))');
    assert.deepEqual(rejected.error && [rejected.error.ename, rejected.error.evalue], ['TypeError', 'async']);
  });

  test('executes the cell after an error at once', async () => {
    assert.equal((await kernel.execute('throw new Error("first")')).status, 'error');
    const next = await kernel.execute('console.log("next")');
    assert.deepEqual([next.status, printed(next)], ['ok', 'next\n']);
  });

  test('marks a cell as failed that leaves a rejected promise', async () => {
    const result = await kernel.execute('void Promise.reject(new Error("floating")); console.log("end")');
    assert.equal(result.status, 'error');
    assert.equal(result.error?.evalue, 'floating');
    assert.equal(printed(result), 'end\n');
  });

  test('brings an error and output that come late to the cell they are of', async () => {
    const late: KernelOutput[] = [];
    const first = await kernel.execute(
      'const g = globalThis as any; const timer = setInterval(() => { if (g.go) { clearInterval(timer); console.log("from the first"); throw new Error("late"); } }, 10); console.log("now")',
      { onOutput: (output, isLate) => isLate && late.push(output) },
    );
    assert.deepEqual([first.status, printed(first)], ['ok', 'now\n']);
    const second = await kernel.execute(
      'g.go = true; await new Promise((r) => setTimeout(r, 400)); console.log("second")',
    );
    assert.deepEqual([second.status, printed(second)], ['ok', 'second\n']);
    assert.deepEqual(
      late.map((output) =>
        output.type === 'stream' ? output.text : output.type === 'error' && output.evalue,
      ),
      ['from the first\n', 'late'],
    );
  });

  test('keeps what child processes write past the notebook, with the cell that started them', async () => {
    const result = await kernel.execute(
      'import { execSync } from "child_process"; execSync("echo out; echo err >&2", { stdio: "inherit" });',
    );
    assert.deepEqual([printed(result), printed(result, 'stderr')], ['out\n', 'err\n']);
    assert.match(nativeErrors, /^err$/m);
    const next = await kernel.execute('1');
    assert.equal(printed(next), '1\n');
  });

  test('updates a display by its id', async () => {
    const { outputs } = await kernel.execute(
      'import { newDisplay } from "tslab"; const d = newDisplay(); d.text("one"); d.text("two");',
    );
    assert.deepEqual(
      outputs.map((output) => output.type),
      ['display_data', 'update_display_data'],
    );
    const ids = outputs.map((output) => 'displayId' in output && output.displayId);
    assert.equal(typeof ids[0], 'string');
    assert.equal(ids[0], ids[1]);
  });

  test('interrupts a cell that awaits for ever and one that loops, and lives on', async () => {
    for (const code of ['await new Promise(() => {})', 'while (true) {}']) {
      const result = await kernel.execute(code, { timeout: 0.4, grace: 20 });
      assert.deepEqual([result.status, result.error?.ename, result.killed], ['error', 'TimeoutError', false]);
      assert.match(result.error!.evalue, /longer than its limit of 0.4 s/);
    }
    const running = kernel.execute(
      'setTimeout(() => console.log("begun"), 50); await new Promise(() => {})',
      {
        onOutput: () => kernel.interrupt(),
      },
    );
    assert.equal((await running).error?.ename, 'Interrupted');
    assert.equal(printed(await kernel.execute('"alive"')), 'alive\n');
  });

  test('asks the work of an interrupted cell to stop, and ends the cell with it', async () => {
    const signal = 'const signal = (globalThis as any)[Symbol.for("whyconv.kernel-host")].signal();';
    const interrupted = (code: string) => {
      const running = kernel.execute(`${signal} setTimeout(() => console.log("begun"), 50); ${code}`, {
        onOutput: (output, late) => output.type === 'stream' && !late && kernel.interrupt(),
      });
      return running.then(({ error }) => error?.evalue);
    };
    const stops =
      'await new Promise((_, no) => signal.addEventListener("abort", () => no(new Error("stopped"))));';
    assert.equal(await interrupted(stops), 'stopped');
    assert.equal(
      await interrupted('await new Promise(() => {});'),
      'the cell was interrupted',
      'it does not listen',
    );
    await kernel.execute(`${signal} const earlier = signal;`);
    await interrupted('console.log("begun"); while (true) {}');
    assert.equal(printed(await kernel.execute('earlier.aborted')), 'true\n', 'work of an earlier cell');
    assert.equal(printed(await kernel.execute(`${signal} signal.aborted`)), 'false\n', 'a new cell');
  });

  test('fails a cell that asks for input, which no one can give', async () => {
    for (const code of [
      'process.stdin.once("data", console.log)',
      'const lines = async () => { for await (const line of process.stdin) console.log(line); }; await lines();',
      'require("fs").readFileSync(0)',
      'import { createInterface } from "readline"; createInterface({ input: process.stdin })',
    ]) {
      const { error } = await kernel.execute(code);
      assert.match(error?.evalue ?? 'no error', /asks for input, and no one can answer/);
    }
    assert.equal(printed(await kernel.execute('process.stdin.isTTY')), 'false\n', 'to look at it is allowed');
    const child = 'import { execSync } from "child_process"; execSync("cat", { stdio: "inherit" });';
    assert.equal((await kernel.execute(child)).status, 'ok', 'a child process finds its input at its end');
  });

  test('reports the import of a module it cannot load and lives on', async () => {
    const result = await kernel.execute('const missing = require("./not-there.js")');
    assert.equal(result.status, 'error');
    assert.match(result.error!.evalue, /not-there/);
    assert.equal(printed(await kernel.execute('"alive"')), 'alive\n');
  });

  test('shows a promise without the traces of what follows it', async () => {
    const result = await kernel.execute('Promise.resolve(3)');
    assert.equal(printed(result).replace(/\s+/g, ' '), 'Promise { 3 } ');
  });

  test('supplies the util functions that Node 23 removed', async () => {
    const result = await kernel.execute(
      'const util = require("util"); [util.isArray([]), util.isNullOrUndefined(null), util.isNullOrUndefined(0)].join()',
    );
    assert.equal(printed(result), 'true,true,false\n');
  });

  test('cells sent at once are executed one after the other', async () => {
    const results = await Promise.all(
      [1, 2, 3].map((i) => kernel.execute(`await new Promise((r) => setTimeout(r, 30)); console.log(${i})`)),
    );
    assert.deepEqual(
      results.map((result) => printed(result)),
      ['1\n', '2\n', '3\n'],
    );
    const counts = results.map(({ executionCount }) => executionCount!);
    assert.deepEqual(counts, [counts[0], counts[0]! + 1, counts[0]! + 2]);
  });

  test('output arrives while the cell runs, also from a loop that does not await', async () => {
    const seen: string[] = [];
    const running = kernel.execute('console.log("begun"); while (true) {}', {
      timeout: 60,
      onOutput: (output) => {
        if (output.type === 'stream') seen.push(output.text);
      },
    });
    await until(async () => seen.length > 0);
    await sleep(0);
    kernel.interrupt();
    await running;
    assert.deepEqual(seen, ['begun\n']);
  });
});
