import type { Clock } from "../../base/index.ts";
import type { Runtime } from "../../learning/runtime/index.ts";
import type { Storage } from "../../search/storage/index.ts";
import type { Study } from "../../search/study/index.ts";
import type { StudyCallbacks } from "../spec/index.ts";
import type { HistogramFile } from "./histogram-file.ts";
import type { WorkerMessage } from "./messages.ts";
import type { SplitCache } from "./split-cache.ts";
import type { TrialFiles } from "./trial-files.ts";

/** What a worker has at hand for all its trials. */
export interface TrialContext {
  readonly study: Study;
  readonly storage: Storage;
  readonly runtime: Runtime;
  readonly splits: Pick<SplitCache, "splits">;
  readonly checkpoints: TrialFiles;
  /** Keeps the weights of the best trial. */
  readonly weights: TrialFiles;
  /** Keeps what trials of a population go on from. */
  readonly inherit: TrialFiles;
  readonly onEpoch?: StudyCallbacks["onEpoch"] | undefined;
  /** Where a trial's histograms go. Defaults to nowhere. */
  readonly histograms?: (trial: number) => HistogramFile;
  readonly clock: Clock;
  /** Aborted: save and hand back. */
  readonly stop: AbortSignal;
  readonly send: (message: WorkerMessage) => void;
  /** Defaults to the study's usual lease. */
  readonly leaseMs?: number;
}
