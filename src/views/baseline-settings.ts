import {
  type ConditionResult,
  type Contrast,
  comparisonsWith,
  formatContrast,
  formatPoints,
  term,
  unvaried,
} from '../analysis/index.js';
import { formatPercent } from '../base/format.js';
import { accuracyByModel } from '../charts/index.js';
import type { FigureOptions, Prediction, TableView } from '../notebook/show.js';
import { type Condition, type ProtocolName, PUBLISHED } from '../study/index.js';
import { accuracyCell, bySource, hereOf, isAbove, orDash, recordedOf, type Sources } from './sources.js';

/** How each protocol is called in the chapter on the baseline. */
const PROTOCOL_WORDS = {
  fast: 'fast',
  fastLowRate: 'fast, low rate',
  replication: 'replication',
  sevenEpochs: 'seven epochs',
} as const satisfies Partial<Record<ProtocolName, string>>;

type BaselineProtocol = keyof typeof PROTOCOL_WORDS;

/** Rate after both hidden layers in public repetitions of the original study. */
const DROPOUT = 0.3;

/** The baseline, trained one way or another. */
interface BaselineSetting {
  readonly name: string;
  readonly query: Partial<Condition>;
}

const settingOf = (protocol: BaselineProtocol, dropout: number): BaselineSetting => ({
  name: `${PROTOCOL_WORDS[protocol]}${dropout > 0 ? `, dropout ${dropout}` : ''}`,
  query: { ...unvaried('baseline'), protocol, dropout },
});

const SETTINGS = (Object.keys(PROTOCOL_WORDS) as BaselineProtocol[]).flatMap((protocol) =>
  [0, DROPOUT].map((dropout) => settingOf(protocol, dropout)),
);
/** Dropout and budget as in public repetitions. */
const REPEATED = settingOf('sevenEpochs', DROPOUT).name;

interface MeasuredSetting {
  readonly name: string;
  readonly result: ConditionResult;
  /** Test accuracy minus the published one. */
  readonly off: Contrast;
}

/** The settings that were trained here, with the distance of each from the published figure. */
export function measuredSettings(sources: Sources): MeasuredSetting[] {
  const { contrast } = comparisonsWith(sources.spread);
  return SETTINGS.flatMap(({ name, query }) => {
    const result = hereOf(sources, query);
    return result ? [{ name, result, off: contrast([term(result, 1)], published.testAccuracy) }] : [];
  });
}

const published = PUBLISHED.baseline;

const nearestOf = (settings: readonly MeasuredSetting[]): MeasuredSetting | undefined =>
  settings.reduce<MeasuredSetting | undefined>(
    (best, setting) =>
      best && Math.abs(best.off.estimate) <= Math.abs(setting.off.estimate) ? best : setting,
    undefined,
  );

/** How much does training decide, with the architecture unchanged? Throws TypeError where no setting was trained here. */
export function settingsView(sources: Sources): FigureOptions {
  const settings = measuredSettings(sources);
  const [high, low] = [0, 1].map((end) =>
    settings.reduce((a, b) =>
      a.result.testAccuracy.mean > b.result.testAccuracy.mean === (end === 0) ? a : b,
    ),
  ) as [MeasuredSetting, MeasuredSetting];
  const at = ({ name, result }: MeasuredSetting) => `${formatPercent(result.testAccuracy.mean)} (${name})`;
  return {
    chart: accuracyByModel(
      settings.map(({ name, result: { testAccuracy } }) => ({
        model: name,
        accuracy: testAccuracy.mean,
        low: testAccuracy.low,
        high: testAccuracy.high,
        ...(sources.cifar10 && { published: published.testAccuracy }),
      })),
    ),
    caption:
      `How much does training decide, with the architecture unchanged? From ${at(low)} to ${at(high)}.` +
      `${sources.cifar10 ? ` The diamonds are the published ${formatPercent(published.testAccuracy)}.` : ''}`,
    alt: 'Test accuracy of the baseline by protocol, with and without dropout.',
  };
}

/** The baseline in each setting, here and recorded, next to the published figures. */
export function settingsTable(sources: Sources): TableView {
  const rows = SETTINGS.flatMap(({ name, query }) => {
    const [here, recorded] = [hereOf(sources, query), recordedOf(sources, query)];
    const any = here ?? recorded;
    if (!any) return [];
    const cells = (pick: (result: ConditionResult) => string) =>
      bySource(sources.own, { here, recorded }, pick);
    const { epochs, patience } = any.condition;
    return [
      {
        setting: name,
        epochs: patience === null ? `${epochs}` : `at most ${epochs}`,
        'peak validation': cells((result) => accuracyCell(result.peakValidationAccuracy)),
        test: cells((result) => accuracyCell(result.testAccuracy)),
        'test loss': cells((result) => result.testLoss.mean.toFixed(3)),
        ...(sources.cifar10 && {
          'test − published, points': orDash(here, ({ testAccuracy }) =>
            formatPoints(testAccuracy.mean - published.testAccuracy),
          ),
        }),
      },
    ];
  });
  const figures =
    `Published: peak validation accuracy ${formatPercent(published.peakValidationAccuracy)}, test accuracy ` +
    `${formatPercent(published.testAccuracy)}, test loss ${orDash(published.testLoss, (loss) => loss.toFixed(3))}.`;
  return {
    rows,
    align: { setting: 'left', epochs: 'right' },
    caption: `The same architecture in every row; dropout has no parameters.${sources.cifar10 ? ` ${figures}` : ''}`,
  };
}

/** What the short budget and dropout change, and which setting the published figure is consistent with. */
export function settingsReading(sources: Sources): string {
  const { difference } = comparisonsWith(sources.spread);
  const result = (protocol: BaselineProtocol, dropout: number) =>
    hereOf(sources, settingOf(protocol, dropout).query);
  const dropoutUnder = (protocol: BaselineProtocol) =>
    [result(protocol, DROPOUT), result(protocol, 0)] as const;
  const changes = [
    [
      'at most seven epochs, fewer training images and no one-cycle schedule, against the fast protocol at the low rate',
      [result('sevenEpochs', 0), result('fastLowRate', 0)],
    ],
    ['dropout 0.3 in seven epochs', dropoutUnder('sevenEpochs')],
    ['dropout 0.3 under the fast protocol', dropoutUnder('fast')],
    ['dropout 0.3 under the replication protocol', dropoutUnder('replication')],
  ] as const;
  const shown = changes.flatMap(([name, [changed, usual]]) =>
    changed && usual ? [`${name} ${formatContrast(difference(changed, usual))}`] : [],
  );
  const effects = `What changes do to the test accuracy: ${shown.join('; ')}.`;
  return [...(shown.length > 0 ? [effects] : []), nearestReading(sources)].join(' ');
}

function nearestReading(sources: Sources): string {
  if (!sources.cifar10)
    return 'Which setting the published figure is consistent with, only CIFAR-10 can say: these images are others.';
  const nearest = nearestOf(measuredSettings(sources));
  if (!nearest) return 'No setting of the baseline has a finished run.';
  const figure = formatPercent(published.testAccuracy);
  const where = `Nearest to the published ${figure} is **${nearest.name}**, ${formatContrast(nearest.off)} from it`;
  return isAbove(nearest.off) === null
    ? `${where}: this accuracy is consistent with the setting. ${otherFigures(nearest)}`
    : `${where}: none of these settings reproduces the published figure.`;
}

/** What else was published of it: a setting may explain one figure and not the others. */
function otherFigures({ result: { peakValidationAccuracy, testLoss } }: MeasuredSetting): string {
  const peak =
    `its peak validation accuracy is ${accuracyCell(peakValidationAccuracy)}, published ` +
    `${formatPercent(published.peakValidationAccuracy)}`;
  const loss =
    published.testLoss === null
      ? ''
      : `; its test loss is ${testLoss.mean.toFixed(3)}, published ${published.testLoss.toFixed(3)}`;
  return `Of the other figures, ${peak}${loss}.`;
}

export function settingPrediction(sources: Sources, id: string): Prediction {
  const settings = measuredSettings(sources);
  const nearest = nearestOf(settings);
  const isTried = settings.some(({ name }) => name === REPEATED) && settings.length > 1;
  return {
    text: `${id}. Dropout 0.3 together with seven epochs comes nearer to the published test accuracy than any other setting.`,
    held: sources.cifar10 && isTried ? nearest?.name === REPEATED : null,
    because: !sources.cifar10
      ? 'published figures are about CIFAR-10 only'
      : nearest
        ? `nearest: ${nearest.name}, ${formatPoints(nearest.off.estimate)} points`
        : 'no finished runs',
  };
}
