import { readFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { homedir, platform } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';

/** The npm package whose binary files are installed here. */
export const packageName = '@tensorflow/tfjs-node-gpu';

const PackageJson = z.object({
  version: z.string(),
  binary: z.object({ napi_versions: z.array(z.number()) }),
});

/** The package as installed by npm: JavaScript and C++ sources, without binary files. */
export interface NativePackage {
  readonly folder: string;
  readonly version: string;
  /** The newest Node-API version that both the package and this Node support. */
  readonly napi: number;
}

/** The installed package, or undefined if npm has skipped the optional dependency. */
export function findNativePackage(): NativePackage | undefined {
  let manifest: string;
  try {
    manifest = require.resolve(`${packageName}/package.json`);
  } catch {
    return undefined;
  }
  const { version, binary } = PackageJson.parse(JSON.parse(readFileSync(manifest, 'utf8')));
  const known = Number(process.versions.napi);
  const napi = Math.max(...binary.napi_versions.filter((candidate) => candidate <= known));
  return { folder: dirname(manifest), version, napi };
}

/** The addon's path in the package's folder, or in a cache entry, which has the same layout. */
export function addonIn(folder: string, napi: number): string {
  return join(folder, 'lib', `napi-v${napi}`, 'tfjs_binding.node');
}

/** The user's cache for this project: WHYCONV_CACHE, otherwise the platform's usual folder. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env.WHYCONV_CACHE) return resolve(env.WHYCONV_CACHE);
  const home = homedir();
  if (platform() === 'darwin') return join(home, 'Library', 'Caches', 'whyconv');
  if (platform() === 'win32')
    return join(env.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'whyconv', 'Cache');
  return join(env.XDG_CACHE_HOME || join(home, '.cache'), 'whyconv');
}

/** Total size in bytes of all files in a folder, without following links; 0 if the folder does not exist. */
export async function folderSize(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  const sizes = files.map(
    async (file) => (await stat(join(file.parentPath, file.name)).catch(() => null))?.size ?? 0,
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
