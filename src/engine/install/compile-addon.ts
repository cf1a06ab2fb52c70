import { existsSync, realpathSync } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { lastLines, runChild } from '../../base/child.js';
import type { InstallContext } from './context.js';
import { addonIn } from './layout.js';
import { quietLogging } from './quiet-logging.js';

/** What of the package the addon is compiled from. */
const sourceFiles = ['binding', 'binding.gyp', 'package.json'];

/**
 * Compiles the addon from the package's C++ sources against `staging/deps` with npm's own node-gyp, and puts it where
 * its run path expects the library (`$ORIGIN/../../deps/lib`). The package's folder is only read.
 * @throws Error with the compiler's last lines; the whole log stays in the cache
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
    const told = lastLines(
      child.stderr.replace(/^gyp (info|verb|ERR! (System|command|cwd|node|not ok)).*$/gm, ''),
      2,
    );
    throw new Error(`the addon does not compile (${told || child.ended}; log: ${log})`);
  }
  for (const leftover of [...sourceFiles, 'build'])
    await rm(join(staging, leftover), { recursive: true, force: true });
}

/**
 * What compiling needs, asked before anything large is fetched.
 * @returns the path of node-gyp
 * @throws Error naming what is missing
 */
export async function findBuildTools(signal: AbortSignal | undefined): Promise<string> {
  for (const tool of [process.env.CXX || 'g++', 'make']) {
    const { code } = await runChild(tool, ['--version'], { signal, timeout: 30_000 });
    signal?.throwIfAborted();
    if (code !== 0)
      throw new Error(`compiling the addon needs ${tool} (Debian, Ubuntu: apt install build-essential)`);
  }
  return findNodeGyp(signal);
}

/** Adds one more source file to the addon's build description. */
async function addQuietLogging(staging: string): Promise<void> {
  const description = join(staging, 'binding.gyp');
  const text = await readFile(description, 'utf8');
  await writeFile(
    description,
    text.replace("'binding/tfjs_binding.cc'", "'binding/tfjs_binding.cc', 'binding/quiet.cc'"),
  );
  await writeFile(join(staging, 'binding', 'quiet.cc'), quietLogging);
}

/** Node's headers: those beside the running Node if it has them, else node-gyp fetches them. */
function headerOptions(): string[] {
  if (process.env.npm_config_nodedir) return [];
  const prefix = dirname(dirname(realpathSync(process.execPath)));
  return existsSync(join(prefix, 'include', 'node', 'node_api.h')) ? [`--nodedir=${prefix}`] : [];
}

/** node-gyp comes with npm: beside the npm that runs us, beside Node, or where npm says. */
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
  throw new Error('node-gyp is not there; it comes with npm');
}
