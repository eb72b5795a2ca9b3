export { isClearlyWorse, pooledVariance, type RacingOptions } from "./racing.ts";
export { createScheduler, schedulerNames, type SchedulerInput } from "./registry.ts";
export { describeRuling, type RulingWords } from "./ruling-text.ts";
export type {
  AssignOptions,
  Assignment,
  Scheduler,
  SchedulerContext,
  SettledTrial,
  TrialCurve,
} from "./scheduler.ts";
