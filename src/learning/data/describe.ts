import type { Dataset } from "./dataset.ts";
import { datasetSource } from "./sources/registry.ts";
import type { DataLocation, SourceOptions } from "./sources/source.ts";

/** What can be said of a data set without reading it. */
export interface DatasetInfo {
  readonly name: string;
  readonly title: string;
  readonly origin: { readonly address: string | null; readonly licence: string };
  /** How many examples there are to draw train and validation splits from. */
  readonly exampleCount: number;
  readonly testCount: number;
  readonly shape: readonly number[];
  readonly classes: readonly string[];
  readonly location: DataLocation;
}

/** What reading it adds; features as the network sees them, bytes scaled to [0, 1]. */
export interface DatasetStatistics {
  /** [classes]: examples of each class. */
  readonly classCounts: readonly number[];
  readonly minimum: number;
  readonly maximum: number;
  readonly mean: number;
  /** Of all values together, divided by their number. */
  readonly standardDeviation: number;
  readonly contentHash: string;
}

/** @throws DATA_NOT_FOUND when there is no data set of that name. */
export async function describeDataset(name: string, options: SourceOptions = {}): Promise<DatasetInfo> {
  const source = datasetSource(name);
  const { title, origin, exampleCount, testCount, shape, classes } = source;
  return {
    name,
    title,
    origin,
    exampleCount,
    testCount,
    shape,
    classes,
    location: await source.locate(options),
  };
}

/** Statistics of the examples that may be trained on. */
export function measureDataset({ examples, classes, contentHash }: Dataset): DatasetStatistics {
  const classCounts = Array.from(classes, () => 0);
  for (const label of examples.labels) classCounts[label]! += 1;
  const { features } = examples;
  const scale = features instanceof Uint8Array ? 1 / 255 : 1;
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let sumOfSquares = 0;
  for (let i = 0; i < features.length; i++) {
    const value = features[i]!;
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
    sum += value;
    sumOfSquares += value * value;
  }
  const mean = sum / features.length;
  return {
    classCounts,
    minimum: minimum * scale,
    maximum: maximum * scale,
    mean: mean * scale,
    standardDeviation: Math.sqrt(Math.max(0, sumOfSquares / features.length - mean * mean)) * scale,
    contentHash,
  };
}
