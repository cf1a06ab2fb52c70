/**
 * `node src/build.mjs`: compiles src and test to dist and bundles the page's assets. Plain JavaScript, since it runs before
 * anything is compiled and where npm has left out what compiling needs. Arguments, if any, are passed to tsc instead.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const { engines, devDependencies } = readJson(join(root, 'package.json'));
/** The compiler has a name of its own: `typescript` is the older one whose API typedoc reads the sources with. */
const compiler = 'typescript-7';

function main(args) {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [leastMajor, leastMinor] = engines.node.match(/\d+/g).map(Number);
  if (major < leastMajor || (major === leastMajor && minor < leastMinor))
    return fail(
      `Node ${process.versions.node} is too old: whyconv needs Node ${engines.node} (https://nodejs.org)`,
    );
  if (!resolve('zod')) return fail('the dependencies are not installed: run npm ci');
  const lacking = whatIsLacking();
  const built = existsSync(join(dist, 'src', 'cli', 'main.js'));
  if (lacking && (!built || args.length > 0)) return fail(lacking);
  if (built && args.length === 0 && (lacking || !isWritable(dist))) {
    const why = lacking ?? 'dist cannot be written to';
    process.stderr.write(`whyconv: using dist as it was built: ${why}\n`);
    return 0;
  }
  const tsc = join(folderOf(compiler), readJson(resolve(`${compiler}/package.json`)).bin.tsc);
  const compiled = run([tsc, ...(args.length > 0 ? args : ['-p', root])]);
  return compiled || args.length > 0 ? compiled : runScript('build:page');
}

/** What npm has not installed of the tools to build with, and how to install it; undefined if they are there. */
function whatIsLacking() {
  const known = resolve(`${compiler}/package.json`);
  const version = devDependencies[compiler].split('@')[1]; // of npm:typescript@VERSION
  // Another version may lie in a folder above.
  if (!known || readJson(known).version !== version) {
    return (
      `TypeScript ${version} is not installed, since npm left out the development dependencies ` +
      '(NODE_ENV=production or --omit=dev): run npm ci --include=dev'
    );
  }
  const platform = `${process.platform}-${process.arch}`;
  if (resolve(`@typescript/typescript-${platform}/package.json`, folderOf(compiler))) return undefined;
  return (
    `TypeScript's compiler for ${platform} is not installed, since npm left out the optional dependencies ` +
    '(--omit=optional) or has none for this system: run npm ci --include=optional'
  );
}

/** Where npm has put a package: in a workspace it may be in a folder above. */
function folderOf(name) {
  return dirname(resolve(`${name}/package.json`));
}

function resolve(name, from = root) {
  try {
    return createRequire(join(from, 'package.json')).resolve(name);
  } catch {
    return undefined;
  }
}

/** Runs a program of Node in the project's folder; returns its exit status. */
function run(args) {
  return statusOf(spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }));
}

/** Runs a script of package.json, by the program that runs this one if that is npm. */
function runScript(name) {
  const { npm_execpath: npm } = process.env;
  if (npm) return run([npm, 'run', '-s', name]);
  return statusOf(spawnSync(`npm run -s ${name}`, { cwd: root, stdio: 'inherit', shell: true }));
}

function statusOf({ status, error }) {
  return error ? fail(error.message) : (status ?? 1);
}

function isWritable(folder) {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function fail(message) {
  process.stderr.write(`whyconv: ${message}\n`);
  return 1;
}

process.exitCode = main(process.argv.slice(2));
