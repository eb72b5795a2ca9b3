export type {
  AttemptRecord,
  FailureKind,
  Objective,
  Observation,
  ObservationRecord,
  Reducer,
  SamplerChoice,
  SeriesRecord,
  StudyDefinition,
  StudyId,
  StudyRecord,
  TestOpening,
  TestOpeningRecord,
  TrialId,
  TrialReason,
  TrialRecord,
  TrialResult,
  TrialState,
} from "./records.ts";
export { isBetter, isReducer, parseReducer, reduceCurve, type CurvePoint } from "./reduce-curve.ts";
export { parseStudyDefinition } from "./study-definition.ts";
export { succeedCurve } from "./succeed-curve.ts";
export { canTransition, checkTransition, isFinished, trialStates } from "./transitions.ts";
