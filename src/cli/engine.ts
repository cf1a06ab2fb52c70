import { parseArgs } from 'node:util';
import { WhyconvError } from '../base/errors.js';
import { type EngineStatus, engineStatus, type InstallResult, installEngine } from '../engine/index.js';
import { interruptible, openScreen, usage } from './screen.js';

const help = `npm run engine [-- OPTIONS]

Installs the native engine: TensorFlow's C library and the addon through which Node calls it. It takes the first of
these that works: the user's cache; the official download; a build of the addon against TensorFlow's Python wheel
(needs Python with pip, a C++ compiler and make; fetches some 270 MB, keeps 850 MB). Where none works, the WebAssembly
engine computes instead: the same results, about 7 times slower for CNNs.

  --status   say which engine would start, its version and place, and why it is not the native one
  --force    install again even if the native engine works, and try what has failed before on this machine
  --optional where it cannot be installed, say so and succeed all the same
  --help     this text

Environment:
  WHYCONV_CACHE          folder for the library, in place of the user's cache
  TFJS_NODE_CDN_STORAGE  mirror of https://storage.googleapis.com/ for the official download
  PYTHON                 the Python to use; pip's own variables (PIP_INDEX_URL, ...) are passed on
  HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY   the proxy to download through, also in lower case

Examples:
  npm run engine
  npm run engine -- --status
  WHYCONV_CACHE=/scratch/whyconv npm run engine -- --force
`;

/** The command `engine`: installs the native engine, or shows its state. */
export async function run(args: string[]): Promise<void> {
  const options = parse(args);
  if (options.help) process.stdout.write(help);
  else if (options.status) process.stdout.write(describeStatus(await engineStatus()));
  else process.stdout.write(describeResult(await install(options.force), options.optional));
}

function parse(args: string[]): { help: boolean; status: boolean; force: boolean; optional: boolean } {
  const boolean = { type: 'boolean', default: false } as const;
  const options = {
    help: { ...boolean, short: 'h' },
    status: boolean,
    force: boolean,
    optional: boolean,
  } as const;
  return usage('engine', () => parseArgs({ args, options, strict: true }).values);
}

/** Runs the installation with its steps and progress on stderr; Ctrl-C stops it and leaves nothing half-done. */
async function install(force: boolean): Promise<InstallResult> {
  const screen = openScreen();
  try {
    return await interruptible((signal) =>
      installEngine({ force, signal, onStep: screen.line, onProgress: screen.progress }),
    );
  } finally {
    screen.clear();
  }
}

const how = {
  present: 'was built in its package',
  cache: "was in the user's cache",
  official: 'installed from the official download',
  wheel: "built against TensorFlow's Python wheel",
};

function describeResult(result: InstallResult, optional: boolean): string {
  if (result.engine === 'native') {
    return `The native engine works: TensorFlow ${result.library} on the ${result.device}, ${how[result.how]}.\n`;
  }
  const what = 'the native engine cannot be installed here';
  if (optional) return `${what}: continuing with WebAssembly. ${result.reasons.at(-1)}\n`;
  throw new WhyconvError({
    what,
    found: result.reasons.join('\n            '),
    remedy:
      'see npm run engine -- --help for what it needs; -- --force tries again what has failed before; without it everything ' +
      'works on the WebAssembly engine, about 7 times slower for CNNs',
  });
}

function describeStatus(status: EngineStatus): string {
  const { cache } = status;
  const rows: [string, string | undefined][] = [
    ['engine', status.engine === 'native' ? `native, on the ${status.device}` : 'wasm (WebAssembly)'],
    ['TensorFlow', status.library],
    ['tfjs package', status.package ?? 'not installed'],
    ['threads', String(status.threads)],
    ['addon', status.addon],
    ['not native', status.whyNotNative && `${status.whyNotNative}; ${howToInstall(status)}`],
    ['cache', `${cache.folder}, ${(cache.bytes / 1e6).toFixed(0)} MB`],
    ...cache.entries.map((entry): [string, string] => ['', entry]),
  ];
  const shown = rows.filter(([, value]) => value !== undefined);
  return shown.map(([name, value]) => `${name.padEnd(13)} ${value}\n`).join('');
}

/** The package comes from npm, and its binary part from this command. */
function howToInstall(status: EngineStatus): string {
  return status.package === undefined
    ? 'npm ci --include=optional installs it'
    : 'npm run engine installs it';
}
