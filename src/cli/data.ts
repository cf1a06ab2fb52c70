import { parseArgs } from 'node:util';
import { WhyconvError } from '../base/errors.js';
import { checkDataset, type Dataset, type DatasetCheck, loadDataset } from '../data/index.js';
import { interruptible, openScreen, usage } from './screen.js';

const HELP = `npm run data -- [--data PATH] [--check]

Gets CIFAR-10, says where it lies and, if asked, checks it. Without --data it takes what the data folder holds, else
downloads the official archive (170 MB, checksummed; an interrupted download resumes where it stopped).

  --data PATH   an archive (tar.gz) of the binary version, or the folder it unpacks to; a relative path counts from
                the project's folder
  --check       count, balance, value range, duplicates: one line each; exit code 1 if one fails
  --help        this text

Environment:
  WHYCONV_DATA_DIR      the data folder, in place of data/ of the project
  WHYCONV_CIFAR10_URL   a mirror: the archive's address, or that of the folder that holds it

Examples:
  npm run data
  npm run data -- --check
  npm run data -- --data ~/downloads/cifar-10-binary.tar.gz --check
`;

/** The command `data`: gets the dataset, says where it lies, checks it. */
export async function run(args: string[]): Promise<void> {
  const options = parse(args);
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  const dataset = await load(options.data);
  process.stdout.write(describe(dataset));
  if (options.check) printChecks(checkDataset(dataset));
}

function parse(args: string[]): { data: string | undefined; check: boolean; help: boolean } {
  const boolean = { type: 'boolean', default: false } as const;
  return usage('data', () => {
    const options = { data: { type: 'string' }, check: boolean, help: boolean } as const;
    const { data, check, help } = parseArgs({ args, options }).values;
    if (data === '') throw new Error('--data needs a path');
    return { data, check, help };
  });
}

/** Loads with progress on stderr; Ctrl-C stops it and keeps what was downloaded. */
async function load(path: string | undefined): Promise<Dataset> {
  const screen = openScreen();
  return interruptible((signal) => loadDataset({ path, onProgress: screen.progress, signal })).finally(
    screen.clear,
  );
}

function describe(dataset: Dataset): string {
  const count = (n: number) => n.toLocaleString('en-US');
  const rows = [
    ['folder', dataset.folder ?? 'none: drawn in memory'],
    ['source', dataset.source],
    ['official', dataset.official ? 'yes, by its checksum' : 'no: results obtained on it must say so'],
    ['fingerprint', dataset.fingerprint],
    ['images', `${count(dataset.train.count)} train, ${count(dataset.test.count)} test`],
  ];
  return rows.map(([name, value]) => `${name!.padEnd(12)} ${value}\n`).join('');
}

function printChecks(checks: readonly DatasetCheck[]): void {
  const paint = process.stdout.isTTY && !process.env.NO_COLOR;
  const word = (passed: boolean) => {
    const text = passed ? 'pass' : 'FAIL';
    return paint ? `\x1b[${passed ? 32 : 31}m${text}\x1b[0m` : text;
  };
  process.stdout.write('\n');
  for (const { name, passed, found, expected } of checks) {
    process.stdout.write(`${word(passed)}  ${name.padEnd(21)}  ${found}  (expected: ${expected})\n`);
  }
  const failed = checks.filter(({ passed }) => !passed);
  if (failed.length === 0) return;
  throw new WhyconvError({
    what: `the dataset fails ${failed.length} of ${checks.length} checks`,
    where: failed.map(({ name }) => name).join(', '),
    remedy: 'use another copy of the dataset: see npm run data -- --help',
  });
}
