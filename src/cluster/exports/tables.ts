import { join } from 'node:path';
import { toCsv } from '../../base/csv.js';
import { writeFileAtomic } from '../../base/files.js';
import type { RunRecord } from '../../training/index.js';
import { epochRows, runRow } from './rows.js';

export const TABLE_FORMATS = ['csv', 'jsonl'] as const;
export type TableFormat = (typeof TABLE_FORMATS)[number];

const WRITERS: Readonly<Record<TableFormat, (rows: readonly object[]) => string>> = {
  csv: (rows) => toCsv([rows]),
  jsonl: (rows) => rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
};

/** Writes `epochs` with a row per epoch and `runs` with a row per run; returns the paths. */
export async function exportTables(
  records: readonly RunRecord[],
  format: TableFormat,
  folder: string,
): Promise<string[]> {
  const tables = { epochs: records.flatMap(epochRows), runs: records.map(runRow) };
  return Promise.all(
    Object.entries(tables).map(async ([name, rows]) => {
      const path = join(folder, `${name}.${format}`);
      await writeFileAtomic(path, WRITERS[format](rows));
      return path;
    }),
  );
}
