import { resolve } from 'node:path';
import { UsageError } from '../base/errors.js';
import { mapFew } from '../base/map-few.js';
import { parseChoice } from '../base/parse.js';
import { exportEventFiles, exportTables, exportToMlflow, TABLE_FORMATS } from '../cluster/index.js';
import { openStudy, runsOf } from '../study/index.js';
import { type RunRecord, runKey } from '../training/index.js';
import { interruptible, openScreen, repeatNote } from './screen.js';
import type { StudyArguments } from './study-options.js';

const FORMATS = [...TABLE_FORMATS, 'tensorboard', 'mlflow-rest'] as const;

/** Writes the records of the study for other programs. */
export async function exportRecords({
  names,
  study: options,
  text,
  positionals,
}: StudyArguments): Promise<void> {
  const format = parseChoice('format', FORMATS, text.export!, '--export');
  const [target, ...others] = positionals;
  if (target === undefined || others.length > 0) {
    throw new UsageError({
      what: 'an export goes to one place',
      where: `--export ${format}`,
      found: positionals.join(' ') || 'none',
      expected: format === 'mlflow-rest' ? 'the address of a tracking server' : 'a folder',
    });
  }
  const screen = openScreen();
  await interruptible(async (signal) => {
    const study = await openStudy({ ...options, onProgress: screen.progress, signal }).finally(screen.clear);
    const found = await mapFew(runsOf(study, names), (spec) => study.store.get(runKey(spec)));
    const records = found.filter((record): record is RunRecord => record !== undefined);
    const counted = `${records.length} of ${found.length} runs have a record`;
    if (format === 'mlflow-rest') {
      const added = await exportToMlflow(records, {
        address: target,
        experiment: `whyconv ${study.profile.name}`,
        signal,
      });
      process.stdout.write(`${counted}; ${added} added at ${target}\n`);
    } else {
      if (format === 'tensorboard') await exportEventFiles(records, target);
      else await exportTables(records, format, target);
      process.stdout.write(`${counted}; written to ${resolve(target)}\n`);
    }
    repeatNote(study.dataset, screen);
  });
}
