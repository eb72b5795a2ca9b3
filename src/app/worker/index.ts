export { commandProblem } from "./command/check-command.ts";
export type { PoolEvent } from "./worker-pool.ts";
export { runStudy, type RunEvent, type RunOutcome, type RunStudyOptions } from "./run-study.ts";
export { readKeptWeights } from "./kept-weights.ts";
export { HistogramFile } from "./histogram-file.ts";
export { isStore, studyExists } from "./store-folder.ts";
export { SplitCache } from "./split-cache.ts";
export { trainDocument, type TrainDocumentOptions } from "./train-document.ts";
