import type { Extracted } from './archive.js';
import type { BatchLayout } from './layout.js';

/** Whether images are those of the official CIFAR-10, and by what that is known. */
export interface Authenticity {
  readonly official: boolean;
  /** A clause for people: "the archive has the published MD5". */
  readonly officialBecause: string;
}

/** Judges what an archive was unpacked to, by its checksums and, in the Python version, by those of its batches. */
export function judgeArchive(
  { bytes, md5, version, compressed }: Extracted,
  batchMd5s: readonly string[],
  layout: BatchLayout,
): Authenticity {
  const published = version === 'binary' ? layout.official : layout.python.archive;
  if (bytes === published.bytes && md5 === published.md5)
    return { official: true, officialBecause: 'the archive has the published MD5' };
  if (version === 'python') return judgePythonBatches(batchMd5s, layout);
  const because = compressed
    ? 'the archive does not have the published MD5'
    : 'not known, since the published MD5 is that of the compressed archive';
  return { official: false, officialBecause: because };
}

/** Judges batches of the Python version, of which torchvision lists the MD5s. */
export function judgePythonBatches(md5s: readonly string[], layout: BatchLayout): Authenticity {
  return md5s.join() === layout.python.batches.join()
    ? { official: true, officialBecause: 'its six batches have the published MD5s (Python version)' }
    : { official: false, officialBecause: 'its batches do not have the published MD5s (Python version)' };
}

/** Batches of the binary version without their archive: nothing published distinguishes them from a copy. */
export const UNKNOWN_BINARY: Authenticity = {
  official: false,
  officialBecause: 'not known, since of the binary version only the archive has a published checksum',
};

/** The same images as a dataset that was found to be official before. */
export const SAME_AS_OFFICIAL: Authenticity = {
  official: true,
  officialBecause: 'the same content as an official archive unpacked before',
};
