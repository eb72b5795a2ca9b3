export { checkStudy, type CheckedStudy } from "./check-study.ts";
export {
  defineStudy,
  type ParameterPath,
  type ParameterValue,
  type StudyInput,
  type StudyParameter,
  type StudyParameters,
} from "./define-study.ts";
export { metricNames, type MetricName } from "./metric-names.ts";
export { parseOverride, type Override } from "./overrides.ts";
export { loadStudyFile, readStudyText, type LoadStudyOptions } from "./study-file.ts";
