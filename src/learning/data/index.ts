export type { Dataset, Examples, Split, TrainingSplits } from "./dataset.ts";
export { describeDataset, measureDataset, type DatasetInfo, type DatasetStatistics } from "./describe.ts";
export { dataSchema, type DataDocument } from "./document.ts";
export type { DownloadProgress } from "./download.ts";
export { loadDataset } from "./load-dataset.ts";
export type { LockedSplit } from "./locked-split.ts";
export { datasetNames, type DatasetName } from "./sources/registry.ts";
export type { DataLocation, DatasetSource, SourceOptions } from "./sources/source.ts";
export { splitDataset } from "./split.ts";
