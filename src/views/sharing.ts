import {
  bestByValidation,
  type Comparisons,
  type ConditionResult,
  type Contrast,
  formatContrast,
} from '../analysis/index.js';
import { formatCount, formatPercent } from '../base/format.js';
import { accuracyByModel } from '../charts/index.js';
import { imagesOf } from '../claims/index.js';
import type { Prediction, View } from '../notebook/show.js';
import {
  ahead,
  BASELINE,
  BASELINE_LOW_RATE,
  CNN,
  inWords,
  LCN,
  LCN_MIDDLE_RATE,
  NOTHING_TO_COMPARE,
  percentWithInterval,
  pick,
  pointsWithInterval,
  type Statement,
  shortName,
  withInterval,
} from './compared.js';
import { isAbove } from './sources.js';

/** The three kinds of network on the same images; those without weight sharing at two rates. */
export interface SharingResults {
  /** Every condition of the experiment. */
  readonly all: readonly ConditionResult[];
  /** The CNN. */
  readonly shared: ConditionResult;
  /** At the better of their two rates, by validation accuracy. */
  readonly lcn: ConditionResult;
  /** At the better of its two rates. */
  readonly baseline: ConditionResult;
  /** LCN − baseline: local windows without sharing, with the depth, pooling and averaging head of the CNN. */
  readonly locality: Contrast;
  /** Shared − LCN. */
  readonly sharing: Contrast;
}

/**
 * The three kinds of network, from runs.
 *
 * @param results of the experiment `weightSharing`
 * @returns undefined where some did not finish
 */
export function sharingResults(
  results: readonly ConditionResult[],
  compare: Comparisons,
): SharingResults | undefined {
  const found = pick(results, {
    baseline: BASELINE,
    baselineLow: BASELINE_LOW_RATE,
    lcn: LCN,
    lcnMiddle: LCN_MIDDLE_RATE,
    shared: CNN,
  });
  if (!found) return undefined;
  const { shared } = found;
  const [lcn, baseline] = [
    bestByValidation([found.lcn, found.lcnMiddle])!,
    bestByValidation([found.baseline, found.baselineLow])!,
  ];
  return {
    all: Object.values(found),
    shared,
    lcn,
    baseline,
    locality: compare.difference(lcn, baseline),
    sharing: compare.difference(shared, lcn),
  };
}

/** What does sharing bring, and what everything else that a CNN has? */
export function sharingView(found: SharingResults | undefined, compare: Comparisons): View {
  if (!found) return NOTHING_TO_COMPARE;
  const { all, shared, locality, sharing } = found;
  return {
    chart: accuracyByModel(
      all.map((result) => ({ model: shortName(result), ...withInterval(compare.accuracy(result)) })),
    ),
    caption:
      `What does weight sharing bring, and what local windows, depth and pooling without it? On ${imagesOf(shared)}, networks without ` +
      `sharing at the better of their two rates: sharing (\`small\` − LCN) ${formatContrast(sharing)}; all the rest (LCN − baseline) ` +
      `${formatContrast(locality)}.`,
    alt: 'Test accuracy of the baseline and of the locally connected network, each at two learning rates, and of the CNN.',
  };
}

/** The same networks with what they cost. */
export function sharingTable(found: SharingResults | undefined, compare: Comparisons): View {
  if (!found) return NOTHING_TO_COMPARE;
  return {
    caption: `All networks on the same ${imagesOf(found.shared)}. The gap is train minus validation accuracy.`,
    rows: found.all.map((result) => ({
      network: shortName(result),
      'sees neighbors only': result.condition.head === 'dense' ? 'no' : 'yes',
      'shares weights': result === found.shared ? 'yes' : 'no',
      parameters: formatCount(result.parameters),
      'MFLOPs per image': (result.flops / 1e6).toFixed(2),
      train: formatPercent(result.trainAccuracy.mean),
      test: percentWithInterval(compare.accuracy(result)),
      'gap, points': pointsWithInterval(compare.gap(result)),
    })),
  };
}

/** Whether the number of parameters orders the networks as their accuracy does. */
export function capacityReading(found: SharingResults | undefined): string {
  if (!found) return NOTHING_TO_COMPARE;
  const { shared, lcn, baseline, locality, sharing } = found;
  const times = (a: number, b: number) => (a / b).toFixed(a / b < 10 ? 1 : 0);
  return (
    `Does size explain this? The LCN has ${times(lcn.parameters, baseline.parameters)} times the parameters of the baseline and ` +
    `differs from it by ${formatContrast(locality)}. It has ${times(lcn.parameters, shared.parameters)} times the parameters of ` +
    `\`small\` and ${times(lcn.flops, shared.flops)} times its operations per image; \`small\` differs from it by ` +
    `${formatContrast(sharing)}. ${orderReading([shared, lcn, baseline])}`
  );
}

/** Whether more parameters go with more accuracy. */
function orderReading(networks: readonly ConditionResult[]): string {
  const bySize = [...networks].sort((a, b) => a.parameters - b.parameters);
  const rises = bySize.every(
    ({ testAccuracy }, i) => i === 0 || testAccuracy.mean > bySize[i - 1]!.testAccuracy.mean,
  );
  return rises
    ? 'The order by size is the order by accuracy: size may explain it.'
    : 'The order by size is not the order by accuracy: size does not explain it.';
}

/** The predictions on locality and sharing, settled; open where there is nothing to compare. */
export const sharingPredictions = (found: SharingResults | undefined): Prediction[] => [
  {
    text: 'P3. The CNN is ahead of the same network without weight sharing, at the better rate of the latter.',
    held: found ? isAbove(found.sharing) : null,
    because: found
      ? `\`small\` − ${shortName(found.lcn)}: ${formatContrast(found.sharing)}`
      : NOTHING_TO_COMPARE,
  },
  {
    text: 'P4. The LCN, local without sharing, is ahead of the baseline, each at its better rate.',
    held: found ? isAbove(found.locality) : null,
    because: found
      ? `${shortName(found.lcn)} − ${shortName(found.baseline)}: ${formatContrast(found.locality)}`
      : NOTHING_TO_COMPARE,
  },
];

/** What locality and what sharing is worth, as a statement; undefined where there is nothing to compare. */
export function sharingReading(found: SharingResults | undefined): Statement | undefined {
  if (!found) return undefined;
  const { shared, lcn, baseline, locality, sharing } = found;
  return {
    text:
      `On ${imagesOf(shared)}, ${ahead(sharing, inWords(shared), inWords(lcn))}, and ` +
      `${ahead(locality, inWords(lcn), inWords(baseline))}.`,
    contrasts: [sharing, locality],
  };
}
