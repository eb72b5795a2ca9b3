import type { Runtime } from "../../learning/runtime/index.ts";
import { TrainingRun, type EpochRecord, type TrainingDocument } from "../../learning/training/index.ts";
import type { SplitCache } from "./split-cache.ts";

export interface TrainDocumentOptions {
  readonly document: TrainingDocument;
  readonly runtime: Runtime;
  /** Stop after so many epochs, where a trial was stopped by something that is not in its document. */
  readonly epochs?: number | undefined;
  readonly onEpoch?: ((record: EpochRecord) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly splits: Pick<SplitCache, "splits">;
}

/**
 * Trains a document from its beginning to its end, or to the step in which it diverges; no study is needed.
 *
 * @returns the run, finished
 */
export async function trainDocument(options: TrainDocumentOptions): Promise<TrainingRun> {
  const { document, runtime, epochs, onEpoch, signal } = options;
  const splits = await options.splits.splits(document.data);
  const run = TrainingRun.create({ document, splits, runtime });
  for await (const record of run.epochs({ signal })) {
    onEpoch?.(record);
    if (record.epoch === epochs) run.stop();
  }
  return run;
}
