import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { UsageError } from '../base/errors.js';
import { homeFolder, projectRoot } from '../base/files.js';

/** The chapters of the report in reading order, files in notebooks/. Any other file there is the reader's own. */
export const CHAPTERS = [
  '01-dataset-checks.ipynb',
  '02-class-balance.ipynb',
  '03-parameter-arithmetic.ipynb',
  '04-baseline-training.ipynb',
  '05-filter-sweep.ipynb',
  '06-locality-sharing-data.ipynb',
  '07-translation.ipynb',
  '08-inside-the-networks.ipynb',
  '09-conclusions.ipynb',
  '10-appendix.ipynb',
] as const;

/** Tags of the cells that are left to the reader: a report shows them and does not run them. */
export const EXERCISE_TAGS = ['exercise', 'solution'] as const;

/** Tag of the cells that need images: a report without images leaves them out, and says so in place of their outputs. */
export const NEEDS_IMAGES = 'needs-images';
export const LEFT_OUT =
  '*Left out: this cell needs the images of CIFAR-10, which were not at hand. `npm run data` downloads them.*';

/**
 * The paths of the notebooks of a report: all chapters, or the chosen ones. A choice is the beginning of chapters' names
 * ("04") or the path of any notebook. Chapters come first, in reading order.
 *
 * @throws UsageError where a choice is neither, or two notebooks have the same name, as their executed copies would
 */
export async function chosenNotebooks(chosen?: readonly string[]): Promise<string[]> {
  const names = (choice: string, chapter: string) => choice !== '' && chapter.startsWith(choice);
  const chapters = CHAPTERS.filter((chapter) => chosen?.some((choice) => names(choice, chapter)) ?? true);
  const others = (chosen ?? []).filter((choice) => !CHAPTERS.some((chapter) => names(choice, chapter)));
  for (const choice of others) if (!(await isNotebook(choice))) throw unknownNotebook(choice);
  const folder = notebooksFolder();
  const paths = [...chapters.map((chapter) => join(folder, chapter)), ...others.map((path) => resolve(path))];
  return distinctNames([...new Set(paths)]);
}

/** The reader's own copies of the notebooks where there are some, otherwise those of the project. */
export function notebooksFolder(): string {
  const own = join(homeFolder(), 'notebooks');
  return existsSync(join(own, CHAPTERS[0]!)) ? own : join(projectRoot, 'notebooks');
}

async function isNotebook(path: string): Promise<boolean> {
  if (!path.endsWith('.ipynb')) return false;
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ?? false;
}

function distinctNames(paths: string[]): string[] {
  const names = paths.map((path) => basename(path));
  const twice = paths.filter((_, i) => names.indexOf(names[i]!) !== names.lastIndexOf(names[i]!));
  if (twice.length === 0) return paths;
  throw new UsageError({
    what: 'two notebooks have the same name',
    where: '--notebooks',
    found: twice.join(', '),
    expected: 'a name of its own for each, as their executed copies share a folder',
    remedy: 'rename one of them',
  });
}

function unknownNotebook(choice: string): UsageError {
  return new UsageError({
    what: 'no such notebook',
    where: '--notebooks',
    found: choice || '(empty)',
    expected: `${CHAPTERS.map((name) => name.split('-')[0]).join(', ')}, or the path of an .ipynb file`,
  });
}
