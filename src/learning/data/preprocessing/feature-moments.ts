/**
 * What every strategy of scaling is fitted from: mean, variance and range of each feature over the training examples, in
 * one or two passes over them. Bytes are added up as whole numbers, so their sums are exact; floats around their mean.
 */
import { TunesmithError } from "../../../base/index.ts";
import type { Split } from "../dataset.ts";

/** Of the values as they are held, bytes from 0 to 255. Arrays are [features] or [groups of features]. */
export interface FeatureMoments {
  readonly mean: Float64Array;
  /** Divided by the number of values, not by one less; exactly 0 where all values are alike. */
  readonly variance: Float64Array;
  readonly minimum: Float64Array;
  readonly maximum: Float64Array;
}

/** @throws INVALID_DATA when a value is not finite */
export function measureFeatures({ examples, indices }: Split): FeatureMoments {
  const { features: values } = examples;
  const features = values.length / examples.count;
  return values instanceof Uint8Array
    ? momentsOfBytes(values, indices, features)
    : momentsOfFloats(values, indices, features);
}

function momentsOfBytes(values: Uint8Array, indices: Int32Array, features: number): FeatureMoments {
  // Whole numbers below 2^53 in float64: exact for 10^11 examples.
  const sums = new Float64Array(features);
  const squares = new Float64Array(features);
  const minimum = new Uint8Array(features).fill(255);
  const maximum = new Uint8Array(features);
  for (const index of indices) {
    const first = index * features;
    for (let feature = 0; feature < features; feature++) {
      const value = values[first + feature]!;
      sums[feature]! += value;
      squares[feature]! += value * value;
      if (value < minimum[feature]!) minimum[feature] = value;
      if (value > maximum[feature]!) maximum[feature] = value;
    }
  }
  const count = indices.length;
  return {
    mean: sums.map((sum) => sum / count),
    variance: squares.map((square, feature) => {
      const sum = BigInt(sums[feature]!);
      return Number(BigInt(count) * BigInt(square) - sum * sum) / count ** 2;
    }),
    minimum: Float64Array.from(minimum),
    maximum: Float64Array.from(maximum),
  };
}

function momentsOfFloats(values: Float32Array, indices: Int32Array, features: number): FeatureMoments {
  const mean = new Float64Array(features);
  const variance = new Float64Array(features);
  const minimum = new Float64Array(features).fill(Number.POSITIVE_INFINITY);
  const maximum = new Float64Array(features).fill(Number.NEGATIVE_INFINITY);
  for (const index of indices) {
    const first = index * features;
    for (let feature = 0; feature < features; feature++) {
      const value = values[first + feature]!;
      mean[feature]! += value;
      if (value < minimum[feature]!) minimum[feature] = value;
      if (value > maximum[feature]!) maximum[feature] = value;
    }
  }
  const unfit = mean.findIndex((sum) => !Number.isFinite(sum));
  if (unfit >= 0) throw notFinite(values, indices, { feature: unfit, features });
  for (let feature = 0; feature < features; feature++) mean[feature]! /= indices.length;
  for (const index of indices) {
    const first = index * features;
    for (let feature = 0; feature < features; feature++) {
      variance[feature]! += (values[first + feature]! - mean[feature]!) ** 2;
    }
  }
  for (let feature = 0; feature < features; feature++) {
    const isConstant = minimum[feature] === maximum[feature];
    variance[feature] = isConstant ? 0 : variance[feature]! / indices.length;
  }
  return { mean, variance, minimum, maximum };
}

function notFinite(
  values: Float32Array,
  indices: Int32Array,
  { feature, features }: { feature: number; features: number },
): TunesmithError {
  const example = indices.find((index) => !Number.isFinite(values[index * features + feature]))!;
  const value = values[example * features + feature]!;
  return new TunesmithError("INVALID_DATA", {
    message: `training data: features must be finite to be scaled, got ${value} for feature ${feature} of example ${example}.`,
    hint: "Of a table, `data.preprocessing.missing` says what stands in for a missing value.",
    facts: { example, feature, value },
  });
}

/** The moments of all features of a group together. @param groups feature f is in group f modulo groups */
export function combineMoments(moments: FeatureMoments, groups: number): FeatureMoments {
  const features = moments.mean.length;
  if (groups === features) return moments;
  const perGroup = features / groups;
  const combine = (start: number, take: (group: number, value: number, feature: number) => number) => {
    const combined = new Float64Array(groups).fill(start);
    for (let feature = 0; feature < features; feature++) {
      const group = feature % groups;
      combined[group] = take(group, combined[group]!, feature);
    }
    return combined;
  };
  const minimum = combine(Infinity, (_, value, feature) => Math.min(value, moments.minimum[feature]!));
  const maximum = combine(-Infinity, (_, value, feature) => Math.max(value, moments.maximum[feature]!));
  const mean = combine(0, (_, sum, feature) => sum + moments.mean[feature]!).map((sum) => sum / perGroup);
  const squares = combine(
    0,
    (group, sum, feature) => sum + moments.variance[feature]! + (moments.mean[feature]! - mean[group]!) ** 2,
  );
  return {
    mean,
    variance: squares.map((sum, group) => (minimum[group] === maximum[group] ? 0 : sum / perGroup)),
    minimum,
    maximum,
  };
}
