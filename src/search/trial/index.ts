export { resolveChoice, type ChoiceEntry, type ChoiceInput } from "./choice.ts";
export {
  replayTrials,
  trialEvent,
  type EventRecord,
  type ReplayedTrial,
  type StudyEvent,
  type TrialChanges,
} from "./events.ts";
export type { LeaseRecord } from "./lease.ts";
export type { TrialOrigin, Why } from "./origin.ts";
export { crowdingDistance, hypervolume, nonDominatedRanks, paretoFront, totalViolation } from "./pareto.ts";
export type {
  AttemptRecord,
  EndRules,
  FailureKind,
  LabelRule,
  Objective,
  Observation,
  ObservationRecord,
  OutcomeConstraint,
  PriorTrial,
  Reducer,
  ReplicateChoice,
  SamplerChoice,
  SchedulerChoice,
  SeriesRecord,
  StudyDefinition,
  StudyEnd,
  StudyId,
  StudyRecord,
  StudyVersion,
  TestOpening,
  TestOpeningRecord,
  TrialId,
  TrialReason,
  TrialRecord,
  TrialResult,
  TrialState,
} from "./records.ts";
export { isBetter, isReducer, parseReducer, reduceCurve, type CurvePoint } from "./reduce-curve.ts";
export type { LossPoint, Ruling } from "./ruling.ts";
export { parseStudyDefinition } from "./study-definition.ts";
export { succeedCurve } from "./succeed-curve.ts";
export { canTransition, checkTransition, isFinished, trialStates } from "./transitions.ts";
export type { RegisteredWorker, WorkerRecord } from "./worker-record.ts";
