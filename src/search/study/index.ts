export type { BestOptions, BestTrial } from "./best-trial.ts";
export type { FrontTrial, RankedConfiguration } from "./ranking.ts";
export type { Revision } from "./revise.ts";
export type { Told } from "./tell.ts";
export { optimize, type OpenObjective, type OptimizeOptions } from "./define-by-run/optimize.ts";
export type { OpenTrial, RangeOptions } from "./define-by-run/open-trial.ts";
export { documentOf } from "./document-of.ts";
export { wilsonInterval } from "./proportion.ts";
export { JudgedSteps } from "./judged-steps.ts";
export { leaseLookMs } from "./lease-watch.ts";
export {
  defaultLeaseMs,
  Study,
  type ClaimSettings,
  type StudyDefinitionInput,
  type StudyOptions,
  type StudyProgress,
} from "./study.ts";
