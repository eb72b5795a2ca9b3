export { createScheduler, schedulerNames, type SchedulerContext, type SchedulerInput } from "./registry.ts";
export type { AssignOptions, Assignment, Scheduler, TrialCurve } from "./scheduler.ts";
