import { parseArgs } from 'node:util';
import { WhyconvError } from '../base/errors.js';
import { checkDataset, type Dataset, type DatasetCheck, KNOWN_PLACES, loadDataset } from '../data/index.js';
import { interruptible, openScreen, usage } from './screen.js';

const HELP = `npm run data -- [--data PATH] [--check]

Gets CIFAR-10, says where it is and, if asked, checks it. Without --data it takes what the data folder holds, otherwise
the official copy that another program has on this machine (listed below), otherwise it downloads the official archive
(170 MB, checksummed; an interrupted download resumes where it stopped).

  --data PATH   CIFAR-10 in the binary or the Python version: an archive (.tar.gz or .tar), or a folder that holds it or
                what it unpacks to. Or images of your own: a folder with one subfolder per class (2 to 10) of PNG, JPEG
                or WebP files of any size, with or without train and test folders around the classes; without, a sixth
                of each class, one image at least, is held out for testing. A relative path counts from the
                project's folder
  --check       count, balance, value range, duplicates: one line each; exit code 1 if one fails
  --help        this text

Other programs' copies, which are only read:
${KNOWN_PLACES.map((place) => `  ${place}\n`).join('')}
Environment:
  WHYCONV_DATA_DIR      the data folder, in place of data/ of the project
  WHYCONV_CIFAR10_URL   a mirror: the address of the archive, or of the folder that holds it
  HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY   the proxy to download through, also in lower case
  NODE_EXTRA_CA_CERTS   root certificate of a proxy that reads TLS traffic

Examples:
  npm run data
  npm run data -- --check
  npm run data -- --data ~/downloads/cifar-10-binary.tar.gz --check
  npm run data -- --data ~/flowers --check
`;

/** The command `data`: gets the dataset, says where it is, checks it. */
export async function run(args: string[]): Promise<void> {
  const options = parse(args);
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  const dataset = await load(options.data);
  process.stdout.write(describe(dataset));
  if (dataset.note) process.stdout.write(`note         ${dataset.note}\n`);
  if (options.check) printChecks(checkDataset(dataset), dataset);
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
    ['official', describeAuthenticity(dataset)],
    ['fingerprint', dataset.fingerprint],
    ['classes', dataset.classes.join(', ')],
    ['images', `${count(dataset.train.count)} train, ${count(dataset.test.count)} test`],
  ];
  return rows.map(([name, value]) => `${name!.padEnd(12)} ${value}\n`).join('');
}

function describeAuthenticity({ official, officialBecause }: Dataset): string {
  const because = officialBecause ? `: ${officialBecause}` : '';
  return official ? `yes${because}` : `no${because}; results obtained on it must say so`;
}

function printChecks(checks: readonly DatasetCheck[], { name: dataset }: Dataset): void {
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
    remedy:
      dataset === 'images'
        ? 'add images where a class lacks them, and remove copies of the same image'
        : 'use another copy of the dataset: see npm run data -- --help',
  });
}
