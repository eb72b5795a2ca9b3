/**
 * Columns that give the target away by themselves. For classes each is cut into pieces of equally many examples, or into
 * its names, and what half of the examples say of each piece is held against the other half; values are held against
 * their neighbours. No honest measurement is that good alone.
 */
import type { Dataset, Split } from "../dataset.ts";

export interface LeakSuspect {
  /** Index of the column. */
  readonly column: number;
  /** Of the other half: accuracy, or R squared. */
  readonly agreement: number;
}

const pieces = 64;
const suspectAccuracy = 0.99;
/** So many fewer mistakes than by always saying the commonest class. */
const fewerMistakes = 10;
const suspectRSquared = 0.99;
/** Fewer examples agree by chance. */
const fewestExamples = 50;
const mostColumns = 1000;
/** Enough to tell 0.99 from 0.98. */
const mostExamples = 20_000;

export function leakSuspects(
  { task, shape }: Pick<Dataset, "task" | "shape">,
  { examples, indices }: Split,
): readonly LeakSuspect[] {
  const width = shape[0]!;
  if (shape.length !== 1 || width > mostColumns || indices.length < fewestExamples) return [];
  const rows = indices.subarray(0, mostExamples);
  const isClasses = task.kind === "classification";
  const outputs = isClasses ? 1 : task.targetNames.length;
  const targets = Array.from({ length: outputs }, (_, output) =>
    Float64Array.from(rows, (index) => examples.labels[index * outputs + output]!),
  );
  return Array.from({ length: width }, (_, column) => {
    const values = Float32Array.from(rows, (index) => examples.features[index * width + column]!);
    const agreements = targets.map((target) =>
      isClasses ? agreementOfClasses(piecesOf(values), target) : agreementOfValues(values, target),
    );
    return { column, agreement: Math.max(...agreements) };
  }).filter(({ agreement }) => agreement >= (isClasses ? suspectAccuracy : suspectRSquared));
}

/** [rows]: which piece each value is in; equal values are in one, missing ones in their own. */
function piecesOf(values: Float32Array): Int32Array {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const edges = [
    ...new Set(
      Array.from({ length: pieces - 1 }, (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / pieces)]!),
    ),
  ];
  return Int32Array.from(values, (value) => {
    if (Number.isNaN(value)) return pieces;
    let [low, high] = [0, edges.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (edges[middle]! <= value) low = middle + 1;
      else high = middle;
    }
    return low;
  });
}

function agreementOfClasses(piece: Int32Array, target: Float64Array): number {
  const counts = new Map<number, Map<number, number>>();
  const all = new Map<number, number>();
  for (let row = 0; row < target.length; row += 2) {
    const label = target[row]!;
    const ofPiece = counts.get(piece[row]!) ?? new Map<number, number>();
    counts.set(piece[row]!, ofPiece.set(label, (ofPiece.get(label) ?? 0) + 1));
    all.set(label, (all.get(label) ?? 0) + 1);
  }
  const commonest = (of: ReadonlyMap<number, number>) => [...of].sort((a, b) => b[1] - a[1])[0]![0];
  const usual = commonest(all);
  const says = new Map([...counts].map(([place, of]) => [place, commonest(of)]));
  let [right, usualRight, asked] = [0, 0, 0];
  for (let row = 1; row < target.length; row += 2) {
    asked += 1;
    if ((says.get(piece[row]!) ?? usual) === target[row]) right += 1;
    if (usual === target[row]) usualRight += 1;
  }
  const isMuchBetter = (asked - right) * fewerMistakes <= asked - usualRight && asked > usualRight;
  return isMuchBetter ? right / asked : 0;
}

/**
 * R squared of the best curve through the targets, without the curve: in the column's order, a target differs from the mean of
 * its two neighbours by what the column does not explain.
 *
 * @see Gasser, Sroka, Jennen-Steinmetz 1986, "Residual variance and residual pattern in nonlinear regression"
 */
function agreementOfValues(values: Float32Array, target: Float64Array): number {
  const order = Uint32Array.from({ length: values.length }, (_, row) => row)
    .filter((row) => !Number.isNaN(values[row]))
    .sort((a, b) => values[a]! - values[b]! || a - b);
  const mean = order.reduce((sum, row) => sum + target[row]!, 0) / order.length;
  let [errors, spread] = [0, 0];
  for (let i = 1; i + 1 < order.length; i++) {
    const value = target[order[i]!]!;
    errors += (value - (target[order[i - 1]!]! + target[order[i + 1]!]!) / 2) ** 2 / 1.5;
    spread += (value - mean) ** 2;
  }
  return spread > 0 ? 1 - errors / spread : 0;
}
