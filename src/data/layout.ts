import { WhyconvError } from '../base/errors.js';
import { formatCount } from '../base/format.js';
import { CLASS_COUNT, IMAGE_BYTES } from './dataset.js';

export { formatCount };

/** One archive on the network and how to know it again. */
export interface ArchiveIdentity {
  readonly name: string;
  /** The folder of the server, without a trailing slash. */
  readonly baseUrl: string;
  readonly bytes: number;
  /** MD5, hex: the only checksum the authors of CIFAR-10 publish. */
  readonly md5: string;
}

/** The layout of CIFAR-10 (Krizhevsky 2009); tests read smaller batches through the same code. */
export interface BatchLayout {
  readonly recordsPerBatch: number;
  /** The archive of the binary version. */
  readonly official: ArchiveIdentity;
  /** The archive of the Python version, and the MD5 (hex) of each of its batches in canonical order. */
  readonly python: { readonly archive: ArchiveIdentity; readonly batches: readonly string[] };
}

const SERVER = 'https://www.cs.toronto.edu/~kriz';

export const CIFAR10: BatchLayout = {
  recordsPerBatch: 10_000,
  official: {
    name: 'cifar-10-binary.tar.gz',
    baseUrl: SERVER,
    bytes: 170_052_171,
    md5: 'c32a1d4ab5d03f1284b67883e8d87530',
  },
  // As torchvision lists them (torchvision.datasets.CIFAR10); of the binary version only the archive's is published.
  python: {
    archive: {
      name: 'cifar-10-python.tar.gz',
      baseUrl: SERVER,
      bytes: 170_498_071,
      md5: 'c58f30108f718f92721af3b95e74349a',
    },
    batches: [
      'c99cafc152244af753f735de768cd75f',
      'd4bba439e000b95fd0a9bffe97cbabec',
      '54ebc095f3ab1f0389bbae665268c751',
      '634d18415352ddfa80567beed471001a',
      '482c414d41f54cd18b22e5b47cb7c3cb',
      '40351d587109b95175f43aff81a1287e',
    ],
  },
};

/** The two versions that are read: label and pixels as bytes, or pickled arrays of NumPy. */
export type Version = 'binary' | 'python';

/** The folder inside each version's archive. */
export const BATCH_FOLDERS: Readonly<Record<Version, string>> = {
  binary: 'cifar-10-batches-bin',
  python: 'cifar-10-batches-py',
};
export const TRAIN_FILES: readonly string[] = [1, 2, 3, 4, 5].map((n) => `data_batch_${n}.bin`);
export const TEST_FILE = 'test_batch.bin';
/** Canonical order: the fingerprint is the SHA-256 of these files one after the other. */
export const BATCH_FILES: readonly string[] = [...TRAIN_FILES, TEST_FILE];
/** The six batches as each version names them, in canonical order. */
export const BATCH_NAMES: Readonly<Record<Version, readonly string[]>> = {
  binary: BATCH_FILES,
  python: BATCH_FILES.map((name) => name.replace(/\.bin$/, '')),
};
export const CLASS_FILE = 'batches.meta.txt';

/** One label byte, then the planes R, G, B of 1,024 bytes each: 3,073 bytes. */
export const RECORD_BYTES: number = 1 + IMAGE_BYTES;

/** Names of the labels 0 to 9, in the order of the archive's `batches.meta.txt`. */
export const CIFAR10_CLASSES: readonly string[] = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
];

/** What to do about input that is not CIFAR-10. */
export const GET_OFFICIAL: string = `get ${CIFAR10.official.name} (binary version) from ${SERVER}/cifar.html and pass it, or the folder it unpacks to, with --data`;

/** The ten names, one per line, blank lines ignored; refused when they are not CIFAR-10's in CIFAR-10's order. */
export function parseClassNames(text: string, where: string): readonly string[] {
  const names = text.split(/\r?\n/).flatMap((line) => line.trim() || []);
  if (names.length === CLASS_COUNT && names.every((name, i) => name === CIFAR10_CLASSES[i])) return names;
  throw new WhyconvError({
    what: 'the class names are not those of CIFAR-10',
    where,
    found: names.slice(0, 12).join(', ').slice(0, 200) || 'no names',
    expected: CIFAR10_CLASSES.join(', '),
    remedy: GET_OFFICIAL,
  });
}

/** Refuses a batch file whose size is not that of its records. */
export function checkBatchSize(bytes: number, layout: BatchLayout, where: string): void {
  const expected = layout.recordsPerBatch * RECORD_BYTES;
  if (bytes === expected) return;
  const whole = bytes % RECORD_BYTES === 0;
  const records = formatCount(Math.floor(bytes / RECORD_BYTES));
  throw new WhyconvError({
    what: whole ? 'a batch has the wrong number of records' : 'a batch does not divide into records',
    where,
    found: `${formatCount(bytes)} bytes, ${records} records${whole ? '' : ` and ${bytes % RECORD_BYTES} bytes`}`,
    expected: `${formatCount(expected)} bytes, ${formatCount(layout.recordsPerBatch)} records of ${formatCount(RECORD_BYTES)} bytes`,
    remedy: GET_OFFICIAL,
  });
}

export function missingBatch(where: string, version: Version, cause: unknown): WhyconvError {
  const expected = BATCH_NAMES[version].join(', ');
  return new WhyconvError(
    { what: 'a batch is missing', where, found: 'no such file', expected, remedy: GET_OFFICIAL },
    { cause },
  );
}
