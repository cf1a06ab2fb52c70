/** One of ten shapes: whether the point (u, v) is covered. The shape's own square is |u| <= 1, |v| <= 1, v downwards. */
export interface Shape {
  readonly name: string;
  covers(u: number, v: number): boolean;
}

/** Half the width of the bars of a cross. */
const ARM = 0.33;
/** Stripes, fields and dots across the square. */
const PERIODS = 3;
const STAR_POINTS = 5;
const STAR_INNER = 0.42;

const inSquare = (u: number, v: number) => Math.abs(u) <= 0.9 && Math.abs(v) <= 0.9;
/** Which of the `2 * PERIODS` stripes of the square a coordinate lies in. */
const stripe = (x: number) => Math.floor(((x + 1) / 2) * 2 * PERIODS);

/** The ten classes in the order of their labels. */
export const SHAPES: readonly Shape[] = [
  { name: 'circle', covers: (u, v) => u * u + v * v <= 1 },
  { name: 'square', covers: inSquare },
  { name: 'triangle', covers: (u, v) => v <= 0.8 && v >= -1 && Math.abs(u) <= (v + 1) / 1.8 },
  {
    name: 'cross',
    covers: (u, v) => Math.max(Math.abs(u), Math.abs(v)) <= 1 && Math.min(Math.abs(u), Math.abs(v)) <= ARM,
  },
  {
    name: 'ring',
    covers: (u, v) => {
      const r = u * u + v * v;
      return r <= 1 && r >= 0.3;
    },
  },
  { name: 'star', covers: (u, v) => Math.hypot(u, v) <= starRadius(Math.atan2(u, -v)) },
  { name: 'horizontal bars', covers: (u, v) => inSquare(u, v) && stripe(v) % 2 === 0 },
  { name: 'vertical bars', covers: (u, v) => inSquare(u, v) && stripe(u) % 2 === 0 },
  { name: 'checker', covers: (u, v) => inSquare(u, v) && (stripe(u) + stripe(v)) % 2 === 0 },
  { name: 'dots', covers: (u, v) => inSquare(u, v) && Math.hypot(dotOffset(u), dotOffset(v)) <= 0.62 },
];

/** Distance from the nearest of PERIODS dot centres along one axis, 1 being halfway to the next. */
function dotOffset(x: number): number {
  const phase = ((x + 1) / 2) * PERIODS;
  return 2 * (phase - Math.floor(phase)) - 1;
}

/** Radius of the five-pointed star in a direction, 0 being up: straight edges from tip (1) to notch (STAR_INNER). */
function starRadius(angle: number): number {
  const half = Math.PI / STAR_POINTS;
  const turn = ((angle % (2 * half)) + 2 * half) % (2 * half);
  const t = Math.min(turn, 2 * half - turn);
  return (STAR_INNER * Math.sin(half)) / (Math.sin(half - t) * STAR_INNER + Math.sin(t));
}
