import { parseArgs, styleText } from 'node:util';
import {
  collectEvidence,
  directionOf,
  type Judgement,
  judgeClaims,
  VERDICTS,
  type Verdict,
} from '../claims/index.js';
import { namedStore } from '../runs/index.js';
import { openStudy } from '../study/index.js';
import { interruptible, openScreen, repeatNote, usage } from './screen.js';
import { parseStudyChoice, STUDY_OPTIONS } from './study-choice.js';

const HELP = `npm run claims -- [OPTIONS]

Judges the claims of the original study by the records there are, and prints the ledger. Trains nothing: a claim whose
runs are missing says so; npm run study trains them. With one seed a claim is at most indicated, or indicated against.

  --profile P   smoke, quick or full: the recorded study (default: quick)
  --data PATH   archive or folder of CIFAR-10 (default: the data folder, else the download)
  --engine E    auto, native or wasm (default: WHYCONV_ENGINE, else auto)
  --seed N      first seed (default: 0)
  --runs DIR    folder of the records (default: WHYCONV_RUNS, else reports/runs; for full, those in the repository)
  --json        an array of JSON: id, statement, rule, needs, verdict, reading, contrasts, p-values, seeds, records, ...
  --help        this text

Examples:
  npm run claims
  npm run -s claims -- --profile full --json | jq '.[] | select(.verdict == "undecided") | {id, seedsNeeded}'
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
      ...(options.runs !== undefined && { store: await namedStore(options.runs, '--runs'), recorded: false }),
      onProgress: screen.progress,
      signal,
    }).finally(screen.clear);
    const judgements = judgeClaims(
      await collectEvidence(study, { onProgress: screen.progress }).finally(screen.clear),
    );
    process.stdout.write(
      options.json ? `${JSON.stringify(judgements, null, 1)}\n` : ledger(judgements, hasColors()),
    );
    repeatNote(study.dataset, screen);
  });
}

/** Colors where someone looks on and did not decline them (https://no-color.org). */
const hasColors = (): boolean => process.stdout.isTTY && !process.env.NO_COLOR;

const COLORS: Readonly<Record<Verdict, Parameters<typeof styleText>[0]>> = {
  supported: 'green',
  refuted: 'red',
  indicated: 'cyan',
  'indicated against': 'magenta',
  undecided: 'yellow',
  'no records': 'gray',
  'not applicable': 'gray',
};

const INDENT = 23;
const WIDTH = 110;

/** One claim per paragraph: id and verdict, then what is claimed, what was found and by which runs. */
function ledger(judgements: readonly Judgement[], colored: boolean): string {
  const counts = VERDICTS.flatMap((verdict) => {
    const count = judgements.filter((judgement) => judgement.verdict === verdict).length;
    return count === 0 ? [] : [`${count} ${verdict}`];
  });
  return `${judgements.map((judgement) => entry(judgement, colored)).join('\n')}\n${counts.join(', ')}\n`;
}

function entry(judgement: Judgement, colored: boolean): string {
  const { id, verdict, statement, reading } = judgement;
  const lines = [statement, reading, ...basis(judgement)].flatMap((text) => wrap(text, WIDTH - INDENT));
  const padding = ' '.repeat(Math.max(1, INDENT - 5 - verdict.length));
  const word = colored ? styleText(COLORS[verdict], verdict) : verdict;
  return `${id.padEnd(5)}${word}${padding}${lines.join(`\n${' '.repeat(INDENT)}`)}\n`;
}

/** Which runs, under which protocol, and what the other one says; nothing where arithmetic decides. */
function basis({ needs, records, protocol, other, flips, stillImproving, rule }: Judgement): string[] {
  if (needs.experiments.length === 0 || records.length === 0) return [];
  const parts = [
    `${records.length} ${records.length === 1 ? 'record' : 'records'} of ${needs.experiments.join(', ')}`,
    `protocol ${protocol}${otherwise(other)}`,
    ...(flips ? ['single seeds point in different directions'] : []),
    ...(stillImproving > 0 ? [`${stillImproving} still improving when their epochs ended`] : []),
    `rule ${rule.version} of ${rule.changed}`,
  ];
  return [`${parts.join('; ')}.`];
}

function otherwise({ protocol, verdict, agrees }: Judgement['other']): string {
  if (directionOf(verdict) === null) return '';
  return `; ${protocol}${agrees === null ? '' : agrees ? ' agrees' : ' differs'}: ${verdict}`;
}

/** Breaks a text at spaces into lines of at most `width` characters. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] += ` ${word}`;
    else lines.push(word);
  }
  return lines;
}
