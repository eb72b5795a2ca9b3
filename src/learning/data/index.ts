export type { AugmentationDocument } from "./augmentations/index.ts";
export { lowerAugmentation, type AugmentationProgram } from "./augmentations/lower-augmentation.ts";
export { lowerMixing } from "./augmentations/lower-mixing.ts";
export type { Column, Dataset, Split, TrainingSplits } from "./dataset.ts";
export { describeDataset, measureDataset, type DatasetInfo, type DatasetStatistics } from "./describe.ts";
export { defineSource, type SourceContent, type SourceDescription } from "./define-source.ts";
export { dataSchema, seedSchema, type DataDocument } from "./document.ts";
export type { DownloadProgress } from "./download.ts";
export type { Examples } from "./examples.ts";
export { loadSharp } from "./images/load-sharp.ts";
export type { ColumnSummary } from "./inspection/column-summary.ts";
export { counted, type DataFinding } from "./inspection/data-finding.ts";
export { reportDuplicates, type DuplicateReport, type ReportedPair } from "./inspection/duplicate-report.ts";
export { inspectDataset, type Inspection, type InspectOptions } from "./inspection/inspect-dataset.ts";
export { loadDataset } from "./load-dataset.ts";
export type { LockedSplit } from "./locked-split.ts";
export type { FittedPreprocessing, ValueStatistics } from "./preprocessing/fitted-preprocessing.ts";
export { unitScaling, type FeatureScaling } from "./preprocessing/scaling.ts";
export type { ColumnEncoding, TableEncoding } from "./preprocessing/table-encoding.ts";
export {
  datasetNames,
  datasetSource,
  parseDatasetName,
  pathFieldsOf,
  type DatasetInput,
  type DatasetName,
  type DatasetReference,
} from "./sources/registry.ts";
export type {
  DataLocation,
  DatasetFacts,
  DatasetSource,
  ReadingProgress,
  SourceOptions,
} from "./sources/source.ts";
export { splitDataset } from "./split.ts";
export { outputsOf, type Task } from "./task.ts";
