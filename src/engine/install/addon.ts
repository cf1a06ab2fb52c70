import { existsSync, lstatSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { supplyRemovedUtilFunctions } from '../node-compat.js';
import { type Failure, Failures } from './failures.js';
import { addonIn, cacheFolder, findNativePackage, type NativePackage, packageName } from './layout.js';
import { cacheEntry, cacheKey, describeSource, sources } from './source.js';

/** A compiled addon on this machine. */
export interface Addon {
  readonly path: string;
  /** In the package's own folder, where its user has built it, or in the user's cache. */
  readonly place: 'package' | 'cache';
  /** Names it among the failures. */
  readonly key: string;
  /** For messages. */
  readonly title: string;
}

/** The addons for this package and Node, best first, whether they work or not. */
export function addons(found: NativePackage): Addon[] {
  const cache = cacheFolder();
  const cached = sources().map(
    (source): Addon => ({
      path: addonIn(cacheEntry(cache, source, found), found.napi),
      place: 'cache',
      key: cacheKey(source, found),
      title: describeSource(source),
    }),
  );
  return [...inPackage(found), ...cached].filter(({ path }) => existsSync(path));
}

/** The addon that the native engine loads: the first that is not known to fail on this machine. */
export function findAddon(): Addon | undefined {
  const found = findNativePackage();
  const failures = new Failures(cacheFolder());
  return found && addons(found).find(({ key }) => !failures.get(key));
}

/** Why there is no addon to load, in one line; undefined if there is one. */
export function explainMissingAddon(): string | undefined {
  const found = findNativePackage();
  if (!found) return `the package ${packageName} is not installed`;
  if (findAddon()) return undefined;
  const failures = new Failures(cacheFolder());
  const known = addons(found).flatMap(({ key }) => failures.get(key) ?? []);
  return known.length > 0 ? describeFailure(known[0]!) : 'it is not installed';
}

export const describeFailure = ({ reason, date }: Failure): string => `${reason} (found on ${date})`;

/**
 * Loads the package with this addon. The package asks node-pre-gyp where its addon is, which looks in the package's folder only;
 * that folder need not be writable, and is not this project's to change.
 */
export function loadPackage(addon: string): typeof import('@tensorflow/tfjs') {
  supplyRemovedUtilFunctions();
  const finder = require.resolve('@mapbox/node-pre-gyp', {
    paths: [require.resolve(`${packageName}/package.json`)],
  });
  require(finder);
  require.cache[finder]!.exports = { find: () => addon };
  return require(packageName);
}

/** A folder of files; a link there was made by an older version of this project, and leads into the cache. */
function inPackage(found: NativePackage): Addon[] {
  const path = addonIn(found.folder, found.napi);
  const folder = lstatSync(join(found.folder, 'lib'), { throwIfNoEntry: false });
  if (!folder?.isDirectory() || !existsSync(path)) return [];
  const key = `built in ${path}, ${statSync(path).mtimeMs}`;
  return [{ path, place: 'package', key, title: 'the addon built in the package' }];
}
