/** What `reproduce` and `export --weights` share: a finished trial trained again from its record, with progress. */
import { TunesmithError } from "../../base/index.ts";
import { backendNames, loadRuntime, type BackendName } from "../../learning/runtime/index.ts";
import { trainingDocumentSchema, type TrainingRun } from "../../learning/training/index.ts";
import type { TrialRecord, TrialResult } from "../../search/trial/index.ts";
import { trainDocument } from "../worker/index.ts";
import type { CliContext } from "./context.ts";

export interface TrainAgainOptions {
  readonly trial: TrialRecord;
  readonly expected: TrialResult;
  /** Defaults to the recorded one where this machine has it, so that bits can be compared. */
  readonly backend?: BackendName | undefined;
}

/** As many epochs as the trial had: a time limit or a callback that ended it is not in its document. */
export async function trainAgain(
  context: CliContext,
  { trial, expected, backend }: TrainAgainOptions,
): Promise<TrainingRun> {
  const document = trainingDocumentSchema.parse(trial.document);
  const runtime = await loadRuntime({ backend: backend ?? recordedBackend(expected) });
  const { stderr } = context.process;
  const showsProgress = stderr.isTTY && !context.isQuiet;
  const run = await trainDocument({
    document,
    runtime,
    dataDir: context.dataDir,
    epochs: expected.epochs,
    onEpoch: ({ epoch }) => {
      if (showsProgress) stderr.write(`\rtraining again: epoch ${epoch}/${expected.epochs}\u001B[K`);
    },
  });
  if (showsProgress) stderr.write("\r\u001B[K");
  return run;
}

/** @throws NO_RESULT */
export function requireResult(study: string, { number, state, result }: TrialRecord): TrialResult {
  if (result !== null) return result;
  throw new TunesmithError("NO_RESULT", {
    message: `trial #${number} of \`${study}\`: only a trial with a result can be trained again, got one that is ${state}.`,
    hint: `\`tunesmith resume ${study}\` goes on with what is unfinished.`,
  });
}

function recordedBackend({ environment }: TrialResult): BackendName | undefined {
  return backendNames.find((name) => name === environment["backend"]);
}
