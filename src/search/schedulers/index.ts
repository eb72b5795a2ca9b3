export { createScheduler, schedulerNames, type SchedulerContext } from "./registry.ts";
export type { AssignOptions, Assignment, Scheduler, TrialCurve } from "./scheduler.ts";
