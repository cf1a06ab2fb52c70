import { type ConditionResult, type Contrast, formatContrast } from '../analysis/index.js';
import { everyAbove, type Finding, missing } from './claim.js';
import { WIDTHS } from './networks.js';
import { basisOf } from './reading.js';

/** What is compared along the widths. */
export interface Quantity {
  /** "test accuracy" */
  readonly name: string;
  change(wider: ConditionResult, narrower: ConditionResult): Contrast;
}

/**
 * Whether a quantity rises with each step to a wider network: all steps must, and one that falls refutes. With a width missing
 * the others can refute or indicate, not support.
 *
 * @param widths narrow to wide; each step is over the seeds that both have
 * @param alongside shown next to the quantity that decides
 */
export function risesWithWidth(
  widths: readonly ConditionResult[],
  decides: Quantity,
  alongside?: Quantity,
): Finding {
  if (widths.length < 2) return missing('two widths with a seed in common');
  const steps = stepsOf(widths, decides);
  const others = alongside ? stepsOf(widths, alongside) : {};
  const isWhole = widths.length === WIDTHS.length;
  const partial = isWhole ? '' : ` Only ${widths.length} of ${WIDTHS.length} widths have finished runs.`;
  const shown = alongside ? ` ${changeOf(alongside, others)}.` : '';
  return {
    ...everyAbove(steps),
    partial: !isWhole,
    seedsDecide: isWhole || Object.values(steps).some(({ estimate }) => estimate < 0),
    reading: `${changeOf(decides, steps)} ${basisOf(...Object.values(steps))}.${shown}${partial}`,
    ...(alongside && {
      context: Object.fromEntries(
        Object.entries(others).map(([name, step]) => [`${name}, ${alongside.name}`, step]),
      ),
    }),
    results: widths,
  };
}

const stepsOf = (widths: readonly ConditionResult[], { change }: Quantity): Record<string, Contrast> =>
  Object.fromEntries(
    widths.slice(1).map((wider, i) => {
      const narrower = widths[i]!;
      return [`${narrower.condition.model} → ${wider.condition.model}`, change(wider, narrower)];
    }),
  );

const changeOf = ({ name }: Quantity, steps: Readonly<Record<string, Contrast>>): string =>
  `Change of ${name}: ${Object.entries(steps)
    .map(([step, change]) => `${step} ${formatContrast(change)}`)
    .join('; ')}`;
