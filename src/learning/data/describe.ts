import type { Dataset } from "./dataset.ts";
import type { Examples } from "./examples.ts";
import { requireSource, type DatasetReference } from "./sources/registry.ts";
import type { DataLocation, DatasetFacts, DatasetSource, SourceOptions } from "./sources/source.ts";

/** What can be said of a data set without reading it. */
export interface DatasetInfo extends Pick<DatasetSource, "name" | "title" | "origin" | "taskKind"> {
  /** Null when that is seen only by reading. */
  readonly facts: DatasetFacts | null;
  readonly location: DataLocation;
}

export interface TargetStatistics {
  readonly name: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly mean: number;
  readonly standardDeviation: number;
}

/** What reading it adds; features as the network sees them, bytes scaled to [0, 1]. */
export interface DatasetStatistics {
  /** [classes]: examples of each class; only of classification. */
  readonly classCounts: readonly number[] | null;
  /** One for each value to predict; only of regression. */
  readonly targets: readonly TargetStatistics[] | null;
  readonly minimum: number;
  readonly maximum: number;
  readonly mean: number;
  /** Of all values together, divided by their number. */
  readonly standardDeviation: number;
  readonly contentHash: string;
}

/** @throws DATA_NOT_FOUND when a source of the study file is not among the options */
export async function describeDataset(
  reference: DatasetReference,
  options: SourceOptions = {},
): Promise<DatasetInfo> {
  const source = requireSource(reference, options);
  const { name, title, origin, taskKind, facts } = source;
  return { name, title, origin, taskKind, facts, location: await source.locate(options) };
}

/** Statistics of the examples that may be trained on. */
export function measureDataset({ examples, task, contentHash }: Dataset): DatasetStatistics {
  const { features, labels } = examples;
  const { minimum, maximum, mean, standardDeviation } = describeNumbers(features);
  const scale = features instanceof Uint8Array ? 1 / 255 : 1;
  return {
    classCounts: task.kind === "classification" ? countClasses(labels, task.classes.length) : null,
    targets: task.kind === "regression" ? describeTargets(labels, task.targetNames) : null,
    minimum: minimum * scale,
    maximum: maximum * scale,
    mean: mean * scale,
    standardDeviation: standardDeviation * scale,
    contentHash,
  };
}

function countClasses(labels: Examples["labels"], classes: number): number[] {
  const counts = Array.from({ length: classes }, () => 0);
  for (const label of labels) counts[label]! += 1;
  return counts;
}

function describeTargets(labels: Examples["labels"], names: readonly string[]): TargetStatistics[] {
  return names.map((name, target) => ({
    name,
    ...describeNumbers(labels.filter((_, index) => index % names.length === target)),
  }));
}

function describeNumbers(values: Examples["features"]): Omit<TargetStatistics, "name"> {
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let sumOfSquares = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
    sum += value;
    sumOfSquares += value * value;
  }
  const mean = sum / values.length;
  const standardDeviation = Math.sqrt(Math.max(0, sumOfSquares / values.length - mean * mean));
  return { minimum, maximum, mean, standardDeviation };
}
