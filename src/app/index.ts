/** The package's main entry: define studies, run them, read what they left. */
export { RandomStream, toSeed, TunesmithError, type Seed } from "../base/index.ts";
export {
  defineSource,
  type DatasetSource,
  type SourceContent,
  type SourceDescription,
} from "../learning/data/index.ts";
export { openStorage, type Storage } from "../search/storage/index.ts";
export { Study, type BestTrial, type StudyProgress } from "../search/study/index.ts";
export type { StudyDefinition, TestOpeningRecord, TrialRecord } from "../search/trial/index.ts";
export {
  checkStudy,
  defineStudy,
  loadStudyFile,
  type CommandStudyInput,
  type EpochEvent,
  type ParameterPath,
  type ParameterValue,
  type StudyInput,
} from "./spec/index.ts";
export { testTrial, type TestTrialOptions } from "./evaluation/index.ts";
export { runStudy, type RunEvent, type RunOutcome, type RunStudyOptions } from "./worker/index.ts";
