import { TunesmithError } from "../../base/index.ts";
import {
  loadDataset,
  splitDataset,
  type Dataset,
  type Examples,
  type SourceOptions,
} from "../../learning/data/index.ts";
import type { Runtime } from "../../learning/runtime/index.ts";
import {
  trainingDocumentSchema,
  type TrainingRun,
  type EpochRecord,
  type TrainingResult,
} from "../../learning/training/index.ts";
import type { TrialRecord } from "../../search/trial/index.ts";
import { trainDocument } from "../worker/index.ts";
import { environmentDifferences } from "./environment-differences.ts";

export interface TrainedWeightsOptions {
  /** For messages. */
  readonly study: string;
  readonly trial: TrialRecord;
  readonly runtime: Runtime;
  /** How data is found and read. */
  readonly sources: SourceOptions;
  readonly onEpoch?: ((record: EpochRecord) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface TrainedWeights {
  /** Trained to its end: the weights are in it. */
  readonly run: TrainingRun;
  readonly result: TrainingResult;
  readonly dataset: Dataset;
  /** Preprocesses other examples of the data set as those that the weights were trained on. */
  readonly prepare: (examples: Examples) => Examples;
}

/**
 * The weights that a completed trial ended with, which come from training its document again: its result hash says
 * whether they are the very same.
 *
 * @throws NO_RESULT; RESULT_DIFFERS when the same back end, instruction set and build give another result now
 */
export async function trainedWeights(options: TrainedWeightsOptions): Promise<TrainedWeights> {
  const { study, trial, runtime, sources, onEpoch, signal } = options;
  const { number, state, result: expected } = trial;
  if (state !== "completed" || expected === null) {
    throw new TunesmithError("NO_RESULT", {
      message: `trial #${number} of \`${study}\`: only a completed trial can be tested, got one that is ${state}.`,
      hint: `\`tunesmith trials ${study}\` shows which are completed.`,
      facts: { study, trial: number, state },
    });
  }
  const document = trainingDocumentSchema.parse(trial.document);
  const dataset = await loadDataset(document.data, sources);
  const drawn = splitDataset(dataset, document.data);
  const splits = { splits: async () => drawn };
  // As many epochs as the trial had: what ended it need not be in its document.
  const { epochs } = expected;
  const run = await trainDocument({ document, runtime, splits, epochs, onEpoch, signal });
  const result = run.finish();
  const isSamePlace = environmentDifferences(expected.environment, { ...result.environment }).length === 0;
  if (isSamePlace && result.resultHash !== expected.resultHash) {
    throw new TunesmithError("RESULT_DIFFERS", {
      message: `trial #${number} of \`${study}\`: trained again where it was trained before, it must give the result ${expected.resultHash}, got ${result.resultHash}.`,
      hint: "The test split was not opened. Another version of Tunesmith or other data made that trial, or this machine computes wrongly; run the study again under another name and test that one.",
      facts: { study, trial: number, expected: expected.resultHash, received: result.resultHash },
    });
  }
  const { prepare = (examples: Examples) => examples } = drawn;
  return { run, result, dataset, prepare };
}
