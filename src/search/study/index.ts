export type { BestOptions, BestTrial } from "./best-trial.ts";
export { documentOf } from "./document-of.ts";
export { wilsonInterval } from "./proportion.ts";
export { defaultLeaseMs, Study, type StudyOptions, type StudyProgress } from "./study.ts";
