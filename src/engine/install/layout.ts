import { existsSync, readFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';

/** The npm package whose binary part is installed here. */
export const packageName = '@tensorflow/tfjs-node-gpu';

const PackageJson = z.object({
  version: z.string(),
  binary: z.object({ napi_versions: z.array(z.number()) }),
});

/** The package as npm has put it: JavaScript and C++ sources, without its binary. */
export interface NativePackage {
  readonly folder: string;
  readonly version: string;
  /** The newest Node-API version that both the package and this Node know. */
  readonly napi: number;
}

/** Where the package lies, or undefined where npm has left the optional dependency out. */
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

/** The addon inside the package's folder or inside a cache entry, which has the same layout. */
export function addonIn(folder: string, napi: number): string {
  return join(folder, 'lib', `napi-v${napi}`, 'tfjs_binding.node');
}

/** One line on why the addon cannot be loaded as things lie on disk, or undefined if it is there. */
export function explainMissingAddon(): string | undefined {
  const found = findNativePackage();
  if (!found) return `the package ${packageName} is not installed`;
  if (!existsSync(addonIn(found.folder, found.napi))) return 'it is not installed';
  return undefined;
}

/** The user's cache for this project: WHYCONV_CACHE, else the platform's usual place. */
export async function cacheFolder(): Promise<string> {
  if (process.env.WHYCONV_CACHE) return resolve(process.env.WHYCONV_CACHE);
  const { default: envPaths } = await import('env-paths');
  return envPaths('whyconv', { suffix: '' }).cache;
}

/** Bytes of all files under a folder, links not followed; 0 if there is none. */
export async function folderSize(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  const sizes = files.map(
    async (file) => (await stat(join(file.parentPath, file.name)).catch(() => null))?.size ?? 0,
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
