import { formatContrast, mean } from '../analysis/index.js';
import { formatPercent } from '../base/format.js';
import { equivarianceByShift } from '../charts/index.js';
import {
  basisInWords,
  type EquivarianceOver,
  equivarianceOf,
  equivarianceOver,
  formatRelative,
  ROUNDING,
} from '../claims/index.js';
import type { EquivarianceRun, LayerEquivariance } from '../lab/index.js';
import type { FigureOptions, Prediction, TableView } from '../notebook/show.js';
import type { Statement } from './compared.js';
import { isAbove } from './sources.js';

const over = (runs: readonly EquivarianceRun[]): EquivarianceOver =>
  equivarianceOver(runs.map(({ seed, rows }) => ({ seed, value: equivarianceOf(rows) })));

/** One layer at one shift, over the runs. */
interface LayerOver extends Pick<LayerEquivariance, 'layer' | 'stride' | 'shift' | 'error' | 'change'> {
  /** Of the errors. */
  readonly largest: number;
}

/** Means over the runs, which have the same layers and shifts. */
const layersOver = (runs: readonly EquivarianceRun[]): LayerOver[] =>
  runs[0]!.rows.map(({ layer, stride, shift }, i) => {
    const errors = runs.map(({ rows }) => rows[i]!.error);
    const change = mean(runs.map(({ rows }) => rows[i]!.change));
    return { layer, stride, shift, error: mean(errors), change, largest: Math.max(...errors) };
  });

/** Do the features move with the image? @param runs of one network */
export function equivarianceView(runs: readonly EquivarianceRun[], model: string): FigureOptions {
  const { beforePooling, wholeStrides, otherShifts } = over(runs);
  return {
    chart: equivarianceByShift(
      layersOver(runs).map(({ layer, stride, shift, error }) => ({ layer, stride, shift, error })),
    ),
    caption:
      `Do the features of \`${model}\` move with the image? Away from borders, the relative error before any pooling is at most ` +
      `${formatRelative(beforePooling)}; after pooling it is at most ${formatRelative(wholeStrides)} for shifts by a multiple of the stride, ` +
      `and at least ${otherShifts.toFixed(2)} for all others.`,
    alt: 'Relative equivariance error against the shift in pixels, one line per layer.',
  };
}

/** What a shift does to each layer. */
export function equivarianceTable(runs: readonly EquivarianceRun[]): TableView {
  const rows = layersOver(runs);
  const layers = [...new Set(rows.map(({ layer }) => layer))];
  const { changeBefore, changeAfter } = over(runs);
  const means = runs.length > 1 ? `Means over ${runs.length} seeds, the largest errors of all of them. ` : '';
  return {
    caption:
      `${means}Away from borders, where deep layers have little room left. A shift by one pixel changes the features in place by ` +
      `${formatPercent(changeBefore)} just before the first pooling and by ${formatPercent(changeAfter)} just after it.`,
    rows: layers.map((layer) => {
      const ofLayer = rows.filter((row) => row.layer === layer);
      const [{ stride, error, change }] = ofLayer as [LayerOver];
      const whole = ofLayer.filter(({ shift }) => shift % stride === 0).map((row) => row.largest);
      return {
        layer,
        'stride, pixels': stride,
        'shifts measured': `1 to ${Math.max(...ofLayer.map(({ shift }) => shift))}`,
        'largest error, whole strides': whole.length > 0 ? formatRelative(Math.max(...whole)) : '–',
        'error, 1 pixel': formatPercent(error),
        'change in place, 1 pixel': formatPercent(change),
      };
    }),
  };
}

/** The predictions on equivariance, settled by every layer and shift of the runs of one network. */
export function equivariancePredictions(runs: readonly EquivarianceRun[]): Prediction[] {
  const { beforePooling, wholeStrides, otherShifts, saved } = over(runs);
  return [
    {
      text: 'P1. Before any pooling, features follow every shift to within rounding; after pooling, only shifts by a multiple of the stride.',
      held: Math.max(beforePooling, wholeStrides) < ROUNDING && otherShifts > ROUNDING,
      because:
        `relative error: at most ${formatRelative(beforePooling)} before pooling, at most ${formatRelative(wholeStrides)} after it for ` +
        `whole strides, at least ${formatRelative(otherShifts)} for others`,
    },
    {
      text: 'P2. A shift by one pixel changes the features in place less after the first pooling than before it.',
      held: isAbove(saved),
      because: `change before − change after: ${formatContrast(saved)}`,
    },
  ];
}

/** Where equivariance is exact, and what pooling does to features in place, as a statement. */
export function equivarianceReading(runs: readonly EquivarianceRun[]): Statement {
  const { beforePooling, wholeStrides, otherShifts, saved } = over(runs);
  const exact = (error: number) => (error < ROUNDING ? 'exact to within rounding' : 'not exact');
  const less =
    saved.low > 0
      ? 'less than before: pooling gives some invariance'
      : saved.high < 0
        ? 'more than before: pooling gives no invariance'
        : 'neither clearly less nor clearly more than before';
  return {
    text:
      `Before pooling, equivariance is ${exact(beforePooling)}; after it, ${exact(wholeStrides)} for whole strides and ` +
      `${exact(otherShifts)} for other shifts. Just after the first pooling one pixel changes the features in place ${less} ` +
      `(before − after: ${formatContrast(saved)}). This rests on ${basisInWords(saved)}.`,
    // Of other quantities than accuracies: no basis of the chapter.
    contrasts: [],
  };
}
