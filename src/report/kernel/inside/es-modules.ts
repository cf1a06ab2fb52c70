import { readFileSync } from 'node:fs';
import Module, { createRequire, isBuiltin } from 'node:module';
import { dirname, extname, join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot } from '../../../base/files.js';
import type { ModuleResolution, Tslab } from './tslab.js';

/**
 * tslab compiles `import` to `require`, which cannot load an ES module that awaits at its top (vega), and looks for types
 * as Node 10 did, which finds none where a package has only `exports`. So the ES modules that a cell names, or a .ts file
 * that it imports, are loaded before it runs; and a module that is not found is looked for as bundlers do.
 */
export function importEsModules({ executor, typescript }: Tslab): void {
  const { createExecutor } = executor;
  executor.createExecutor = (folder, converters, console) => {
    const made = createExecutor(folder, converters, console);
    const loaded = new Map<string, object>();
    requireLoaded(folder, loaded);
    const execute = made.execute.bind(made);
    made.execute = async (source) => {
      for (const id of packagesIn(source, folder)) {
        const from = loaded.has(id) ? undefined : esModule(id, folder);
        const module = from && (await import(from).catch(() => undefined)); // an error is left to the cell's own import
        if (module) loaded.set(id, { ...module, __esModule: true });
      }
      return execute(source);
    };
    return made;
  };
  findTypesInExports(typescript);
}

type Load = (id: string, parent: { readonly filename?: string } | undefined, isMain: boolean) => unknown;

/** Lets the cells and files of a folder require what is in `loaded`. */
function requireLoaded(folder: string, loaded: ReadonlyMap<string, object>): void {
  const loader = Module as unknown as { _load: Load };
  const { _load } = loader;
  const ofFolder = (file = '') => file.startsWith(folder + sep) && !file.includes(`${sep}node_modules${sep}`);
  loader._load = (id, parent, isMain) => {
    const module = ofFolder(parent?.filename) ? loaded.get(id) : undefined;
    return module ?? _load(id, parent, isMain);
  };
}

/** The packages that code names in `import ... from 'x'`, `import 'x'` or `import('x')`, also by way of .ts files. */
function packagesIn(source: string, folder: string, seen = new Set<string>()): string[] {
  const named = [...source.matchAll(/\b(?:from|import)\s*\(?\s*(['"])([^'"\n]+)\1/g)].map(([, , id]) => id!);
  return named.flatMap((id) => {
    if (!id.startsWith('.')) return isBuiltin(id) || id === 'tslab' ? [] : [id];
    const file = join(folder, id.replace(/\.js$/, '').concat('.ts'));
    if (seen.has(file)) return [];
    return packagesIn(textOf(file) ?? '', dirname(file), seen.add(file));
  });
}

/** What to give `import()` for a package required in `folder`, if Node loads it as an ES module. */
function esModule(id: string, folder: string): string | undefined {
  let path: string;
  try {
    path = createRequire(join(folder, 'cell.js')).resolve(id);
  } catch (error) {
    // One that says nothing to `require` is looked for from here: Node's own search for `import` takes no other folder.
    return (error as { code?: unknown }).code === 'ERR_PACKAGE_PATH_NOT_EXPORTED' ? id : undefined;
  }
  return isEsModule(path) ? pathToFileURL(path).href : undefined;
}

function isEsModule(path: string): boolean {
  if (extname(path) !== '.js') return extname(path) === '.mjs';
  for (let at = dirname(path); at !== dirname(at); at = dirname(at)) {
    const text = textOf(join(at, 'package.json'));
    if (text !== undefined) return (JSON.parse(text) as { type?: unknown }).type === 'module';
  }
  return false;
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function findTypesInExports(typescript: Tslab['typescript']): void {
  const { createWatchCompilerHost, resolveModuleName, ModuleResolutionKind } = typescript;
  typescript.createWatchCompilerHost = (...args) => {
    const host = createWatchCompilerHost(...args);
    host.resolveModuleNameLiterals = (names, file, _redirected, options) =>
      names.map(({ text }): ModuleResolution => {
        const found = resolveModuleName(text, file, options, host);
        if (found.resolvedModule) return found;
        const bundler = { ...options, moduleResolution: ModuleResolutionKind.Bundler };
        return resolveModuleName(text, file, bundler, host);
      });
    // A host with a resolution of its own is otherwise asked again about every file of the program for each cell, which takes
    // most of a second. What packages import does not change while a kernel runs; a reader's own files may come and go.
    host.hasInvalidatedResolutions = (path) =>
      !path.includes('/node_modules/') && !path.startsWith(OWN_TYPES);
    return host;
  };
}

/** Where the types of this project lie: TypeScript names folders with slashes, and follows the link in node_modules. */
const OWN_TYPES = `${join(projectRoot, 'dist').replaceAll(sep, '/')}/`;
