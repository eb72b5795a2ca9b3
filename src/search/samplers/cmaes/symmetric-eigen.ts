/** A symmetric matrix as vectors and values: the sum of value * vector * vectorᵀ. */
export interface Eigen {
  /** [n] */
  readonly values: Float64Array;
  /** [n, n], one vector per column. */
  readonly vectors: Float64Array;
}

/** Rotations shrink what is off the diagonal quadratically: so many rounds are never needed. */
const mostSweeps = 60;

/**
 * Eigenvalues and vectors by Jacobi's rotations: for the few dozen parameters of a search simple and accurate enough.
 *
 * @param matrix [n, n], symmetric
 * @see Golub, Van Loan 2013, "Matrix Computations", 8.5
 */
export function symmetricEigen(matrix: Float64Array, n: number): Eigen {
  const a = Float64Array.from(matrix);
  const vectors = Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0));
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    let rotated = false;
    for (let p = 0; p < n - 1; p++) {
      for (let q = p + 1; q < n; q++) {
        const off = a[p * n + q]!;
        if (Math.abs(off) <= 1e-16 * Math.sqrt(Math.abs(a[p * n + p]! * a[q * n + q]!))) continue;
        rotated = true;
        const theta = (a[q * n + q]! - a[p * n + p]!) / (2 * off);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const cosine = 1 / Math.sqrt(t * t + 1);
        rotate(a, vectors, { n, p, q, cosine, sine: t * cosine });
      }
    }
    if (!rotated) break;
  }
  return { values: Float64Array.from({ length: n }, (_, i) => a[i * n + i]!), vectors };
}

interface Rotation {
  readonly n: number;
  readonly p: number;
  readonly q: number;
  readonly cosine: number;
  readonly sine: number;
}

function rotate(a: Float64Array, vectors: Float64Array, { n, p, q, cosine, sine }: Rotation): void {
  const turn = (values: Float64Array, i: number, j: number) => {
    const x = values[i]!;
    const y = values[j]!;
    values[i] = cosine * x - sine * y;
    values[j] = sine * x + cosine * y;
  };
  for (let k = 0; k < n; k++) turn(a, k * n + p, k * n + q);
  for (let k = 0; k < n; k++) turn(a, p * n + k, q * n + k);
  for (let k = 0; k < n; k++) turn(vectors, k * n + p, k * n + q);
}
