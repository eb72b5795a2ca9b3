import type { Initializer } from "./initializer.ts";

/**
 * The weight as a matrix [values that an output sums over, outputs]: its columns are orthogonal and of length `gain`, or
 * its rows where there are fewer of them. Uniform over all such matrices: Gram-Schmidt on normal numbers.
 *
 * @see Saxe, McClelland, Ganguli 2014, "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks"
 */
export const orthogonal: Initializer = {
  values: ({ weight: { shape }, stream, gain }) => {
    const columns = shape.at(-1)!;
    const rows = shape.slice(0, -1).reduce((product, size) => product * size, 1);
    const [count, length] = rows < columns ? [rows, columns] : [columns, rows];
    const vectors = orthonormalVectors(count, length, (index) => stream.normal(index));
    return (index) => {
      const row = Math.floor(index / columns);
      const column = index % columns;
      return gain * (rows < columns ? vectors[row]![column]! : vectors[column]![row]!);
    };
  },
};

function orthonormalVectors(count: number, length: number, value: (index: number) => number): Float64Array[] {
  const vectors: Float64Array[] = [];
  for (let number = 0; number < count; number++) {
    const vector = Float64Array.from({ length }, (_, i) => value(number * length + i));
    for (const other of vectors) {
      const share = dot(vector, other);
      for (let i = 0; i < length; i++) vector[i]! -= share * other[i]!;
    }
    const size = Math.sqrt(dot(vector, vector));
    vectors.push(vector.map((x) => x / size));
  }
  return vectors;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
