export { trainingDocumentSchema, type TrainingDocument, type TrainingDocumentInput } from "./document.ts";
export type { EpochRecord } from "./epoch-record.ts";
export { initializeExecutor } from "./initialize-executor.ts";
export { epochMetricNames, layerMetricNames } from "./metric-names.ts";
export { optimizerNames, optimizers, type OptimizerName } from "./optimizers/index.ts";
export type { TrainingRecipe } from "./recipe.ts";
export { TrainingRun, type TrainingResult, type TrainingRunOptions } from "./training-run.ts";
