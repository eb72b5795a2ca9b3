/** Train one network, without a study: documents, data, runs and the runtimes that execute them. */
export {
  dataSchema,
  datasetNames,
  describeDataset,
  loadDataset,
  splitDataset,
  type DataDocument,
  type Dataset,
  type DatasetInfo,
  type DatasetName,
  type DatasetSource,
  type DownloadProgress,
  type Examples,
  type LockedSplit,
  type SourceOptions,
  type Split,
  type TrainingSplits,
} from "./data/index.ts";
export { activationNames, modelSchema, type ActivationName, type ModelDescription } from "./model/index.ts";
export {
  backendNames,
  describeRuntimes,
  loadRuntime,
  type BackendName,
  type Runtime,
  type RuntimeChoice,
  type RuntimeReport,
} from "./runtime/index.ts";
export {
  optimizerNames,
  trainingDocumentSchema,
  TrainingRun,
  type EpochRecord,
  type OptimizerName,
  type TrainingDocument,
  type TrainingDocumentInput,
  type TrainingRecipe,
  type TrainingResult,
  type TrainingRunOptions,
} from "./training/index.ts";
