import type { Runtime } from "../../learning/runtime/index.ts";
import {
  TrainingRun,
  type EpochRecord,
  type TrainingDocument,
  type TrainingResult,
} from "../../learning/training/index.ts";
import { SplitCache } from "./split-cache.ts";

export interface TrainDocumentOptions {
  readonly document: TrainingDocument;
  readonly runtime: Runtime;
  readonly dataDir?: string | undefined;
  readonly onEpoch?: (record: EpochRecord) => void;
  readonly signal?: AbortSignal;
}

/** Trains a document from its beginning to its end, or to the step in which it diverges; no study is needed. */
export async function trainDocument(options: TrainDocumentOptions): Promise<TrainingResult> {
  const { document, runtime, dataDir, onEpoch, signal } = options;
  const splits = await new SplitCache({ dataDir }).splits(document.data);
  const run = TrainingRun.create({ document, splits, runtime });
  while (!run.isFinished) {
    const record = await run.runEpoch(signal === undefined ? {} : { signal });
    onEpoch?.(record);
    if (record.divergedAt !== undefined) break;
  }
  return run.finish();
}
