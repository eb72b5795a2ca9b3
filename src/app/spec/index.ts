export { checkData, type CheckDataOptions } from "./check-data.ts";
export { checkStudy, type CheckedStudy, type CheckedTraining } from "./check-study.ts";
export {
  configOf,
  isCommandDocument,
  type CommandDocument,
  type CommandSettings,
} from "./command-document.ts";
export {
  defineStudy,
  type CommandMetric,
  type CommandSearch,
  type CommandStudyInput,
  type EpochEvent,
  type ParameterPath,
  type ParameterValue,
  type StudyCallbacks,
  type StudyInput,
  type StudyParameter,
  type StudyParameters,
} from "./define-study.ts";
export { parseMetricPattern, type MetricPattern } from "./command/metric-pattern.ts";
export { lintStudy } from "./lint-study.ts";
export { taskOfDocument, type MetricName } from "./metric-names.ts";
export { parseAssignment, parseOverride, type Override } from "./overrides.ts";
export { revisionOf } from "./revise-study.ts";
export { loadCallbacks, sourceOptionsOf } from "./study-code.ts";
export { readPrior, type PriorResults, type WarmStart } from "./warm-start.ts";
export { loadStudyFile, loadTrainingFile, type LoadStudyOptions } from "./study-file.ts";
export type { StudyWarning } from "./study-warning.ts";
