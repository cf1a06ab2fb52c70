import fc from 'fast-check';
import { random } from '../../../src/base/random.js';

export type Pad = 'same' | 'valid';

/** The sizes of a convolution. */
export interface Case {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernel: [number, number];
  readonly stride: number;
  readonly pad: Pad;
}

/** Output sizes and padding by TensorFlow's documentation, independent of the code under test. */
function outputSize(
  input: number,
  kernel: number,
  stride: number,
  pad: Pad,
): { output: number; before: number } {
  if (pad === 'valid') return { output: Math.ceil((input - kernel + 1) / stride), before: 0 };
  const output = Math.ceil(input / stride);
  const total = Math.max((output - 1) * stride + kernel - input, 0);
  return { output, before: Math.floor(total / 2) };
}

export type Operands = ReturnType<typeof operands>;

/** An input x of the convolution and a gradient dy with respect to its output, drawn from the seed. */
export function operands(c: Case, seed: number) {
  const rows = outputSize(c.height, c.kernel[0], c.stride, c.pad);
  const columns = outputSize(c.width, c.kernel[1], c.stride, c.pad);
  const xShape: [number, number, number, number] = [c.batch, c.height, c.width, c.inChannels];
  const dyShape: [number, number, number, number] = [c.batch, rows.output, columns.output, c.outChannels];
  const draw = (shape: number[], label: string) => {
    const rng = random(seed, label);
    return Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => rng.normal());
  };
  return { x: draw(xShape, 'x'), dy: draw(dyShape, 'dy'), xShape, dyShape, rows, columns };
}

/**
 * The convolution's definition, as loops: visits the indices into x, dy and the filter of every input pixel that meets an
 * output pixel, channel by channel.
 */
export function eachProduct(
  c: Case,
  { dyShape, rows, columns }: Operands,
  visit: (x: number, dy: number, w: number) => void,
): void {
  const [kh, kw] = c.kernel;
  const [, outRows, outColumns] = dyShape;
  for (let n = 0; n < c.batch; n++)
    for (let r = 0; r < outRows; r++)
      for (let s = 0; s < outColumns; s++)
        for (let a = 0; a < kh; a++)
          for (let b = 0; b < kw; b++) {
            const row = r * c.stride + a - rows.before;
            const column = s * c.stride + b - columns.before;
            if (row < 0 || row >= c.height || column < 0 || column >= c.width) continue;
            for (let i = 0; i < c.inChannels; i++)
              for (let o = 0; o < c.outChannels; o++)
                visit(
                  ((n * c.height + row) * c.width + column) * c.inChannels + i,
                  ((n * outRows + r) * outColumns + s) * c.outChannels + o,
                  ((a * kw + b) * c.inChannels + i) * c.outChannels + o,
                );
          }
}

export const typical: Case = {
  batch: 4,
  height: 9,
  width: 7,
  inChannels: 3,
  outChannels: 5,
  kernel: [3, 3],
  stride: 1,
  pad: 'same',
};

export const anyCase: fc.Arbitrary<Case> = fc
  .record({
    batch: fc.integer({ min: 1, max: 5 }),
    height: fc.integer({ min: 1, max: 11 }),
    width: fc.integer({ min: 1, max: 11 }),
    inChannels: fc.integer({ min: 1, max: 6 }),
    outChannels: fc.integer({ min: 1, max: 6 }),
    kernel: fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })),
    stride: fc.integer({ min: 1, max: 3 }),
    pad: fc.constantFrom<Pad>('same', 'valid'),
  })
  .filter((c) => c.pad === 'same' || (c.kernel[0] <= c.height && c.kernel[1] <= c.width));
