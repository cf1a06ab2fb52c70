import { parseArgs } from 'node:util';
import { UsageError } from '../base/errors.js';
import { usage } from './screen.js';
import { measureCosts } from './study-costs.js';
import { exportRecords } from './study-export.js';
import { HELP } from './study-help.js';
import { list } from './study-list.js';
import { merge } from './study-merge.js';
import { parseStudyArguments, STUDY_COMMAND_OPTIONS, type StudyArguments } from './study-options.js';
import { publish } from './study-publish.js';
import { showStatus } from './study-status.js';
import { submit } from './study-submit.js';
import { train } from './study-train.js';
import { verify } from './study-verify.js';
import { work } from './study-worker.js';

/** What the command can do but for training here; at most one of them at a time. */
const TASKS = {
  list,
  verify,
  costs: measureCosts,
  publish,
  worker: work,
  merge,
  status: showStatus,
  submit,
  export: exportRecords,
} as const;

/** The command `study`: trains the runs that are missing, here or with others, or shows how far they are. */
export async function run(args: string[]): Promise<void> {
  const { values, positionals } = usage('study', () =>
    parseArgs({ args, options: STUDY_COMMAND_OPTIONS, allowPositionals: true }),
  );
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const asked = (Object.keys(TASKS) as (keyof typeof TASKS)[]).filter((name) => values[name]);
  if (asked.length > 1) {
    throw new UsageError({
      what: 'these options exclude each other',
      found: asked.map((name) => `--${name}`).join(', '),
      expected: 'one of them',
    });
  }
  const [task] = asked;
  const parsed: StudyArguments = parseStudyArguments(values, positionals, task);
  await (task ? TASKS[task] : train)(parsed);
}
