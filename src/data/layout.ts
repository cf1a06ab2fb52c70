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

/** The binary layout of CIFAR-10 (Krizhevsky 2009); tests read smaller batches through the same code. */
export interface BatchLayout {
  readonly recordsPerBatch: number;
  readonly official: ArchiveIdentity;
}

export const CIFAR10: BatchLayout = {
  recordsPerBatch: 10_000,
  official: {
    name: 'cifar-10-binary.tar.gz',
    baseUrl: 'https://www.cs.toronto.edu/~kriz',
    bytes: 170_052_171,
    md5: 'c32a1d4ab5d03f1284b67883e8d87530',
  },
};

/** The folder inside the archive. */
export const BATCH_FOLDER = 'cifar-10-batches-bin';
export const TRAIN_FILES: readonly string[] = [1, 2, 3, 4, 5].map((n) => `data_batch_${n}.bin`);
export const TEST_FILE = 'test_batch.bin';
/** Canonical order: the fingerprint is the SHA-256 of these files one after the other. */
export const BATCH_FILES: readonly string[] = [...TRAIN_FILES, TEST_FILE];
export const CLASS_FILE = 'batches.meta.txt';

/** One label byte, then the planes R, G, B of 1,024 bytes each: 3,073 bytes. */
export const RECORD_BYTES: number = 1 + IMAGE_BYTES;

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

/** What to do about input that is not the binary archive of CIFAR-10. */
export const GET_OFFICIAL: string = `get ${CIFAR10.official.name} (binary version) from ${CIFAR10.official.baseUrl}/cifar.html and pass it, or the folder it unpacks to, with --data`;

/** The ten names, one a line, blank lines ignored; refused when they are not CIFAR-10's in CIFAR-10's order. */
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
