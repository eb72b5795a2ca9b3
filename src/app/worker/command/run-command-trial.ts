import { TunesmithError } from "../../../base/index.ts";
import type { TrialRecord } from "../../../search/trial/index.ts";
import type { AttemptOutcome } from "../attempt-outcome.ts";
import { CommandAttempt, type CommandTrialContext } from "./command-attempt.ts";

/** One claimed trial whose document runs a program, until the program ends or is ended. */
export async function runCommandTrial(
  trial: TrialRecord,
  context: CommandTrialContext,
): Promise<AttemptOutcome> {
  try {
    return await new CommandAttempt(trial, context).run();
  } catch (error) {
    if (error instanceof TunesmithError && error.code === "LEASE_LOST") return "dropped";
    throw error;
  }
}
