/** Triangular factors of symmetric positive definite matrices. Matrices are [n, n], row after row; of them the lower triangle counts. */

/**
 * The lower triangular factor of a matrix, in its place; what is above the diagonal stays.
 *
 * @returns false when rounding leaves the matrix not positive definite
 */
export function factorise(matrix: Float64Array, n: number): boolean {
  for (let row = 0; row < n; row++) {
    const start = row * n;
    for (let column = 0; column <= row; column++) {
      const other = column * n;
      let sum = matrix[start + column]!;
      for (let k = 0; k < column; k++) sum -= matrix[start + k]! * matrix[other + k]!;
      if (column < row) matrix[start + column] = sum / matrix[other + column]!;
      else if (sum > 0) matrix[start + row] = Math.sqrt(sum);
      else return false;
    }
  }
  return true;
}

/** The inverse of a lower triangular factor; zero above the diagonal. */
export function invertFactor(factor: Float64Array, n: number): Float64Array {
  const inverse = new Float64Array(n * n);
  for (let row = 0; row < n; row++) {
    const start = row * n;
    const scale = 1 / factor[start + row]!;
    // Whole rows are added to each other: memory is read in the order in which it lies.
    for (let k = 0; k < row; k++) {
      const weight = factor[start + k]! * scale;
      if (weight === 0) continue;
      const other = k * n;
      for (let column = 0; column <= k; column++)
        inverse[start + column]! -= weight * inverse[other + column]!;
    }
    inverse[start + row] = scale;
  }
  return inverse;
}

/** The lower triangle of the inverse of a matrix, from the inverse of its factor. */
export function inverseFromFactor(inverseFactor: Float64Array, n: number): Float64Array {
  const inverse = new Float64Array(n * n);
  for (let k = 0; k < n; k++) {
    const from = k * n;
    for (let row = 0; row <= k; row++) {
      const weight = inverseFactor[from + row]!;
      const start = row * n;
      for (let column = 0; column <= row; column++) {
        inverse[start + column]! += weight * inverseFactor[from + column]!;
      }
    }
  }
  return inverse;
}

/** The product of a lower triangular matrix and a vector. */
export function multiplyLower(lower: Float64Array, vector: Float64Array, out: Float64Array): void {
  const n = vector.length;
  for (let row = 0; row < n; row++) {
    const start = row * n;
    let sum = 0;
    for (let column = 0; column <= row; column++) sum += lower[start + column]! * vector[column]!;
    out[row] = sum;
  }
}

/** As `multiplyLower`, by the transposed matrix. */
export function multiplyTransposed(lower: Float64Array, vector: Float64Array, out: Float64Array): void {
  const n = vector.length;
  out.fill(0);
  for (let row = 0; row < n; row++) {
    const start = row * n;
    const weight = vector[row]!;
    for (let column = 0; column <= row; column++) out[column]! += weight * lower[start + column]!;
  }
}
