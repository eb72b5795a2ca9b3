export { trainingDocumentSchema, type TrainingDocument, type TrainingDocumentInput } from "./document.ts";
export type { Divergence, EarlyStop, EpochRecord } from "./epoch-record.ts";
export { exportWeights, weightsResultHash } from "./export-weights.ts";
export {
  findLearningRate,
  type FindLearningRateOptions,
  type LearningRatePoint,
  type LearningRateSearch,
} from "./find-learning-rate.ts";
export { gatherBatch, type GatherBatchOptions } from "./gather-batch.ts";
export { initializeExecutor } from "./initialize-executor.ts";
export type { LabelSuspect } from "./label-noise/confident-learning.ts";
export { findLabelSuspects, type LabelSuspects } from "./label-noise/find-label-suspects.ts";
export { lintDocument, type LintOptions } from "./lint/index.ts";
export type { Finding, LintData } from "./lint/rule.ts";
export { losses } from "./losses/index.ts";
export type { Histogram } from "./measures/histogram.ts";
export { layerMetricNames, measureOf, measureOptions, type MeasureName } from "./measures/measure-names.ts";
export { modelMetrics } from "./model-metrics.ts";
export {
  epochMetricNames,
  evaluatedTrainMetricNames,
  modelMetricNames,
  type EpochMetricName,
} from "./metric-names.ts";
export {
  initialOptimizerSlots,
  optimizerNames,
  optimizerRule,
  optimizerSettingNames,
  settingsOfOptimizer,
  type OptimizerName,
} from "./optimizers/index.ts";
export { mayDifferFromStart } from "./start/index.ts";
export { taskMetricNames } from "./epoch-metrics.ts";
export type { TrainingRecipe } from "./recipe.ts";
export type { TrainingResult } from "./training-result.ts";
export { TrainingRun, type EpochOptions, type TrainingRunOptions } from "./training-run.ts";
