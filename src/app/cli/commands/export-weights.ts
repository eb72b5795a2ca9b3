/** `export --weights`: the weights of one trial as a safetensors file, as kept or trained again. */
import { TunesmithError } from "../../../base/index.ts";
import { exportWeights } from "../../../learning/training/index.ts";
import type { TrialRecord } from "../../../search/trial/index.ts";
import { FilePlaces, readKeptWeights } from "../../worker/index.ts";
import type { CliContext } from "../context.ts";
import { writeFileAtomically } from "../output/write-file-atomically.ts";
import { parseTrialNumber, withStudy, type OpenedStudy } from "../records/open-study.ts";
import { requireResult, trainAgain, type TrainAgainOptions } from "../train-again.ts";

export interface ExportWeightsOptions {
  readonly study: string;
  /** A trial's number, or `best`. */
  readonly trial: string;
  readonly output: string | undefined;
}

/** @throws INVALID_USAGE, NO_RESULT, STUDY_NOT_FOUND, TRIAL_NOT_FOUND */
export async function exportTrialWeights(
  context: CliContext,
  { study: name, trial: wanted, output }: ExportWeightsOptions,
): Promise<void> {
  if (output === undefined) {
    throw new TunesmithError("INVALID_USAGE", {
      message: "export: weights are written to a file: expected `--output FILE.safetensors`, got none.",
      hint: `For example: tunesmith export ${name} --weights ${wanted} --output weights.safetensors`,
    });
  }
  const { definition, trial, expected, kept } = await withStudy(context, name, async (opened) => {
    const found = await findTrial(opened, wanted);
    const { storage, study } = opened;
    const result = requireResult(name, found);
    const weights = new FilePlaces(context).trialFiles("weights", { storage, study: study.record });
    return {
      definition: study.record.definition,
      trial: found,
      expected: result,
      kept: await readKeptWeights(weights, { trial: found.number, expected: result }),
    };
  });
  const { bytes, isIdentical } =
    kept === undefined
      ? await retrain(context, { definition, trial, expected })
      : { bytes: kept, isIdentical: true };
  await writeFileAtomically(output, bytes);
  const origin = kept === undefined ? "trained again" : "as kept";
  if (context.isJson) {
    return context.printJson({
      study: name,
      trial: trial.number,
      file: output,
      origin,
      identical: isIdentical,
    });
  }
  context.note(`weights of trial #${trial.number} of ${name}, ${origin}, written to ${output}`);
}

async function findTrial({ storage, study }: OpenedStudy, wanted: string): Promise<TrialRecord> {
  const { id, definition } = study.record;
  if (wanted !== "best") return storage.getTrial(id, parseTrialNumber(wanted));
  const best = await study.best();
  if (best !== null) return best.trial;
  throw new TunesmithError("NO_RESULT", {
    message: `study \`${definition.name}\`: the weights of its best trial need a completed trial, got none.`,
    hint: `\`tunesmith resume ${definition.name}\` goes on with what is unfinished.`,
  });
}

async function retrain(
  context: CliContext,
  { definition, trial, expected }: Pick<TrainAgainOptions, "definition" | "trial" | "expected">,
) {
  context.note(`the weights of trial #${trial.number} were not kept: training it again from its record`);
  const run = await trainAgain(context, { definition, trial, expected });
  const isIdentical = run.finish().resultHash === expected.resultHash;
  if (!isIdentical) {
    context.warn(
      "these are not the bits of the trial: equal bits are promised on one back end, instruction set and build of the kernels.",
    );
  }
  return { bytes: exportWeights(run), isIdentical };
}
