import { formatCount } from '../base/format.js';
// Not from the room's index, which would load the engine.
import { modelArithmetic } from '../models/arithmetic.js';
import { formatShape, type Shape } from '../models/shapes.js';
import type { LayerSpec, ModelSpec } from '../models/spec.js';
import { arrow, type Block, blockOf, DIAGRAM, drawBlock, drawing, svgText } from './diagram-block.js';
import { CHART_PALETTE, LAYER_COLORS } from './palette.js';

/**
 * A picture of the model from image (top) to logits (bottom), one row per layer, as a standalone SVG without scripts:
 * each block has the shape of the layer's output (height and width to scale, channels and units as square roots), each
 * bar the layer's share of the parameters. A page can restyle it through the CSS variables --diagram-panel,
 * --diagram-line, --diagram-ink and --diagram-soft; without them it is light.
 *
 * @example
 * ```ts
 * import { MODELS, modelDiagram } from 'whyconv';
 *
 * modelDiagram(MODELS.small).startsWith('<svg'); // => true
 * ```
 */
export function modelDiagram(spec: ModelSpec): string {
  const rows = rowsOf(spec);
  const total = rows.reduce((sum, row) => sum + row.parameters, 0);
  const parts: string[] = [];
  let y = HEADER;
  let previousBottom = 0;
  for (const row of rows) {
    const height = Math.max(MIN_ROW, row.block.height + ROW_GAP);
    const middle = y + height / 2;
    if (previousBottom > 0) {
      parts.push(arrow(BLOCK_X, previousBottom + 3, middle - row.block.height / 2 - 3));
    }
    parts.push(drawBlock(row.block, BLOCK_X, middle, row.color), rowLabels(row, middle, total));
    previousBottom = middle + row.block.height / 2;
    y += height;
  }
  const height = Math.ceil(y + FOOTER);
  return drawing(
    {
      width: WIDTH,
      height,
      title: `${spec.name}, ${formatCount(total)} parameters`,
      description: rows.map((row) => `${row.title}: ${row.detail}`).join('; '),
    },
    [
      svgText(20, 31, spec.name, { size: 17, weight: 650 }),
      svgText(WIDTH - 20, 31, `${formatCount(total)} parameters`, { size: 13, anchor: 'end', soft: true }),
      ...parts,
    ],
  );
}

const WIDTH = 440;
const HEADER = 46;
const FOOTER = 12;
const MIN_ROW = 52;
const ROW_GAP = 24;
const BLOCK_X = 88;
const LABEL_X = 178;
const BAR_WIDTH = WIDTH - LABEL_X - 20;

interface Row {
  readonly title: string;
  readonly detail: string;
  readonly parameters: number;
  readonly color: string;
  readonly block: Block;
}

/** The image, then the layers. Dropout, which keeps the shape, is named in the row of the layer before it. */
function rowsOf(spec: ModelSpec): Row[] {
  const image = row('image, values 0 to 1', spec.inputShape, 0, CHART_PALETTE.light.axis);
  const arithmetic = modelArithmetic(spec);
  const layers = spec.layers.flatMap((layer, i) => {
    if (layer.kind === 'dropout') return [];
    const next = spec.layers[i + 1];
    const dropout = next?.kind === 'dropout' ? `, dropout ${next.rate}` : '';
    const { outputShape, parameters } = arithmetic[i]!;
    const isLast = i === spec.layers.length - 1;
    return [row(titleOf(layer, isLast) + dropout, outputShape, parameters, LAYER_COLORS[layer.kind])];
  });
  return [image, ...layers];
}

function row(title: string, shape: Shape, parameters: number, color: string): Row {
  const detail =
    parameters > 0 ? `${formatShape(shape)} · ${formatCount(parameters)} parameters` : formatShape(shape);
  return { title, detail, parameters, color, block: blockOf(shape) };
}

function titleOf(layer: LayerSpec, isLast: boolean): string {
  const relu = 'activation' in layer && layer.activation === 'relu' ? ', ReLU' : '';
  switch (layer.kind) {
    case 'conv2d':
      return `conv ${layer.kernelSize} × ${layer.kernelSize}, ${layer.filters} filters${relu}`;
    case 'locallyConnected2d':
      return `local ${layer.kernelSize} × ${layer.kernelSize}, ${layer.filters} filters${relu}`;
    case 'dense':
      return `dense ${layer.units}${isLast ? ', logits' : relu}`;
    case 'maxPool2d':
      return `max-pool ${layer.size} × ${layer.size}`;
    case 'globalAveragePool2d':
      return 'global average pooling';
    case 'flatten':
      return 'flatten';
    case 'dropout':
      return `dropout ${layer.rate}`;
  }
}

function rowLabels(row: Row, middle: number, total: number): string {
  const hasBar = row.parameters > 0;
  const lift = hasBar ? 6 : 2;
  const lines = [
    svgText(LABEL_X, middle - lift, row.title, { size: 13, weight: 600 }),
    svgText(LABEL_X, middle - lift + 16, row.detail, { size: 12, soft: true }),
  ];
  if (hasBar) {
    const y = middle + 17;
    const width = Math.max(1, (BAR_WIDTH * row.parameters) / total);
    lines.push(
      `<rect x="${LABEL_X}" y="${y}" width="${BAR_WIDTH}" height="4" rx="2" fill="${DIAGRAM.line}"/>`,
      `<rect x="${LABEL_X}" y="${y}" width="${width.toFixed(1)}" height="4" rx="2" fill="${row.color}"/>`,
    );
  }
  return lines.join('\n');
}
