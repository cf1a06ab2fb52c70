import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot, writeFileAtomic } from '../base/files.js';
import { chartTheme, drawChart } from '../charts/index.js';
import { readmeChart, readmeResults, withResults } from '../views/readme.js';
import { readReportJson } from './report-json.js';
import { usage } from './screen.js';

const HELP = `npm run readme -- [OPTIONS]

Writes the results of a report into README.md: the answer in words, its tables, and the picture reports/accuracy.svg.

  --from FILE  the report.json of a report (default: reports/quick/report.json)
  --help       this text

Example:
  npm run report && npm run readme
`;

const OPTIONS = { from: { type: 'string' }, help: { type: 'boolean', default: false } } as const;

/** The command `readme`. */
export async function run(args: string[]): Promise<void> {
  const options = usage('readme', () => parseArgs({ args, options: OPTIONS }).values);
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  const from = resolve(options.from || join(projectRoot, 'reports', 'quick', 'report.json'));
  const results = await readReportJson(from);
  const { svg } = await drawChart(readmeChart(results), { config: chartTheme('light') });
  await writeFileAtomic(join(projectRoot, 'reports', 'accuracy.svg'), svg);
  const path = join(projectRoot, 'README.md');
  await writeFileAtomic(path, withResults(await readFile(path, 'utf8'), readmeResults(results)));
  process.stdout.write(`README.md and reports/accuracy.svg say what ${from} says\n`);
}
