/** Everything that is worth knowing of data before a training: measured, searched, and said in findings. */
import type { Dataset, TrainingSplits } from "../dataset.ts";
import type { FittedPreprocessing } from "../preprocessing/fitted-preprocessing.ts";
import { balanceOf, countClasses, type ClassBalance } from "./class-balance.ts";
import { summarizeColumns, type ColumnSummary } from "./column-summary.ts";
import type { DataFinding } from "./data-finding.ts";
import { duplicateFindings } from "./duplicate-findings.ts";
import { reportDuplicates, type DuplicateReport } from "./duplicate-report.ts";
import { imageShapeOf, sizeOf, type SearchProgress } from "./duplicates.ts";
import { leakSuspects, type LeakSuspect } from "./leak-suspects.ts";
import { classFindings, columnFindings, featureFindings, leakFindings } from "./value-findings.ts";
import { summarizeValues, type FeatureSummary } from "./value-statistics.ts";

export interface ClassCounts {
  readonly name: string;
  readonly train: number;
  readonly validation: number;
}

export interface Inspection {
  /** How many examples each split has. Of the test split, which is locked, nothing else is known. */
  readonly counts: { readonly train: number; readonly validation: number; readonly test: number | null };
  /** Null for regression. */
  readonly classes: readonly ClassCounts[] | null;
  readonly balance: ClassBalance | null;
  /** Of the training split, before any scaling; bytes divided by 255. */
  readonly features: FeatureSummary;
  /** Of a table's training split. */
  readonly columns: readonly ColumnSummary[] | null;
  readonly leakSuspects: readonly LeakSuspect[];
  /** What scaling and its numbers came to. */
  readonly preprocessing: FittedPreprocessing | null;
  /** Null when it was not asked for. */
  readonly duplicates: DuplicateReport | null;
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
  const size = sizeOf(examples);
  const isBytes = examples.features instanceof Uint8Array;
  return {
    counts: { ...counts, test: duplicates?.testCount ?? dataset.test?.count ?? null },
    classes,
    balance,
    features,
    columns,
    leakSuspects: suspects,
    preprocessing: splits.describePreprocessing?.() ?? null,
    duplicates,
    findings: [
      ...featureFindings(features, {
        isBytes,
        isImage: imageShapeOf(examples) !== undefined,
        scaling,
        count: size,
      }),
      ...(columns === null ? [] : columnFindings(columns, { rows: counts.train, scaling, filling })),
      ...(columns === null ? [] : leakFindings(suspects, { names: columns.map(({ name }) => name), task })),
      ...(classes === null || balance === null
        ? []
        : classFindings(
            classes.map((one) => one.train),
            { names: classes.map(({ name }) => name), balance },
          )),
      ...(duplicates === null ? [] : duplicateFindings(duplicates, counts)),
    ].sort((a, b) => Number(b.severity === "warning") - Number(a.severity === "warning")),
  };
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
