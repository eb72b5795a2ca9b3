/**
 * Rows of a table that differ by less than a measurement would: equal when every column is rounded to a thousandth of
 * its standard deviation, in one of two grids that are half a step apart.
 */
import { exactBetween, exactWithin } from "./exact-duplicates.ts";
import { sizeOf, type DuplicatePair, type Unlabelled } from "./duplicates.ts";

const stepsPerDeviation = 1000;
/** With fewer columns of many values, rows come near each other by chance. */
const fewestColumns = 4;
const manyValues = 100;

interface Columns {
  readonly mean: Float64Array;
  /** 0 for a column whose values are all alike. */
  readonly deviation: Float64Array;
  readonly canTell: boolean;
}

export function nearRowsWithin(set: Unlabelled, takesPart: Uint8Array): DuplicatePair[] {
  const columns = measureColumns(set);
  if (!columns.canTell) return [];
  const pairs = grids.flatMap((offset) => exactWithin(rounded(set, columns, offset)));
  return merged(pairs, ({ first, second }) => takesPart[first] === 1 && takesPart[second] === 1);
}

export function nearRowsBetween(
  set: Unlabelled,
  others: { readonly set: Unlabelled; readonly takesPart: Uint8Array },
): DuplicatePair[] {
  const columns = measureColumns(set);
  if (!columns.canTell) return [];
  const pairs = grids.flatMap((offset) =>
    exactBetween(rounded(set, columns, offset), rounded(others.set, columns, offset)),
  );
  return merged(pairs, ({ second }) => others.takesPart[second] === 1);
}

const grids = [0, 0.5];

function measureColumns(set: Unlabelled): Columns {
  const size = sizeOf(set);
  const mean = new Float64Array(size);
  const deviation = new Float64Array(size);
  let columnsOfManyValues = 0;
  for (let column = 0; column < size; column++) {
    let [sum, squares, present] = [0, 0, 0];
    const seen = new Set<number>();
    for (let i = column; i < set.features.length; i += size) {
      const value = set.features[i]!;
      if (Number.isNaN(value)) continue;
      sum += value;
      squares += value * value;
      present += 1;
      if (seen.size < manyValues) seen.add(value);
    }
    mean[column] = sum / Math.max(1, present);
    deviation[column] = Math.sqrt(Math.max(0, squares / Math.max(1, present) - mean[column]! ** 2));
    if (seen.size >= manyValues) columnsOfManyValues += 1;
  }
  return { mean, deviation, canTell: columnsOfManyValues >= fewestColumns };
}

function rounded(set: Unlabelled, { mean, deviation }: Columns, offset: number): Unlabelled {
  const size = sizeOf(set);
  const features = new Float32Array(set.features.length);
  for (let i = 0; i < features.length; i++) {
    const column = i % size;
    const value = set.features[i]!;
    const step = deviation[column]! / stepsPerDeviation;
    if (step === 0 || Number.isNaN(value)) features[i] = value;
    // Never -0, whose bits are others than those of 0.
    else features[i] = Math.round((value - mean[column]!) / step + offset) + 0;
  }
  return { ...set, features };
}

/** Within half a thousandth or so of a deviation in each column. */
const rowDistance = 1 / stepsPerDeviation;

function merged(
  pairs: readonly DuplicatePair[],
  isWanted: (pair: DuplicatePair) => boolean,
): DuplicatePair[] {
  const byKey = new Map(pairs.filter(isWanted).map((pair) => [`${pair.first} ${pair.second}`, pair]));
  return [...byKey.values()]
    .map(({ first, second }) => ({ first, second, distance: rowDistance }))
    .sort((a, b) => a.first - b.first || a.second - b.second);
}
