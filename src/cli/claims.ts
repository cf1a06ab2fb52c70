import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { collectEvidence, type Judgement, judgeClaims } from '../analysis/index.js';
import { UsageError } from '../base/errors.js';
import { openStudy, RunStore } from '../study/index.js';
import { interruptible, openScreen, repeatNote, usage } from './screen.js';
import { parseStudyChoice, STUDY_OPTIONS } from './study-choice.js';

const HELP = `npm run claims -- [OPTIONS]

Judges the claims of the original study by the records there are, and prints the ledger. Trains nothing: a claim whose
runs are missing says so; npm run study trains them.

  --profile P   smoke, quick or full (default: quick)
  --data PATH   archive or folder of CIFAR-10 (default: the data folder, else the download)
  --engine E    auto, native or wasm (default: WHYCONV_ENGINE, else auto)
  --seed N      first seed (default: 0)
  --runs DIR    folder of the records (default: WHYCONV_RUNS, else reports/runs)
  --json        an array of JSON: id, statement, test, source, verdict, reading, contrasts, seeds, records
  --help        this text

Examples:
  npm run claims
  npm run -s claims -- --profile full --json | jq '.[] | select(.verdict == "undecided") | .id'
`;

const string = { type: 'string' } as const;
const boolean = { type: 'boolean', default: false } as const;
const OPTIONS = {
  ...STUDY_OPTIONS,
  runs: string,
  json: boolean,
  help: boolean,
};

/** The command `claims`: the ledger, from records alone. */
export async function run(args: string[]): Promise<void> {
  const options = usage('claims', () => parseArgs({ args, options: OPTIONS }).values);
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  const screen = openScreen();
  await interruptible(async (signal) => {
    const study = await openStudy({
      ...parseStudyChoice(options),
      ...(options.runs !== undefined && { store: storeAt(options.runs) }),
      onProgress: screen.progress,
      signal,
    }).finally(screen.clear);
    const judgements = judgeClaims(await collectEvidence(study, screen.progress).finally(screen.clear));
    process.stdout.write(options.json ? `${JSON.stringify(judgements, null, 1)}\n` : ledger(judgements));
    repeatNote(study.dataset, screen);
  });
}

/** Records that were asked for by name must be there: a mistyped folder would look like a study not yet run. */
function storeAt(folder: string): RunStore {
  if (existsSync(folder)) return new RunStore(folder);
  throw new UsageError({
    what: 'there is no folder of records',
    where: '--runs',
    found: folder,
    remedy: 'name the folder that npm run study wrote to',
  });
}

const INDENT = 16;
const WIDTH = 110;

/** One claim a paragraph: id and verdict, then what is claimed, what was found and where. */
function ledger(judgements: readonly Judgement[]): string {
  const verdicts = ['supported', 'refuted', 'undecided', 'no records'] as const;
  const counts = verdicts.map(
    (verdict) => `${judgements.filter((judgement) => judgement.verdict === verdict).length} ${verdict}`,
  );
  return `${judgements.map(entry).join('\n')}\n${counts.join(', ')}\n`;
}

function entry({ id, verdict, statement, reading, source, records, stillImproving }: Judgement): string {
  const improving = stillImproving > 0 ? `, ${stillImproving} still improving when their epochs ended` : '';
  const from =
    source.length === 0
      ? []
      : [
          `from ${source.join(', ')}: ${records.length} ${records.length === 1 ? 'record' : 'records'}${improving}`,
        ];
  const lines = [statement, reading, ...from].flatMap((text) => wrap(text, WIDTH - INDENT));
  const head = `${id.padEnd(4)}${verdict}`.padEnd(INDENT);
  return `${head}${lines.join(`\n${' '.repeat(INDENT)}`)}\n`;
}

/** Breaks a text at spaces into lines of at most so many characters. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] += ` ${word}`;
    else lines.push(word);
  }
  return lines;
}
