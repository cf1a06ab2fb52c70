import type { TopLevelSpec } from 'vega-lite';
import { type ChartSpec, FRAME, PERCENT } from './chart-spec.js';

/** Cells with a larger share are dark and carry light text. */
const DARK_FROM = 0.45;
// The cells look the same on light and dark pages, so their text must not follow the page.
const LIGHT_TEXT = '#ffffff';
const DARK_TEXT = '#10151c';

/**
 * Which classes are mistaken for which?
 *
 * @param confusion counts, confusion[label][predicted]
 * @example
 * ```ts
 * import { confusionHeatmap, drawChart } from 'whyconv';
 *
 * const chart = confusionHeatmap([[8, 2], [3, 7]], ['cat', 'dog']); // rows: the images' own classes
 * (await drawChart(chart)).svg.includes('dog'); // => true
 * ```
 */
export function confusionHeatmap(
  confusion: readonly (readonly number[])[],
  classes: readonly string[],
): ChartSpec {
  const order = [...classes];
  return {
    ...FRAME,
    height: 32 * classes.length,
    data: { values: cellsOf(confusion, classes) },
    encoding: {
      x: { field: 'predicted', type: 'nominal', title: 'predicted', sort: order, axis: { labelAngle: -40 } },
      y: { field: 'label', type: 'nominal', title: 'true class', sort: order },
      tooltip: [
        { field: 'label', type: 'nominal', title: 'true class' },
        { field: 'predicted', type: 'nominal' },
        { field: 'images', type: 'quantitative', format: ',' },
        { field: 'share', type: 'quantitative', format: PERCENT, title: 'of the true class' },
      ],
    },
    layer: [
      {
        mark: { type: 'rect' },
        encoding: {
          color: {
            field: 'share',
            type: 'quantitative',
            title: 'percent of the true class',
            scale: { domain: [0, 1] },
            legend: { format: '.0%', titleLimit: 300 },
          },
        },
      },
      {
        transform: [{ filter: 'isValid(datum.share)' }, { calculate: '100 * datum.share', as: 'percent' }],
        mark: { type: 'text', fontSize: 11 },
        encoding: {
          text: { field: 'percent', type: 'quantitative', format: '.0f' },
          color: { condition: { test: `datum.share > ${DARK_FROM}`, value: LIGHT_TEXT }, value: DARK_TEXT },
        },
      },
    ],
  } satisfies TopLevelSpec;
}

/** One row per cell. The shares of a class without images are unknown, and its cells are not drawn. */
function cellsOf(confusion: readonly (readonly number[])[], classes: readonly string[]) {
  return confusion.flatMap((row, label) => {
    const total = row.reduce((sum, n) => sum + n, 0);
    return row.map((images, predicted) => ({
      label: classes[label] ?? String(label),
      predicted: classes[predicted] ?? String(predicted),
      images,
      share: total > 0 ? images / total : null,
    }));
  });
}
