import { existsSync, realpathSync } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { lastLines, runChild } from '../../base/child.js';
import { projectRoot } from '../../base/files.js';
import type { InstallContext } from './context.js';
import { UnfitError } from './failures.js';
import { addonIn } from './layout.js';

/** Compiled into the addon in addition to the package's sources. */
const quietLogging = join(projectRoot, 'src', 'engine', 'install', 'quiet_logging.cc');

/** The files of the package that the addon is compiled from. */
const sourceFiles = ['binding', 'binding.gyp', 'package.json'];

/**
 * Compiles the addon from the package's C++ sources against `staging/deps` with npm's own node-gyp, and writes it to where
 * its run path finds the library (`$ORIGIN/../../deps/lib`). The package's folder is only read.
 * @throws UnfitError with the compiler's last lines; the whole log is kept in the cache
 */
export async function compileAddon(nodeGyp: string, staging: string, context: InstallContext): Promise<void> {
  const { found, cache, signal } = context;
  for (const file of sourceFiles)
    await cp(join(found.folder, file), join(staging, file), { recursive: true });
  await addQuietLogging(staging);
  const addon = addonIn(staging, found.napi);
  await mkdir(dirname(addon), { recursive: true });
  const args = [
    nodeGyp,
    'rebuild',
    '--release',
    `--napi_version=${process.versions.napi}`,
    `--napi_build_version=${found.napi}`,
    '--module_name=tfjs_binding',
    `--module_path=${dirname(addon)}`,
    ...headerOptions(),
  ];
  const child = await runChild(process.execPath, args, { cwd: staging, signal, timeout: 15 * 60_000 });
  signal?.throwIfAborted();
  if (child.code !== 0 || !existsSync(addon)) {
    const log = join(cache, 'engine-build.log');
    await writeFile(log, `${child.stdout}\n${child.stderr}`);
    const reason = lastLines(
      child.stderr.replace(/^gyp (info|verb|ERR! (System|command|cwd|node|not ok)).*$/gm, ''),
      2,
    );
    const message = `the addon does not compile (${reason || child.ended}; log: ${log})`;
    throw child.code === null ? new Error(message) : new UnfitError(message);
  }
  for (const leftover of [...sourceFiles, 'build'])
    await rm(join(staging, leftover), { recursive: true, force: true });
}

export interface BuildTools {
  /** Path of its program. */
  readonly nodeGyp: string;
  /** Of compiler and make, in one line. */
  readonly versions: string;
}

/**
 * Checks for the build tools before anything large is downloaded.
 * @throws Error that names the missing tool
 */
export async function findBuildTools(signal: AbortSignal | undefined): Promise<BuildTools> {
  const versions: string[] = [];
  for (const tool of [process.env.CXX || 'g++', 'make']) {
    const { code, stdout } = await runChild(tool, ['--version'], { signal, timeout: 30_000 });
    signal?.throwIfAborted();
    if (code !== 0)
      throw new Error(`compiling the addon needs ${tool} (Debian, Ubuntu: apt install build-essential)`);
    versions.push(stdout.split('\n')[0]!.trim());
  }
  return { nodeGyp: await findNodeGyp(signal), versions: versions.join(', ') };
}

/** Adds one more source file to the addon's build description. */
async function addQuietLogging(staging: string): Promise<void> {
  const description = join(staging, 'binding.gyp');
  const text = await readFile(description, 'utf8');
  await writeFile(
    description,
    text.replace("'binding/tfjs_binding.cc'", "'binding/tfjs_binding.cc', 'binding/quiet_logging.cc'"),
  );
  await cp(quietLogging, join(staging, 'binding', 'quiet_logging.cc'));
}

/** Uses the headers installed with the running Node, if any; otherwise node-gyp downloads them. */
function headerOptions(): string[] {
  if (process.env.npm_config_nodedir) return [];
  const prefix = dirname(dirname(realpathSync(process.execPath)));
  return existsSync(join(prefix, 'include', 'node', 'node_api.h')) ? [`--nodedir=${prefix}`] : [];
}

/** node-gyp is part of npm: of the npm that runs this, the one installed with Node, or the one on the PATH. */
async function findNodeGyp(signal: AbortSignal | undefined): Promise<string> {
  const inNpm = join('node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  const prefix = dirname(dirname(realpathSync(process.execPath)));
  const npms = [join(prefix, 'lib', 'node_modules', 'npm'), join(prefix, 'node_modules', 'npm')];
  if (process.env.npm_execpath) npms.unshift(dirname(dirname(process.env.npm_execpath)));
  const known = npms.map((npm) => join(npm, inNpm)).find((path) => existsSync(path));
  if (known) return known;
  const { stdout } = await runChild('npm', ['root', '--global'], { signal, timeout: 30_000 });
  const global = join(stdout.trim(), 'npm', inNpm);
  if (stdout.trim() && existsSync(global)) return global;
  throw new Error('node-gyp was not found; it is part of npm');
}
