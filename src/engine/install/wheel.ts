import { mkdir, readdir, rm, statfs, symlink } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { lastLines, runChild } from '../../base/child.js';
import { projectRoot } from '../../base/files.js';
import { describeFailure } from './addon.js';
import { compileAddon, findBuildTools } from './compile-addon.js';
import type { InstallContext } from './context.js';
import { UnfitError } from './failures.js';
import { cacheKey, type Source } from './source.js';

/** Free space needed to store the wheel, the unpacked library and the addon at the same time. */
const bytesNeeded = { cpu: 1.5e9, gpu: 4e9 };

/** Usage: python unpack_wheel.py WHEEL DEPS */
export const unpackScript = join(projectRoot, 'src', 'engine', 'install', 'unpack_wheel.py');

const fetching = 'download the wheel with pip';

/**
 * Compiles the addon against TensorFlow's Python wheel, which contains the C library that the vendor also ships
 * separately, and its headers. Python and pip download and unpack the wheel; none of its code runs, and nothing is
 * installed into the user's Python.
 */
export async function installFromWheel(
  source: Source,
  staging: string,
  context: InstallContext,
): Promise<void> {
  if (platform() !== 'linux') throw new Error(`building against the Python wheel is supported on Linux only`);
  await requireSpace(context.cache, bytesNeeded[source.device]);
  const python = await findPython(context.signal);
  const { nodeGyp, versions } = await findBuildTools(context.signal);
  // Another compiler may succeed where this one has failed.
  const build = `${cacheKey(source, context.found)}, compiled with ${versions}`;
  const known = context.failures.get(build);
  if (known) throw new Error(describeFailure(known));
  const folder = join(staging, 'wheel');
  context.progress(0, fetching, 'a few hundred MB');
  const wheel = await fetchWheel(python, source, folder, context);
  context.progress(0.4, 'unpack the wheel');
  await unpackWheel(python, wheel, join(staging, 'deps'), context);
  await rm(folder, { recursive: true, force: true });
  await nameLibraries(join(staging, 'deps', 'lib'));
  context.progress(0.7, 'compile the addon');
  await compileAddon(nodeGyp, staging, context).catch(async (error: unknown) => {
    if (error instanceof UnfitError) await context.failures.remember(build, error.message);
    throw error instanceof UnfitError ? new Error(error.message, { cause: error }) : error;
  });
  // The headers are needed only for compiling.
  await rm(join(staging, 'deps', 'include'), { recursive: true, force: true });
}

/** The first Python with pip. @throws Error that says what is missing */
async function findPython(signal: AbortSignal | undefined): Promise<string> {
  const candidates = [process.env.PYTHON, 'python3', 'python'].filter((name): name is string =>
    Boolean(name),
  );
  const reasons: string[] = [];
  for (const python of candidates) {
    const { code, stderr, ended } = await runChild(python, ['-m', 'pip', '--version'], {
      signal,
      timeout: 60_000,
    });
    if (code === 0) return python;
    reasons.push(lastLines(stderr, 1) || ended);
  }
  throw new Error(`no Python with pip (${[...new Set(reasons)].join('; ')})`);
}

/**
 * Downloads the wheel for the installed Python or, if there is none (a Python too old or too new), the one for
 * Python 3.12, which contains the same C library.
 */
async function fetchWheel(
  python: string,
  source: Source,
  folder: string,
  context: InstallContext,
): Promise<string> {
  const name = source.device === 'gpu' ? 'tensorflow' : arch() === 'x64' ? 'tensorflow-cpu' : 'tensorflow';
  const machine = arch() === 'arm64' ? 'aarch64' : 'x86_64';
  const anyPython = ['--python-version', '3.12', '--implementation', 'cp', '--abi', 'cp312'];
  const attempts = [[], [...anyPython, '--platform', `manylinux_2_27_${machine}`]];
  let reason = '';
  for (const attempt of attempts) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    const fixed = [
      '-m',
      'pip',
      'download',
      '--no-deps',
      '--only-binary=:all:',
      '--no-input',
      '--retries',
      '0',
    ];
    const args = [...fixed, '--timeout', '15', '-d', folder, ...attempt, `${name}==${source.library}`];
    const onLine = (line: string) => {
      if (/^\s*(Downloading|Processing|Using cached)/.test(line))
        context.progress(0.1, fetching, withoutCredentials(line.trim()));
    };
    const child = await runChild(python, args, { signal: context.signal, onLine, timeout: 30 * 60_000 });
    context.signal?.throwIfAborted();
    const [wheel] = (await readdir(folder)).filter((file) => file.endsWith('.whl'));
    if (child.code === 0 && wheel) return join(folder, wheel);
    reason = withoutCredentials(lastLines(child.stderr, 1)) || child.ended;
  }
  throw new Error(`pip cannot download ${name} ${source.library} (${reason})`);
}

async function unpackWheel(
  python: string,
  wheel: string,
  deps: string,
  context: InstallContext,
): Promise<void> {
  const onLine = (line: string) => context.progress(0.4 + 0.3 * Number(line), 'unpack the wheel');
  const { signal } = context;
  const child = await runChild(python, [unpackScript, wheel, deps], {
    signal,
    onLine,
    timeout: 10 * 60_000,
  });
  signal?.throwIfAborted();
  if (child.code !== 0)
    throw new Error(`the wheel cannot be unpacked (${lastLines(child.stderr, 1) || child.ended})`);
}

/** The linker looks for libtensorflow.so; the linked addon looks for the library's own soname. */
async function nameLibraries(folder: string): Promise<void> {
  for (const [name, target] of [
    ['libtensorflow.so', 'libtensorflow_cc.so.2'],
    ['libtensorflow.so.2', 'libtensorflow_cc.so.2'],
    ['libtensorflow_framework.so', 'libtensorflow_framework.so.2'],
  ] as const) {
    await symlink(target, join(folder, name));
  }
}

async function requireSpace(folder: string, bytes: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= bytes) return;
  const gigabytes = (value: number) => (value / 1e9).toFixed(1);
  throw new Error(`${folder} has ${gigabytes(bavail * bsize)} GB free, ${gigabytes(bytes)} GB are needed`);
}

/** pip prints index addresses, which can contain a user name and password. */
function withoutCredentials(line: string): string {
  return line.replace(/\/\/[^/\s@]*@/g, '//');
}
