// Not from the room's index, which would load the engine.
import { MODEL_NAMES, type ModelName } from '../models/architectures.js';
import { distinct } from './chart-spec.js';
import { CATEGORY_COLORS, MODEL_COLORS, SEQUENTIAL_RAMP } from './palette.js';

/** Shapes of points, one per series. */
export const SHAPES: readonly string[] = [
  'circle',
  'square',
  'triangle-up',
  'diamond',
  'triangle-down',
  'cross',
  'triangle-right',
  'triangle-left',
];

/** The first categories are too close to the architectures' own blue, orange and green: next to them, these come first. */
const AWAY_FROM_MODELS = [...CATEGORY_COLORS.slice(3), ...CATEGORY_COLORS.slice(0, 3)];

/** The study's models in its order, then all others in the order of appearance; each once. */
export function modelOrder(rows: readonly { readonly model: string }[]): string[] {
  const names = distinct(rows.map(({ model }) => model));
  return [...MODEL_NAMES.filter((name) => names.includes(name)), ...names.filter((name) => !isOfStudy(name))];
}

/**
 * The color and the shape of each model, so that either alone identifies it. A model of the study has the same ones in
 * every chart; others take what is left: colors repeat after six of them, shapes after eight models.
 */
export function modelScales(rows: readonly { readonly model: string }[]) {
  const domain = modelOrder(rows);
  const others = domain.filter((name) => !isOfStudy(name));
  const ofStudy = domain.filter(isOfStudy);
  const freeColors = ofStudy.length > 0 ? AWAY_FROM_MODELS : CATEGORY_COLORS;
  const freeShapes = SHAPES.filter((shape) => !ofStudy.some((name) => shapeOf(name) === shape));
  const pick = (free: readonly string[], name: string) => free[others.indexOf(name) % free.length]!;
  const color = (name: string) => (isOfStudy(name) ? MODEL_COLORS[name] : pick(freeColors, name));
  const shape = (name: string) => (isOfStudy(name) ? shapeOf(name) : pick(freeShapes, name));
  return {
    domain,
    color: { domain, range: domain.map(color) },
    shape: { domain, range: domain.map(shape) },
  };
}

export function isOfStudy(name: string): name is ModelName {
  return (MODEL_NAMES as readonly string[]).includes(name);
}

function shapeOf(name: ModelName): string {
  return SHAPES[MODEL_NAMES.indexOf(name)]!;
}

/** The encoding that colors layers from first to last. Depth is an order, so they share one hue, from pale to deep. */
export function layerColor(rows: readonly { readonly layer: string }[]) {
  const domain = distinct(rows.map(({ layer }) => layer));
  const range = domain.map((_, i) => rampColor(i / Math.max(1, domain.length - 1)));
  return {
    field: 'layer',
    type: 'ordinal' as const,
    title: 'layer',
    scale: { domain, range },
    sort: domain,
    legend: { columns: 4 },
  };
}

/** The color at a position from 0 to 1 along the ramp, without its palest step, which is hard to see as a line. */
function rampColor(position: number): string {
  const ramp = SEQUENTIAL_RAMP.slice(1);
  const at = position * (ramp.length - 1);
  const [from, to] = [ramp[Math.floor(at)]!, ramp[Math.ceil(at)]!];
  const channel = (hex: string, i: number) => Number.parseInt(hex.slice(1 + 2 * i, 3 + 2 * i), 16);
  const mixed = [0, 1, 2].map((i) => {
    const value = channel(from, i) + (at % 1) * (channel(to, i) - channel(from, i));
    return Math.round(value).toString(16).padStart(2, '0');
  });
  return `#${mixed.join('')}`;
}
