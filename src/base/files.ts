import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { codeOf, type ErrorParts, WhyconvError } from './errors.js';
import { processName, processState } from './process-name.js';

/** The folder that holds package.json, found from this file so that any working directory will do. */
export const projectRoot: string = findProjectRoot(__dirname);

/**
 * Where data, records and reports go unless something else is said: the project's own folder; where it is installed as a
 * package, the folder that the command was started in, since node_modules is replaced with each installation.
 */
export const homeFolder = (): string =>
  projectRoot.split(sep).includes('node_modules') ? process.cwd() : projectRoot;

/** A name next to `path` that no reader mistakes for the finished file; it says which process writes it. */
export function temporaryName(path: string): string {
  const random = randomBytes(4).toString('hex');
  return join(dirname(path), `.${basename(path)}.${processName()}.${random}.tmp`);
}

/** The name of {@link temporaryName}, with its process or, as older versions wrote it, without. */
const TEMPORARY = /^\..*?(?:\.([1-9]\d*@[^@]+))?\.[0-9a-f]{8}\.tmp$/;

/**
 * Writes a file whole or not at all, even where the power fails: to a temporary name in the same folder, to the disk, then
 * renamed. (A renamed file whose content is still in memory would come back empty, and a record with it.)
 */
export async function writeFileAtomic(path: string, content: string | Uint8Array): Promise<void> {
  await makeFolder(dirname(path));
  const temporary = temporaryName(path);
  try {
    await writeFile(temporary, content, { flush: true });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw placeRefusal(error, path);
  }
}

/** Makes a folder, and those that it lies in. */
export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true }).catch((error: unknown) => {
    throw placeRefusal(error, path);
  });
}

const FULL = ['ENOSPC', 'EDQUOT'];
const REFUSED = ['EACCES', 'EPERM', 'EROFS'];

/** Whether the place is at fault where a write failed: full, or not to be written to. */
export const isOfDisk = (error: unknown): boolean => [...FULL, ...REFUSED].includes(codeOf(error) ?? '');

/** What to say where the disk is full, and where nobody may write. */
export type WriteAdvice = Readonly<
  Record<'full' | 'refused', Pick<ErrorParts, 'what' | 'expected' | 'remedy'>>
>;

const USUAL: WriteAdvice = {
  full: {
    what: 'the disk is full',
    remedy: 'make room and run the same command again: what was finished is kept, and the rest resumes',
  },
  refused: {
    what: 'this cannot be written',
    expected: 'a folder this user may write to',
    remedy: 'choose another folder, or change its permissions',
  },
};

/**
 * What a person can act on where a file cannot be written; any other error as it is. With the usual advice it keeps the system's
 * code, so that whoever has better advice may still give it.
 */
export function writeRefusal(error: unknown, path: string, advice = USUAL): unknown {
  if (!isOfDisk(error)) return error;
  const code = codeOf(error)!;
  const parts = FULL.includes(code)
    ? { ...advice.full, found: `${code} while writing` }
    : { ...advice.refused, found: code };
  const told = new WhyconvError({ ...parts, where: path }, { cause: error });
  return advice === USUAL ? Object.assign(told, { code }) : told;
}

/** What may be in the place of a file or of its folder, by the system's codes. */
const IN_THE_WAY: Readonly<Record<string, string>> = {
  ENOTDIR: 'a file where a folder should be',
  EEXIST: 'a file where a folder should be',
  EISDIR: 'a folder where a file should be',
};

/** {@link writeRefusal}, also where something is in the way. */
function placeRefusal(error: unknown, path: string): unknown {
  const code = codeOf(error) ?? '';
  const found = IN_THE_WAY[code];
  if (!found) return writeRefusal(error, path);
  const remedy = 'choose another place, or move what is in the way';
  const told = new WhyconvError({ what: USUAL.refused.what, where: path, found, remedy }, { cause: error });
  return Object.assign(told, { code });
}

/** After this long, in milliseconds, nobody on another host is still writing a temporary file. */
const LONGEST_WRITE = 24 * 60 * 60 * 1000;

/**
 * Removes the temporary files in a folder that their process cannot rename any more because it was killed. Of a process on
 * another host that is known by the file's age alone. A folder that does not exist has none.
 */
export async function removeAbandonedFiles(folder: string): Promise<void> {
  for (const name of existsSync(folder) ? await readdir(folder) : []) {
    const [match, writer = ''] = TEMPORARY.exec(name) ?? [];
    if (match === undefined) continue;
    const path = join(folder, name);
    const state = processState(writer);
    const abandoned = state === 'dead' || (state === 'unknown' && (await ageOf(path)) > LONGEST_WRITE);
    // Where they cannot be removed, as in a read-only folder, they do no harm.
    if (abandoned) await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Milliseconds since the file was written; 0 where it has just gone. */
async function ageOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  return found ? Date.now() - found.mtimeMs : 0;
}

function findProjectRoot(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) return resolve(start, '../../..');
  }
}
