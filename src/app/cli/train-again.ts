/** What `reproduce` and `export --weights` share: a finished trial trained again from its record, with progress. */
import { TunesmithError } from "../../base/index.ts";
import type { BackendName } from "../../learning/runtime/index.ts";
import { trainingDocumentSchema, type TrainingRun } from "../../learning/training/index.ts";
import {
  isFinished,
  type StudyDefinition,
  type TrialRecord,
  type TrialResult,
} from "../../search/trial/index.ts";
import { isCommandDocument, sourceOptionsOf } from "../spec/index.ts";
import { SplitCache, trainDocument } from "../worker/index.ts";
import type { CliContext } from "./context.ts";
import { readingOptions } from "./output/reading-progress.ts";
import { trainingProgress } from "./output/training-progress.ts";
import { runtimeFor } from "./records/recorded-backend.ts";

export interface TrainAgainOptions {
  readonly definition: StudyDefinition;
  readonly trial: TrialRecord;
  readonly expected: TrialResult;
  /** Defaults to the recorded one where this machine has it, so that bits can be compared. */
  readonly backend?: BackendName | undefined;
}

/** As many epochs as the trial had: a time limit or a callback that ended it is not in its document. */
export async function trainAgain(
  context: CliContext,
  { definition, trial, expected, backend }: TrainAgainOptions,
): Promise<TrainingRun> {
  const document = trainingDocumentSchema.parse(trial.document);
  const runtime = await runtimeFor(expected, backend);
  const { epochs } = expected;
  const { onEpoch, end } = trainingProgress(context, epochs);
  const reading = readingOptions(context);
  const splits = new SplitCache(await sourceOptionsOf(definition, reading.sources));
  return trainDocument({ document, runtime, splits, epochs, onEpoch }).finally(() => {
    reading.end();
    end();
  });
}

/** @throws NO_RESULT, INVALID_USAGE for a trial that ran a program */
export function requireResult(study: string, trial: TrialRecord): TrialResult {
  refuseProgram(study, trial);
  const { number, state, result } = trial;
  if (result !== null) return result;
  throw new TunesmithError("NO_RESULT", {
    message: `trial #${number} of \`${study}\`: only a trial with a result can be trained again, got one that is ${state}.`,
    hint: isFinished(state)
      ? "It was given up before anything was kept to compare with; its document can be trained in a study of its own."
      : `\`tunesmith resume ${study}\` goes on with what is unfinished.`,
  });
}

/** What a program has trained is known to the program alone. @throws INVALID_USAGE */
export function refuseProgram(study: string, { number, document }: TrialRecord): void {
  if (!isCommandDocument(document)) return;
  throw new TunesmithError("INVALID_USAGE", {
    message: `trial #${number} of \`${study}\`: only built-in training can be done again and tested, got a trial that ran a program.`,
    hint: "The program has the trained model, when it saved one; `tunesmith show` has the values that it was given.",
    facts: { study, trial: number },
  });
}
