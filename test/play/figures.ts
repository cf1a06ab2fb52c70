/** Figures as views make them, of small untrained networks. */
import { IMAGE_BYTES, pixelPermutation } from '../../src/data/index.js';
import type { ModelSpec } from '../../src/models/index.js';
import { withoutSharing } from '../../src/models/index.js';
import type {
  GuessFigure,
  MeasuredCurve,
  MoveFigure,
  PlayedImages,
  PlayedNetwork,
  ReachFigure,
  ScrambleFigure,
  TurnFigure,
} from '../../src/play/index.js';
import { deflated, keyFrames, pack } from '../../src/play/index.js';
import { flat, shapes, tiny, weightsOf } from './networks.js';

export const SPECS = { baseline: flat, LCN: withoutSharing(tiny), small: tiny } as const;
const COLORS = { baseline: 'model-baseline', LCN: 'category-4', small: 'model-small' } as const;

const networkOf = (name: keyof typeof SPECS, spec: ModelSpec = SPECS[name]): PlayedNetwork => ({
  key: Buffer.from(name).toString('hex'),
  name,
  color: COLORS[name],
  spec,
  parameters: 1_000,
  packed: pack(spec, weightsOf(spec), 'float16'),
});

const networks = [networkOf('baseline'), networkOf('LCN'), networkOf('small')];
export const IMAGES = 3;
const images: PlayedImages = {
  classes: shapes.classes,
  pixels: deflated(shapes.test.images.slice(0, IMAGES * IMAGE_BYTES)),
  labels: [...shapes.test.labels.subarray(0, IMAGES)],
  indices: [0, 1, 2],
};

const curves = (xs: readonly number[]): MeasuredCurve[] =>
  networks.map(({ name, color }, n) => ({
    name,
    color,
    points: xs.map((x, i) => ({ x, accuracy: 0.5 - 0.02 * i * (n + 1) })),
  }));

export const moveFigure: MoveFigure = {
  kind: 'move',
  networks,
  images,
  measured: { zero: curves([0, 1, 2, 4, 8]), wrap: curves([0, 1, 2, 4, 8]) },
};

const orders = [1, 2, 4, 8, 16, 32].map((side) => {
  const order = Uint16Array.from(pixelPermutation(0, side));
  return [String(side), deflated(new Uint8Array(order.buffer))] as const;
});

export const scrambleFigure: ScrambleFigure = {
  kind: 'scramble',
  networks: [
    ...networks,
    { ...networkOf('small'), key: 'abc', name: 'small, trained on such images', block: 4 },
  ],
  images,
  orders: Object.fromEntries(orders),
  measured: curves([1, 2, 4, 8, 32]),
};

export const turnFigure: TurnFigure = { kind: 'turn', networks, images };

export const reachFigure: ReachFigure = { kind: 'reach', networks, images };

export const guessFigure: GuessFigure = {
  kind: 'guess',
  networks: [],
  name: 'small',
  measured: curves([500, 1_000, 5_000]),
};

export const still = keyFrames(networks, [
  {
    label: 'in place',
    pixels: shapes.test.images.slice(0, IMAGE_BYTES),
    answers: networks.map(() => ({ answer: 'disk', probability: 0.4, right: true })),
  },
]);
