/** A matrix, row-major. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
}

const TOLERANCE = 1e-12;
const MOST_SWEEPS = 60;

/**
 * Singular values, largest first, min(rows, columns) of them, by one-sided Jacobi rotations (Hestenes 1958; Golub & Van
 * Loan, "Matrix Computations", 8.6.3): pairs of vectors are turned until all are orthogonal, and their lengths are
 * the singular values. Accurate to rounding for small ones too, which squaring into a Gram matrix is not. The vectors
 * are first made as short as they are many by a QR decomposition, which leaves the singular values (Drmač & Veselić 2008).
 */
export function singularValues(matrix: Matrix): Float64Array {
  const vectors = triangle(shorterSide(matrix));
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let turned = false;
    for (let p = 0; p < vectors.length - 1; p++) {
      for (let q = p + 1; q < vectors.length; q++) turned = orthogonalize(vectors[p]!, vectors[q]!) || turned;
    }
    if (!turned) break;
  }
  return Float64Array.from(vectors, (vector) => Math.sqrt(dot(vector, vector))).sort((a, b) => b - a);
}

/** The rows or the columns, whichever are fewer: both have the same singular values. */
function shorterSide({ rows, columns, data }: Matrix): Float64Array[] {
  if (data.length !== rows * columns) {
    throw new RangeError(`${data.length} values do not fill a ${rows} x ${columns} matrix`);
  }
  if (rows <= columns) {
    return Array.from({ length: rows }, (_, r) => data.slice(r * columns, (r + 1) * columns));
  }
  return Array.from({ length: columns }, (_, c) =>
    Float64Array.from({ length: rows }, (_, r) => data[r * columns + c]!),
  );
}

/**
 * Vectors with the same dot products, and so the same singular values, as many numbers long as there are vectors: R of
 * a QR decomposition by modified Gram-Schmidt, whose R is as exact as Householder's (Björck 1967). Changes its input.
 */
function triangle(vectors: Float64Array[]): Float64Array[] {
  const n = vectors.length;
  if (n === 0 || vectors[0]!.length <= n) return vectors;
  const short = vectors.map(() => new Float64Array(n));
  for (let p = 0; p < n; p++) {
    const pivot = vectors[p]!;
    const length = Math.sqrt(dot(pivot, pivot));
    short[p]![p] = length;
    if (length === 0) continue;
    for (let i = 0; i < pivot.length; i++) pivot[i]! /= length;
    for (let q = p + 1; q < n; q++) {
      const vector = vectors[q]!;
      const along = dot(pivot, vector);
      short[q]![p] = along;
      for (let i = 0; i < vector.length; i++) vector[i]! -= along * pivot[i]!;
    }
  }
  return short;
}

/** Turns the pair in place until it is orthogonal; false where it was already. */
function orthogonalize(a: Float64Array, b: Float64Array): boolean {
  const aa = dot(a, a);
  const bb = dot(b, b);
  const ab = dot(a, b);
  if (Math.abs(ab) <= TOLERANCE * Math.sqrt(aa * bb)) return false;
  const zeta = (bb - aa) / (2 * ab);
  const tangent = (zeta >= 0 ? 1 : -1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
  const cosine = 1 / Math.sqrt(1 + tangent * tangent);
  const sine = cosine * tangent;
  for (let i = 0; i < a.length; i++) {
    const left = a[i]!;
    const right = b[i]!;
    a[i] = cosine * left - sine * right;
    b[i] = sine * left + cosine * right;
  }
  return true;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
