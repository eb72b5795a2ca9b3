/** Everything that is worth knowing of data before a training: measured, searched, and said in findings. */
import type { Dataset, TrainingSplits } from "../dataset.ts";
import type { FittedPreprocessing } from "../preprocessing/fitted-preprocessing.ts";
import { balanceOf, countClasses } from "./class-balance.ts";
import { summarizeColumns } from "./column-summary.ts";
import type { DataFinding } from "./data-finding.ts";
import { reportDuplicates } from "./duplicate-report.ts";
import { imageShapeOf, sizeOf, type SearchProgress } from "./duplicates.ts";
import { leakSuspects } from "./leak-suspects.ts";
import { findingsOf } from "./rules/index.ts";
import type { ClassCounts, InspectedData } from "./rules/rule.ts";
import { summarizeValues } from "./value-statistics.ts";

export interface Inspection extends Omit<
  InspectedData,
  "task" | "valueCount" | "isBytes" | "isImage" | "scaling" | "filling"
> {
  /** What scaling and its numbers came to. */
  readonly preprocessing: FittedPreprocessing | null;
  readonly findings: readonly DataFinding[];
}

export interface InspectOptions {
  /** How values are scaled, for findings about them. */
  readonly scaling: string;
  /** What stands in for missing values, where the document says so. */
  readonly filling?: string | undefined;
  /** Which duplicates to look for; with `test` the files of the test split are read, behind its lock. */
  readonly duplicates: "none" | "splits" | "test";
  readonly onProgress?: ((progress: SearchProgress) => void) | undefined;
}

/** @throws DATA_NOT_FOUND, INVALID_DATA as reading the test split's files does, when duplicates are looked for there */
export async function inspectDataset(
  dataset: Dataset,
  splits: TrainingSplits,
  { scaling, filling, duplicates: wanted, onProgress }: InspectOptions,
): Promise<Inspection> {
  const { examples, task } = dataset;
  const { train, validation } = splits;
  const counts = { train: train.indices.length, validation: validation.indices.length };
  const features = summarizeValues(examples, train.indices);
  const columns = summarizeColumns(dataset, train.indices);
  // Of the values as they came: encoded ones are no columns any longer.
  const suspects = columns === null ? [] : leakSuspects(dataset, { examples, indices: train.indices });
  const duplicates =
    wanted === "none"
      ? null
      : await reportDuplicates(dataset, splits, { comparesTest: wanted === "test", onProgress });
  const classes = task.kind === "classification" ? classCounts(dataset, splits, task.classes) : null;
  const balance = classes === null ? null : balanceOf(classes.map((one) => one.train));
  const measured = {
    counts: { ...counts, test: duplicates?.testCount ?? dataset.test?.count ?? null },
    classes,
    balance,
    features,
    columns,
    leakSuspects: suspects,
    duplicates,
  };
  const findings = findingsOf({
    ...measured,
    task,
    valueCount: sizeOf(examples),
    isBytes: examples.features instanceof Uint8Array,
    isImage: imageShapeOf(examples) !== undefined,
    scaling,
    filling,
  });
  return { ...measured, preprocessing: splits.describePreprocessing?.() ?? null, findings };
}

function classCounts(
  { examples }: Dataset,
  { train, validation }: TrainingSplits,
  names: readonly string[],
): ClassCounts[] {
  const classes = names.length;
  const ofTrain = countClasses(examples.labels, { indices: train.indices, classes });
  const ofValidation = countClasses(examples.labels, { indices: validation.indices, classes });
  return names.map((name, i) => ({ name, train: ofTrain[i]!, validation: ofValidation[i]! }));
}
