import { formatCount, formatPercent } from '../base/format.js';
import { accuracyBySource, type ChartSpec, type SourcedAccuracy } from '../charts/index.js';
import { CLAIMS } from '../claims/index.js';
import { countParameters, MODELS } from '../models/index.js';
import type { ModelRow } from './overview.js';

/** What the README says of a report's results. */
export interface ReadmeResults {
  /** The answer of the report's first screen, in sentences of Markdown. */
  readonly answer?: readonly string[] | undefined;
  readonly models: readonly ModelRow[];
  readonly claims: readonly {
    readonly id: string;
    readonly verdict: string;
    /** Of the study in the repository. */
    readonly recorded?: string | null | undefined;
  }[];
}

/** The README's results, as Markdown: the answer in words, and the tables it rests on. */
export function readmeResults({ answer = [], models, claims }: ReadmeResults): string {
  const isRecorded = models.some(({ recorded }) => recorded !== null);
  const isHere = models.some(({ here }) => here !== null);
  const columns = [
    ...['model', 'parameters', 'published'],
    ...(isRecorded ? ['recorded'] : []),
    ...(isHere ? ['here'] : []),
  ];
  const rows = models.map(({ model, here, recorded, published }) => [
    model,
    formatCount(countParameters(MODELS[model])),
    percent(published?.testAccuracy),
    ...(isRecorded ? [withSeeds(recorded)] : []),
    ...(isHere ? [withSeeds(here)] : []),
  ]);
  const isJudged = claims.some(({ recorded }) => recorded);
  const verdicts = claims.map(({ id, verdict, recorded }) => [
    id,
    CLAIMS.find((claim) => claim.id === id)?.statement ?? '',
    ...(isJudged ? [recorded ?? '–'] : []),
    ...(isHere || !isJudged ? [verdict] : []),
  ]);
  const judged = [
    ...(isJudged ? ['recorded'] : []),
    ...(isHere ? ['in this run'] : isJudged ? [] : ['verdict']),
  ];
  return [
    ...answer.flatMap((sentence) => [sentence, '']),
    '**Test accuracy of the filter sweep.**',
    '',
    markdown(columns, rows, [1, 2, 3, 4]),
    '',
    '**The claims.**',
    '',
    markdown(['claim', 'statement', ...judged], verdicts, []),
  ].join('\n');
}

/** The README's picture. */
export const readmeChart = ({ models }: ReadmeResults): ChartSpec =>
  accuracyBySource(
    models.flatMap(({ model, here, recorded, published }): SourcedAccuracy[] =>
      (
        [
          ['published', published],
          ['recorded', recorded],
          ['here', here],
        ] as const
      ).flatMap(([source, figures]) => (figures ? [{ model, source, accuracy: figures.testAccuracy }] : [])),
    ),
  );

const percent = (share: number | undefined): string => (share === undefined ? '–' : formatPercent(share));

const withSeeds = (figures: ModelRow['here']): string =>
  figures ? `${percent(figures.testAccuracy)}${figures.seeds > 1 ? ` (${figures.seeds} seeds)` : ''}` : '–';

function markdown(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[],
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(columns),
    line(columns.map((_, i) => (right.includes(i) ? '---:' : ':---'))),
    ...rows.map(line),
  ].join('\n');
}

const MARKS = ['<!-- results: made by `npm run readme` -->', '<!-- end of results -->'] as const;

/**
 * The README with its results replaced.
 *
 * @throws Error where the marks that enclose them are missing
 */
export function withResults(readme: string, tables: string): string {
  const [start, end] = MARKS.map((mark) => readme.indexOf(mark));
  if (start === undefined || end === undefined || start < 0 || end < start)
    throw new Error(`README.md lacks the lines ${MARKS.join(' and ')}`);
  return `${readme.slice(0, start + MARKS[0].length)}\n\n${tables}\n\n${readme.slice(end)}`;
}
