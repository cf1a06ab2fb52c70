import { type FileHandle, mkdir } from 'node:fs/promises';
import { codeOf, messageOf, WhyconvError } from '../base/errors.js';
import { writeRefusal as refusedWrite, type WriteAdvice } from '../base/files.js';

const ADVICE: WriteAdvice = {
  full: {
    what: 'the disk is full',
    expected: 'about 360 MB free for the download and the unpacked images, 190 MB for the latter alone',
    remedy:
      'free space, or set WHYCONV_DATA_DIR to a folder on another disk; nothing half-written was kept as data',
  },
  refused: {
    what: 'the data folder cannot be written to',
    expected: 'a folder this user may write to',
    remedy: 'fix its permissions, or set WHYCONV_DATA_DIR to another folder',
  },
};

/** Turns a failed write into an error that says what to do about the data folder; any other error passes through. */
export const writeRefusal = (error: unknown, path: string): unknown => refusedWrite(error, path, ADVICE);

/** Makes the cache folder and works in it; what the disk refuses becomes an error that says what to do. */
export async function inWritable<T>(cacheDir: string, work: () => Promise<T>): Promise<T> {
  try {
    await mkdir(cacheDir, { recursive: true });
    return await work();
  } catch (error) {
    throw writeRefusal(error, cacheDir);
  }
}

/** Turns a failed read of what the user named into an error; any other error passes through. */
export function readRefusal(error: unknown, path: string): unknown {
  const code = codeOf(error);
  if (error instanceof WhyconvError || code === undefined) return error;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new WhyconvError(
      {
        what: 'there is no such file or folder',
        where: path,
        found: code,
        expected: 'the archive cifar-10-binary.tar.gz or the folder it unpacks to',
        remedy: 'check the path; a relative one counts from the folder the command runs in',
      },
      { cause: error },
    );
  }
  if (!['EACCES', 'EPERM', 'EIO', 'EISDIR', 'ELOOP'].includes(code)) return error;
  return new WhyconvError(
    {
      what: 'the file cannot be read',
      where: path,
      found: messageOf(error),
      expected: 'a file this user may read',
      remedy: 'fix its permissions, or copy it to a place where it can be read',
    },
    { cause: error },
  );
}

/** Writes all of `bytes`: a single write may take fewer, as on a disk that is filling up. */
export async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let offset = 0; offset < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, offset, bytes.length - offset);
    offset += bytesWritten;
  }
}
