import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test from 'node:test';
import { InterruptedError, WhyconvError } from '../../src/base/errors.js';
import { projectRoot } from '../../src/base/files.js';
import { freePorts, type Kernel, startKernel } from '../../src/report/kernel/index.js';
import { alive, printed, temporaryFolder, until } from './kernel-helpers.js';

const KERNEL_MODULE = join(projectRoot, 'dist', 'src', 'report', 'kernel', 'index.js');

async function gone(kernel: Kernel, ...others: number[]): Promise<void> {
  for (const pid of [kernel.pid, ...others]) await until(async () => !(await alive(pid)));
}

test('shutdown ends the kernel with an open interval and its child processes, and may be called twice', async (t) => {
  const cwd = await temporaryFolder(t);
  const { TMPDIR } = process.env;
  process.env.TMPDIR = cwd;
  const kernel = await startKernel({ cwd }).finally(() => {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  });
  assert.deepEqual(await readdir(cwd), [], 'the connection file is gone as soon as it was read');
  const result = await kernel.execute(
    'import { spawn } from "child_process"; setInterval(() => {}, 1000); console.log(spawn("sleep", ["600"]).pid)',
  );
  const child = Number(printed(result));
  assert.ok(await alive(child));
  await kernel.shutdown();
  await kernel.shutdown();
  await gone(kernel, child);
  await assert.rejects(kernel.execute('1'), /the notebook kernel is dead/);
});

test('shutdown ends a kernel whose cell still shows something, with its child processes and without a word', async (t) => {
  const kernel = await startKernel({ cwd: await temporaryFolder(t) });
  const result = await kernel.execute(
    `import { spawn } from "child_process"; import { display } from "tslab";
     setInterval(() => display.text("on and on"), 1); console.log(spawn("sleep", ["600"]).pid)`,
  );
  const child = Number(printed(result));
  assert.ok(await alive(child));
  await kernel.shutdown();
  await gone(kernel, child);
  const { code: exitCode, signal, lastStderr } = kernel.exit()!;
  assert.deepEqual([exitCode, signal, lastStderr], [null, 'SIGKILL', '']);
});

test('a kernel that ends is noticed, with its exit code or signal and its last words', async (t) => {
  const cwd = await temporaryFolder(t);
  const kernel = await startKernel({ cwd });
  const lines = Array.from({ length: 30 }, (_, i) => `word ${i}`).join('\\n');
  await assert.rejects(
    kernel.execute(`require("fs").writeSync(2, "${lines}\\n"); process.exit(3)`),
    (error: unknown) => {
      assert.ok(error instanceof WhyconvError);
      assert.equal(error.parts.where, cwd);
      assert.match(error.parts.found!, /^exit code 3; last on stderr:\n {4}word 10\n/);
      assert.match(error.parts.found!, /word 29$/);
      return true;
    },
  );
  assert.deepEqual([kernel.exit()?.code, kernel.exit()?.signal], [3, null]);
  await kernel.shutdown();
  await gone(kernel);

  const killed = await startKernel({ cwd });
  const running = killed.execute('process.kill(process.pid, "SIGKILL"); while (true) {}');
  await assert.rejects(running, /signal SIGKILL; nothing on stderr/);
  await killed.shutdown();
  await gone(killed);
});

test('a loop that outlives its interruption is killed, and the kernel with it', async (t) => {
  const kernel = await startKernel({ cwd: await temporaryFolder(t) });
  const code = 'console.log("begun"); await Promise.resolve(); while (true) {}';
  const result = await kernel.execute(code, { timeout: 3, grace: 0.3 });
  assert.deepEqual([result.status, result.error?.ename, result.killed], ['error', 'TimeoutError', true]);
  assert.equal(printed(result), 'begun\n');
  await assert.rejects(kernel.execute('1'), /was killed: a cell did not end in time/);
  await kernel.shutdown();
  await gone(kernel);
});

test('shutdown ends a kernel that is busy', async (t) => {
  const kernel = await startKernel({ cwd: await temporaryFolder(t) });
  const ended = new Promise<void>((resolve) => {
    const running = kernel.execute('console.log("begun"); while (true) {}', {
      onOutput: () => void kernel.shutdown().then(resolve),
    });
    running.catch(() => {});
  });
  await ended;
  await gone(kernel);
});

test('a port that was taken meanwhile costs a new attempt with other ports', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const taken = (server.address() as { port: number }).port;
  let asked = 0;
  const kernel = await startKernel({
    cwd: await temporaryFolder(t),
    ports: async () => (++asked === 1 ? { ...(await freePorts()), control: taken } : freePorts()),
  });
  assert.equal(asked, 2);
  assert.equal(printed(await kernel.execute('"here"')), 'here\n');
  await kernel.shutdown();
  await gone(kernel);
});

/** A command line that runs `script` in place of a kernel, with the connection file as its argument. */
async function fakeKernel(folder: string, script: string): Promise<string[]> {
  const file = join(folder, 'fake-kernel.cjs');
  await writeFile(file, script);
  return [process.execPath, file, '{connection_file}'];
}

test('a kernel that never answers is given up after the start-up timeout, and ended', async (t) => {
  const cwd = await temporaryFolder(t);
  const argv = await fakeKernel(
    cwd,
    'require("fs").writeFileSync("pid", String(process.pid)); setInterval(() => {}, 1000);',
  );
  await assert.rejects(
    startKernel({ cwd, argv, startupTimeout: 1 }),
    /the notebook kernel did not start: .*\n {2}found: {4}no answer after 1 s/,
  );
  const pid = Number(await readFile(join(cwd, 'pid'), 'utf8'));
  assert.equal(await alive(pid), false);
  const signal = AbortSignal.timeout(300);
  await assert.rejects(startKernel({ cwd, argv, startupTimeout: 60, signal }), InterruptedError);
});

test('a kernel that ends while it starts is reported with its last words', async (t) => {
  const cwd = await temporaryFolder(t);
  const argv = await fakeKernel(cwd, 'console.error("no licence"); process.exit(5);');
  await assert.rejects(
    startKernel({ cwd, argv }),
    /ended while it started(.|\n)*exit code 5(.|\n)*no licence/,
  );
  await assert.rejects(startKernel({ cwd, argv: ['/no/such/kernel'] }), /could not be started: .*ENOENT/);
});

test('answers that are signed with another key are no answers', async (t) => {
  const cwd = await temporaryFolder(t);
  const argv = await fakeKernel(
    cwd,
    `const info = JSON.parse(require('fs').readFileSync(process.argv[2], 'utf8'));
     const zmq = require(${JSON.stringify(require.resolve('zeromq'))});
     const { createHmac } = require('crypto');
     const wire = (parent, type, content) => {
       const parts = [{ msg_id: 'x', msg_type: type }, parent, {}, content].map((part) => JSON.stringify(part));
       const key = info.key.split('').reverse().join('');
       return ['<IDS|MSG>', createHmac('sha256', key).update(parts.join('')).digest('hex'), ...parts];
     };
     (async () => {
       const shell = new zmq.Router(), iopub = new zmq.Publisher();
       await shell.bind('tcp://127.0.0.1:' + info.shell_port);
       await iopub.bind('tcp://127.0.0.1:' + info.iopub_port);
       for await (const frames of shell) {
         const parent = JSON.parse(frames[3].toString());
         await iopub.send(wire(parent, 'status', { execution_state: 'idle' }));
         await shell.send([frames[0], ...wire(parent, 'kernel_info_reply', {})]);
         require('fs').writeFileSync('answered', '');
       }
     })();`,
  );
  await assert.rejects(startKernel({ cwd, argv, startupTimeout: 2 }), /no answer after 2 s/);
  assert.ok((await readdir(cwd)).includes('answered'), 'the fake kernel did answer');
});

/** Starts another process that starts a kernel and then does `last`; resolves to that process and the kernel's pid. */
async function parentOfKernel(cwd: string, last: string) {
  const script = `
    const { startKernel } = require(${JSON.stringify(KERNEL_MODULE)});
    startKernel({ cwd: ${JSON.stringify(cwd)} }).then(async (kernel) => {
      console.log(kernel.pid);
      ${last}
    });`;
  const parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(parent, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  return { parent, ended, kernel: Number(String(line)) };
}

test('no kernel outlives the process that started it, however that ends', async (t) => {
  const cwd = await temporaryFolder(t);
  const block = 'kernel.execute("await Promise.resolve(); while (true) {}").catch(() => {});';
  const cases: { last: string; signal?: NodeJS.Signals; expected: (number | NodeJS.Signals | null)[] }[] = [
    { last: 'process.exit(7);', expected: [7, null] },
    { last: 'throw new Error("unexpected");', expected: [1, null] },
    { last: 'setInterval(() => {}, 1000);', signal: 'SIGTERM', expected: [null, 'SIGTERM'] },
    { last: 'setInterval(() => {}, 1000);', signal: 'SIGINT', expected: [null, 'SIGINT'] },
    { last: block, signal: 'SIGKILL', expected: [null, 'SIGKILL'] },
  ];
  await Promise.all(
    cases.map(async ({ last, signal, expected }) => {
      const { parent, ended, kernel } = await parentOfKernel(cwd, last);
      if (signal !== undefined) parent.kill(signal);
      assert.deepEqual(await ended, expected);
      await until(async () => !(await alive(kernel)));
    }),
  );
});
