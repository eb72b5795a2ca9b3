export { checkStudy, type CheckedStudy } from "./check-study.ts";
export {
  defineStudy,
  type ParameterPath,
  type ParameterValue,
  type StudyInput,
  type StudyParameter,
  type StudyParameters,
} from "./define-study.ts";
export type { MetricName } from "./metric-names.ts";
export { parseOverride, type Override } from "./overrides.ts";
export { loadStudyFile, type LoadStudyOptions } from "./study-file.ts";
